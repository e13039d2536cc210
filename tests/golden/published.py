"""Examples as their pages gave them, and how a result is held against one."""

import json
from pathlib import Path
from typing import Any

import pytest


def records(file: str) -> dict[str, dict[str, Any]]:
    """The examples of a file by their name."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return {record["id"]: record for record in map(json.loads, text.splitlines())}


def assert_published(record: dict[str, Any], found: Any) -> None:
    expected, tolerance = record["expected"], record["tolerance"]
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for part, value in expected.items():
            assert found[part] == pytest.approx(value, abs=tolerance), part
    else:
        assert found == pytest.approx(expected, abs=tolerance)
