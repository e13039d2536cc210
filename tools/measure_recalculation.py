"""Measure csm-xl recalc on a folder of workbooks that Excel wrote: what Excel stored is right, so whatever a
recalculation would write in its place is spoiled.

    python tools/measure_recalculation.py FOLDER [--cells CELLS.tsv] [--seconds 60] [--gigabytes 4]

Nothing is written to the workbooks. Each is read in a process of its own, with a limit of time and memory.
Prints a line for each folder beneath FOLDER, the files that were refused or failed with the reason, and the
slowest. Ends with 1 where a value would be spoiled or a file makes the program fail.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

VOLATILE: Final = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\(", re.IGNORECASE)
"""Functions whose value is another one each time, or on each machine."""
COLUMNS: Final = ("files", "formulas", "equal", "kept", "left to Excel", "filled in", "volatile", "spoiled",
                  "refused", "failed")  # fmt: skip
_PROCESSES: Final = (
    multiprocessing.get_context("spawn") if sys.platform == "win32" else multiprocessing.get_context("fork")
)
_SLOWEST: Final = 10
_SLOW: Final = 5.0
"""A file that takes this many seconds is reported as it happens."""


@dataclass
class Measured:
    """What one workbook gave: how many cells of each kind, the cells that differ, and why it gave nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    cells: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)
    reason: str = ""
    seconds: float = 0.0


def measured(path: Path) -> Measured:
    """One workbook, in this process."""
    from csm_xl.errors import CsmError
    from csm_xl.workbook.operations.recalc import recalculate_file
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.followers import followers
    from csm_xl.xlsx.mentions import mentions
    from csm_xl.xlsx.package import Package

    told = Measured(Counter(files=1))
    try:
        found = recalculate_file(path, dry_run=True)
    except CsmError as why:
        told.counts["refused"] = 1
        told.reason = " / ".join(issue.message for issue in why.issues)
        return told
    told.counts.update(formulas=found.cells)
    told.counts["left to Excel"] = len(found.left)
    told.counts["kept"] = len(found.kept)
    changed = {place: (old, new) for place, old, new in found.changed}
    book = load(Package(path))
    owner = {cell: place for place in book.formulas for cell in book.filled_by(place)}
    moving: set[Any] = set()
    if changed:
        moving = {cell for place, text in book.formulas.items() if VOLATILE.search(text)
                  for cell in book.filled_by(place)}  # fmt: skip
        moving |= followers(book, mentions(book).areas, moving)
    for place, (old, new) in changed.items():
        kind = "volatile" if place in moving else "filled in" if old is None else "spoiled"
        told.counts[kind] += 1
        told.cells.append((kind, str(place), book.formulas.get(owner.get(place, place), ""), old, new))
    for kind, places in (("left", found.left), ("kept", found.kept)):
        told.cells += [(kind, str(place), book.formulas.get(owner.get(place, place), ""),
                        book.stored.get(place), None) for place in places]  # fmt: skip
    told.counts["equal"] = found.cells - len(changed) - told.counts["kept"] - told.counts["left to Excel"]
    return told


def _child(path: Path, gigabytes: float, answer: Connection) -> None:
    if sys.platform != "win32":
        import resource

        most = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        told = measured(path)
    except BaseException as why:
        import traceback

        last = traceback.extract_tb(why.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        told = Measured(Counter(files=1, failed=1), reason=f"{type(why).__name__}: {why} ({where})"[:300])
    answer.send(told)


def alone(path: Path, seconds: float, gigabytes: float) -> Measured:
    """One workbook in a process of its own; one that ends without an answer failed."""
    here, there = _PROCESSES.Pipe(duplex=False)
    start = time.monotonic()
    process = _PROCESSES.Process(target=_child, args=(path, gigabytes, there))
    process.start()
    there.close()
    try:
        told = here.recv() if here.poll(seconds) else None
        reason = f"not done within {seconds:g} seconds"
    except EOFError:
        told, reason = None, "the process ended without an answer"
    process.kill()
    process.join()
    told = told or Measured(Counter(files=1, failed=1), reason=reason)
    told.seconds = time.monotonic() - start
    return told


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where a value would be spoiled or a file makes the program fail."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("folder", type=Path, help="workbooks, in folders of their own if wanted")
    parser.add_argument("--cells", type=Path, help="write every cell that is not equal to this file")
    parser.add_argument("--seconds", type=float, default=60.0, help="the most for one workbook")
    parser.add_argument("--gigabytes", type=float, default=4.0, help="the most memory for one workbook")
    asked = parser.parse_args(arguments)
    import csm_xl.functions
    import csm_xl.workbook.operations.recalc  # noqa: F401

    files = sorted(path for path in asked.folder.rglob("*") if path.suffix.lower() in (".xlsx", ".xlsm"))
    groups: dict[str, Counter[str]] = {}
    reasons: list[tuple[str, str, str]] = []
    slow: list[tuple[float, str]] = []
    lines = []
    for path in files:
        told = alone(path, asked.seconds, asked.gigabytes)
        if sys.stderr.isatty() or told.seconds > _SLOW:
            print(f"{told.seconds:6.1f} s  {path}", file=sys.stderr)
        name = str(path.relative_to(asked.folder))
        groups.setdefault(str(path.parent.relative_to(asked.folder)), Counter()).update(told.counts)
        slow.append((told.seconds, name))
        if told.reason:
            reasons.append(("failed" if told.counts["failed"] else "refused", name, told.reason))
        lines += ["\t".join([name, *(repr(part) if at > 1 else part for at, part in enumerate(cell))])
                  for cell in told.cells]  # fmt: skip
    total: Counter[str] = sum(groups.values(), Counter())
    width = max(map(len, [*groups, "all"]), default=3)
    print("".ljust(width), *(name.rjust(max(8, len(name))) for name in COLUMNS))
    for group, counts in [*groups.items(), ("all", total)]:
        print(group.ljust(width), *(f"{counts[name]:,}".rjust(max(8, len(name))) for name in COLUMNS))
    for kind, name, reason in reasons:
        print(f"{kind}: {name}: {reason}")
    for seconds, name in sorted(slow, reverse=True)[:_SLOWEST]:
        print(f"{seconds:6.1f} s  {name}")
    if asked.cells:
        asked.cells.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(bool(total["spoiled"] or total["failed"]))


if __name__ == "__main__":
    sys.exit(main())
