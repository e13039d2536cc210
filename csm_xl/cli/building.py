"""``csm-xl build``, ``demo`` and ``new``: create workbooks from the sample or from your own files."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from csm_xl.cli import show
from csm_xl.cli.files import WORKBOOKS, replacing
from csm_xl.cli.load import decided, note_open, periods_beside, read, whole_period
from csm_xl.cli.opening import this_python
from csm_xl.cli.options import Accept, Force, IgnoreColumn, MapColumn
from csm_xl.cli.outputs import PRIVATE, refuse_foreign, refuse_inputs
from csm_xl.cli.summary import summary
from csm_xl.cli.tables import tables_in_order
from csm_xl.errors import VALUE, CsmError, Issue, faults
from csm_xl.plan.paper import LETTER
from csm_xl.plan.raw import RawTable
from csm_xl.plan.templates import read_template, template_names

if TYPE_CHECKING:
    from csm_xl.engine.lines import Lines
    from csm_xl.plan.schema import TableSchema
    from csm_xl.plan.tables import Tables

DEMO_FILE: Final = "csm_plan.xlsx"
_SAMPLED: Final = ("2026", datetime(2026, 12, 31, 18))
"""The sample's period, and a fixed date instead of today: the same sample gives the same bytes."""
ADDIN_FILE: Final = "csm_plan_addin.xlsx"
TEMPLATE_FILES: Final = ("csm_plan.xlsm", DEMO_FILE, ADDIN_FILE)


def build(
    out: Annotated[Path, typer.Option(help="Folder for the workbooks.")] = Path("workbooks"),
    force: Force = False,
) -> None:
    """Build the starter workbook with macros and buttons (.xlsm), without them (.xlsx), and for the Office
    add-in, and check each.

    It holds sample people for you to overwrite.
    """
    from csm_xl.workbook.sample import sample_raw_tables

    for name in TEMPLATE_FILES:
        refuse_foreign(out / name, _as_made, force)
    tables, _ = read(sample_raw_tables(), "the sample")
    for name in TEMPLATE_FILES:
        if name == ADDIN_FILE:
            _for_addin(out / DEMO_FILE, out / name)
        else:
            _built(out / name, tables, *_SAMPLED)
        proven = _proven(out / name)
        show.say(
            f"{out / name}: {proven['csm'] + proven['native']:,} formulas, {proven['lines']:,} lines, "
            f"all checked."
        )


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the workbook.")] = Path("workbooks"),
    force: Force = False,
) -> None:
    """Build csm_plan.xlsx, pay 67 sample people (60 CSMs, 7 account managers) over four quarters, and check
    every formula."""
    from csm_xl.workbook.sample import sample_raw_tables

    started = perf_counter()
    path = out / DEMO_FILE
    refuse_foreign(path, _as_made, force)
    tables, _ = read(sample_raw_tables(), "the sample")
    result, _ = _built(path, tables, *_SAMPLED)
    proven = _proven(path)
    summary([result], tables, f"{_SAMPLED[0]}, four quarters")
    csms = tables["roster"].columns["role"].tolist().count("CSM")
    sellers = tables["roster"].rows - csms
    show.say(f"{csms} Customer Success Managers, and the {sellers} account managers of their shared deals.")
    show.say(
        Text.assemble(
            ("✓ ", "bold green"),
            f"{proven['csm']:,} =CSM_ formulas and {proven['native']:,} others recalculated, "
            f"{proven['lines']:,} payout lines paid again: every stored value is what Python computes.",
        )
    )
    show.say(f"{perf_counter() - started:.1f} s. Open: {path}")


def _built(
    path: Path,
    tables: Tables,
    period: str,
    refreshed: datetime,
    interpreter: str | None = None,
    findings: Sequence[Issue] = (),
    examples: bool = True,
    paper: str = "Letter",
    mode: int | None = None,
) -> tuple[Lines, list[Issue]]:
    """Pay and write the workbook in one step. Returns the payout lines and all findings.

    examples: whether What-if begins with made-up figures. paper: what its sheets are printed on.
    mode: the file's permissions; None: what the umask leaves.
    """
    from csm_xl.engine.remarks import remarks
    from csm_xl.engine.run import run
    from csm_xl.workbook.build import build
    from csm_xl.workbook.sheets.conf import INTERPRETER

    with show.working(f"Paying {period}"):
        result = run(tables, period)
    told = [*findings, *remarks(tables, [result], [period])]
    with show.working(f"Building {path}"), replacing(path, mode) as temporary:
        build(temporary, tables, period, refreshed, result.rows(), macros_of(path),
              interpreter or INTERPRETER, tuple(told), told.extend, examples, paper)  # fmt: skip
    return result, told


def _for_addin(source: Path, target: Path) -> None:
    """Make the workbook for the Office add-in of the one without macros."""
    from csm_xl.excel.convert import Kind, convert

    with replacing(target) as temporary:
        temporary.write_bytes(convert(source, Kind.addin)[0])


def _as_made(path: Path) -> bool:
    """Whether a file is a workbook made by csm_xl and not saved by anyone since."""
    from csm_xl.workbook.export import untouched
    from csm_xl.workbook.version import version_of
    from csm_xl.xlsx.package import Package

    package = Package(path)
    return version_of(package) is not None and untouched(package)


def macros_of(path: Path) -> bytes | None:
    """The VBA project of a workbook that may have one."""
    if path.suffix.lower() != ".xlsm":
        return None
    from csm_xl.excel.vba_project import macros

    return macros()


def python_here() -> str:
    """The Python that a workbook made on this computer starts."""
    from csm_xl.workbook.sheets.conf import INTERPRETER

    return this_python() or INTERPRETER


def _proven(path: Path) -> dict[str, int]:
    """How much of a workbook was recalculated. Errors: every value that differs from what Python
    calculates."""
    from csm_xl.workbook.operations.check import check
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.package import Package

    with show.working("Recalculating every formula and paying everyone again"):
        found = check(path)
    if wrong := faults(found):
        raise CsmError.of(wrong)
    show.findings(found)
    book = load(Package(path))
    csm = sum("CSM_" in book.formulas[place] for place in book.formulas)
    payouts = book.tables["tblpayouts"]
    return {"csm": csm, "native": len(book.formulas) - csm, "lines": payouts.last_row - payouts.first_row}


def _needs(table: TableSchema) -> str:
    return f"Needs {', '.join(table.required)}."


def _with_table_options(command: Any) -> Any:
    """The command with one option for each table of the schema, in place of ``**files``."""
    signature = inspect.signature(command, eval_str=True)
    own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                Path | None,
                typer.Option(f"--{name.replace('_', '-')}", help=f"CSV. {table.help} {_needs(table)}"),
            ],
        )
        for name, table in tables_in_order({}).items()
    ]
    command.__signature__ = signature.replace(parameters=[*own, *options])
    command.__annotations__ = {each.name: each.annotation for each in [*own, *options]}
    return command


@_with_table_options
def new(
    path: Annotated[
        Path, typer.Argument(help="The workbook to create: .xlsx, or .xlsm with macros and buttons.")
    ],
    plan: Annotated[
        str | None,
        typer.Option(
            help="A template, or your own .toml file (default: starter, unless --plans is given). "
            f"Templates: {', '.join(template_names())}."
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="Period to pay, such as 2026-Q1 or 2026. Default: the year if all of it has results, "
            "otherwise the latest period with results."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    paper: Annotated[
        str | None,
        typer.Option(help="What the sheets are printed on: Letter or A4. Default: the plan's paper_size."),
    ] = None,
    **files: Path | None,
) -> None:
    """Create a workbook from your own CSV exports and a plan, with everyone paid.

    Without a CSV file, the workbook holds sample people for you to overwrite. csm-xl tables NAME describes
    the columns of a table.
    """
    from csm_xl.plan.paper import paper_of

    if path.suffix.lower() not in WORKBOOKS:
        raise CsmError(VALUE, "a workbook must be .xlsx or .xlsm", str(path), None,
                       "End the name in .xlsx, or in .xlsm for macros and buttons.")  # fmt: skip
    refuse_foreign(path, lambda _: True, force, "PATH")
    if path.exists() and not force:
        raise CsmError(VALUE, "the file already exists", str(path), None, "Add --force to replace it.")
    given = {name: file for name, file in files.items() if file}
    refuse_inputs(path, [*given.values(), _own_plan(plan)], "PATH")
    raws = [*_tables(given, plan), *decided(mapped, ignored, accept)]
    mode = PRIVATE if given else None  # what people are paid is their owner's alone; the sample is nobody's
    create(path, raws, period, None if paper is None else paper_of(paper, "--paper"), mode)


def create(
    path: Path,
    raws: Sequence[RawTable],
    period: str | None,
    paper: str | None = None,
    mode: int | None = None,
) -> None:
    """Create a workbook of tables, with everyone paid, and show what they are paid.

    period: what to pay; None: the year if all of it has results, else the latest period. paper: what its
    sheets are printed on; None: as the plan's company says. mode: the file's permissions; None: what the
    umask leaves.
    Errors: everything that is wrong with the tables.
    """
    from csm_xl.workbook.sheets.inputs import together

    tables, warnings = read(raws, str(path), period)
    chosen, tables = period or whole_period(tables), together(tables)
    when = datetime.now().replace(microsecond=0)
    paper = paper or tables.company.paper_size or LETTER
    result, warnings = _built(
        path, tables, chosen, when, python_here(), warnings, examples=False, paper=paper, mode=mode
    )
    show.findings(warnings)
    summary([result], tables, chosen)
    note_open(result.open)
    if not period and (others := periods_beside(tables, chosen)):
        show.note(f"There are also results for {', '.join(others)}; choose one with --period.")
    show.say(f"Open: {path}")


def _own_plan(plan: str | None) -> Path | None:
    return Path(plan) if plan and plan.lower().endswith(".toml") else None


def _tables(given: dict[str, Path], plan: str | None) -> list[RawTable]:
    """The CSV files as tables named by their options, with a template's plan if none is given."""
    from csm_xl.workbook.sample import sample_of

    own = _own_plan(plan)
    if not given and not own:
        return sample_of(plan or "starter")
    tables = [replace(RawTable.of_csv(file), name=name) for name, file in given.items()]
    if "plans" in given and plan:
        raise CsmError(VALUE, "both --plan and --plans are given", "--plan", plan,
                       "Use --plan or --plans, not both.")  # fmt: skip
    if "plans" in given:
        return tables
    return [*plan_of(plan), *tables]


def plan_of(plan: str | None) -> list[RawTable]:
    """The tables of a template, or of a TOML plan. plan: its name or path; None: the starter's."""
    from csm_xl.plan.toml import from_toml

    own = _own_plan(plan)
    return from_toml(own) if own else read_template(plan or "starter")
