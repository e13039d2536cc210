"""How fast the add-in is in a browser. The figures are printed; docs/ADDIN.md has those of one machine."""

from __future__ import annotations

import statistics
from typing import Any

_TIMED = """async (work) => {
  const calls = work === "cells"
    ? Array.from({ length: 1000 }, (_, at) => ["CSM_TOTALCOMP", [[[100000 + at]], [[25000]], [[1.1]]]])
    : [["CSM_TOTALCOMP", [Array.from({ length: 10000 }, (_, at) => [100000 + at]), [[25000]], [[1.1]]]]];
  const begun = performance.now();
  const found = await excel.all(calls);
  return [performance.now() - begun, found.at(-1).value.at(-1)[0]];
}"""
_FIRST = """async () => {
  while (!excel.functions.CSM_TOTALCOMP) await new Promise((done) => setTimeout(done, 5));
  await excel.call("CSM_TOTALCOMP", [[[100000]], [[25000]]]);
  return performance.now() / 1000;  // since the page was asked for
}"""


def test_the_times_of_the_add_in(pages: Any, capsys: Any) -> None:
    page = pages.new("", (), {})
    try:
        cold = page.evaluate(_FIRST)
        times: dict[str, list[float]] = {"array": [], "cells": []}
        for work, taken in times.items():
            for _ in range(5):
                milliseconds, last = page.evaluate(_TIMED, work)
                taken.append(milliseconds)
                assert last == {"array": 137_499.0, "cells": 128_499.0}[work]
        page.reload()
        cached = page.evaluate(_FIRST)
    finally:
        page.context.close()
    array, cells = (statistics.median(times[work]) for work in ("array", "cells"))
    with capsys.disabled():
        print(f"\nadd-in: first result {cold:.1f} s cold, {cached:.1f} s cached; an array call of 10,000 rows"
              f" {array:.0f} ms; 1,000 single cells {cells:.0f} ms")  # fmt: skip
    # Ratios hold on any machine: cells that arrive together cost little more than one array call of theirs.
    assert cells < 20 * array
    assert max(array, cells) / 1000 < cold
