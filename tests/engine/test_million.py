"""Every cent of a hundred thousand lines on round inputs; ``benchmarks.exactness`` does a million."""

from __future__ import annotations

from benchmarks.exactness import measure


def test_no_line_is_off_by_a_cent() -> None:
    found = measure(6_600)
    assert found.lines > 100_000
    assert found.wrong == 0
    # The lines must be hard ones: many half cents, on which plain floats do go wrong.
    assert found.on_a_tie > 0.1 * found.lines
    assert found.floats_wrong > 0.005 * found.lines
