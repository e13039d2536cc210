"""A real Spark in this process, with two tasks at a time. Without the extra spark, or Java, none of these
tests is collected; `.ci/spark` installs both and runs them."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "engine"))  # the made-up companies

JAVA = shutil.which("java") or os.environ.get("JAVA_HOME")
collect_ignore_glob = [] if JAVA and find_spec("pyspark") and find_spec("pyarrow") else ["test_*.py"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def spark():
    """A Spark session, as a user has one: csm_xl did not make it."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "spark")])
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
