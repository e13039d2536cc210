"""``make bench``: run every benchmark, show its table, and keep all of them in RESULTS.md.

A module of this package with a `main()` is a benchmark; names on the command line choose some of them.
Every `main()` prints Markdown: its title, what is measured, and a table with ratios and targets. If one
returns 1 because a target was missed, so does this program. RESULTS.md is written only when all of them ran,
not counting those that run only on request.
"""

import io
import os
import platform
import subprocess
import sys
from contextlib import redirect_stdout
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
ASIDE = ("book_kills", "kills")
"""What takes half an hour, and is run when it is named alone."""
MEASURED_WITH = ("numpy", "pandas", "xlwings", "openpyxl", "XlsxWriter", "formualizer")


class Tee(io.StringIO):
    """Text kept, and shown as it comes."""

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
        return super().write(text)


def head() -> str:
    """Where and with what the figures were measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in MEASURED_WITH)
    return (
        "# Benchmarks\n\n"
        "Written by `make bench`. Seconds differ from machine to machine; the ratios, taken in one process "
        "with the contenders interleaved, are what holds.\n\n"
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}; "
        f"Python {platform.python_version()}; {packages}.\n"
    )


def benchmarks(chosen: list[str]) -> list[str]:
    """The names of the benchmarks, all or the chosen ones."""
    every = [module.name for module in iter_modules([str(HERE)]) if not module.name.startswith("_")]
    every = [name for name in every if hasattr(import_module(f"benchmarks.{name}"), "main")]
    unknown = set(chosen) - set(every)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    return [name for name in every if (name in chosen if chosen else name not in ASIDE)]


def run(name: str) -> int:
    """Run one, in a process of its own, so that none finds the memory that another left; its exit status."""
    code = f"import sys; from benchmarks.{name} import main; sys.exit(main())"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="")
    return process.returncode


def main(chosen: list[str]) -> int:
    """Run them; a partial run shows its tables and leaves RESULTS.md alone. 1 where a target is missed."""
    kept = Tee()
    missed = False
    with redirect_stdout(kept):
        print(head())
        for name in benchmarks(chosen):
            missed |= run(name) != 0
            print()
    if not chosen:
        RESULTS.write_text(kept.getvalue().rstrip() + "\n", encoding="utf-8")
        print(f"Written to {RESULTS.relative_to(HERE.parent)}")
    return int(missed)


sys.exit(main(sys.argv[1:]))
