"""Helper tables of the Dashboard: what a plan pays when every goal is reached to the same degree.

Live: the curve, floor, cap and weight of each component are looked up, paid by ``CSM_PAYCURVE`` and
``CSM_CAP``, and put together by ``CSM_WEIGHTED`` and the plan's cap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from csm_xl.plan.parts import not_on_attainment
from csm_xl.plan.table import Tables, cell_of
from csm_xl.workbook.page import Column, Table, this_row
from csm_xl.workbook.sheets.results import Paid

WAYS: Final = "tblWays"
STEPS: Final = "tblStep"
POINTS: Final = "tblCurvePoints"
MARKS: Final = "tblCurveMarks"
POINTS_A_PLAN: Final = 16
MOST_PLANS: Final = 6
_LEAST, _MOST = 0.5, 1.5  # the attainments between which curves are drawn
_BESIDE: Final = 0.0001  # how far before a curve point a step is seen


class _Way(NamedTuple):
    """A component with a weight: its plan, and the attainments of its curve."""

    plan: str
    component: str
    knots: tuple[float, ...]


def drawn_plans(tables: Tables, paid: Paid) -> list[str]:
    """The plans whose components pay for attainment alone, those with most payout lines first."""
    at = paid.lines[0].index("plan_id")
    lines: dict[str, int] = {}
    for line in paid.lines[1:]:
        lines[line[at]] = lines.get(line[at], 0) + 1
    ways = _ways(tables, paid)
    mixed = {plan for plan, _ in _paying_otherwise(tables)}
    found = {way.plan for way in ways} - mixed
    return sorted(found, key=lambda plan: (-lines.get(plan, 0), plan))[:MOST_PLANS]


def plan_curves(tables: Tables, paid: Paid, left: int, top: int) -> list[Table]:
    """Ways of paying, their steps, and the points and marks of the plans' curves, side by side."""
    plans = drawn_plans(tables, paid)
    ways = [way for plan in plans for way in _ways(tables, paid) if way.plan == plan]
    points = [(plan, at) for plan in plans for at in _attainments(way for way in ways if way.plan == plan)]
    first = _way_table(ways, left, top)
    second = _step_table(ways, points, first.right + 2, top)
    third = _point_table(points, second.right + 2, top)
    return [first, second, third, _mark_table(plans, ways, points, third.right + 2, top)]


def _ways(tables: Tables, paid: Paid) -> list[_Way]:
    """The components with a weight that are in the payout lines."""
    plan, component, weight = (paid.lines[0].index(name) for name in ("plan_id", "component_id", "weight"))
    used = {(line[plan], line[component]) for line in paid.lines[1:] if line[weight] is not None}
    curves: dict[str, list[float]] = {}
    knots = tables["curves"].columns
    for name, at in zip(knots["curve_id"].tolist(), knots["attainment"].tolist(), strict=True):
        curves.setdefault(name, []).append(at)
    given = tables["components"]
    found: dict[tuple[str, str], _Way] = {}
    for row in range(given.rows):
        key = (str(_cell(given, row, "plan_id")), str(_cell(given, row, "component_id")))
        if key in used:
            bounds = [_cell(given, row, name) for name in ("floor", "cap")]
            own = curves.get(_cell(given, row, "curve_id") or "", [at for at in bounds if at is not None])
            found[key] = _Way(*key, tuple(own))
    return list(found.values())


def _paying_otherwise(tables: Tables) -> list[tuple[str, str]]:
    """Components that a matrix, a rank, a figure in its own unit or a strict curve pays: not for one
    attainment, as ``CSM_PAYCURVE`` pays it."""
    given, curves = tables["components"], not_on_attainment(tables)
    return [
        (str(_cell(given, row, "plan_id")), str(_cell(given, row, "component_id")))
        for row in range(given.rows)
        if _cell(given, row, "matrix_id")
        or _cell(given, row, "peer_group")
        or _cell(given, row, "on") == "actual"
        or _cell(given, row, "curve_id") in curves
    ]


def _cell(given: Any, row: int, name: str) -> Any:
    return cell_of(given.schema.column(name), given.value(row, name))


def _attainments(ways: Iterable[_Way]) -> list[float]:
    """Where a plan's curve is calculated: the ends, the curve points, a hair before each; as many for each
    plan."""
    knots = sorted({at for way in ways for at in way.knots if _LEAST <= at <= _MOST} | {1.0})
    room = POINTS_A_PLAN - 2
    before = [round(at - _BESIDE, 6) for at in knots]
    found = {_LEAST, _MOST, *(knots if 2 * len(knots) > room else [*knots, *before])}
    every = sorted(found)
    if len(every) > POINTS_A_PLAN:
        every = [every[at * (len(every) - 1) // (POINTS_A_PLAN - 1)] for at in range(POINTS_A_PLAN)]
    return every + [every[-1]] * (POINTS_A_PLAN - len(every))


def _way_table(ways: list[_Way], left: int, top: int) -> Table:
    plan, component, curve, row, first = (
        this_row(WAYS, header)
        for header in ("Plan id", "Component id", "Curve id", "Row (number)", "First (row)")
    )
    where = f"(tblComponents[Plan id]={plan})*(tblComponents[Component id]={component})"
    where += '*(tblComponents[Valid from]<=period_end)*((tblComponents[Valid to]="")+'
    where += "(tblComponents[Valid to]>=period_end)>0)"

    def of_row(header: str) -> str:
        cell = f"INDEX(tblComponents[{header}],{row})"
        return f'=IF({row}="","",IF({cell}="","",{cell}))'

    def of_curve(header: str, default: str) -> str:
        cell = f"INDEX(tblCurves[{header}],{first})"
        return f'=IF({curve}="","",IF({cell}="","{default}",{cell}))'

    columns = (
        Column("Way (number)", "value", "count"),
        Column("Plan id", "value", "text"),
        Column("Component id", "value", "text"),
        Column("Row (number)", "calc", "count", f'=IF({plan}="","",MATCH(1,INDEX({where},0),0))'),
        Column("Weight (%)", "calc", "percent", of_row("Weight (%)")),
        Column("Floor (%)", "calc", "percent", of_row("Floor (%)")),
        Column("Cap (%)", "calc", "percent", of_row("Cap (%)")),
        Column("Curve id", "calc", "text", of_row("Curve id")),
        Column("First (row)", "calc", "count", f'=IF({curve}="",0,MATCH({curve},tblCurves[Curve id],0))'),
        Column("Last (row)", "calc", "count",
               f'=IF({curve}="",0,{first}+SUMPRODUCT((tblCurves[Curve id]={curve})*1)-1)'),
        Column("Mode", "calc", "text", of_curve("Mode", "linear")),
        Column("Below", "calc", "text", of_curve("Below", "zero")),
        Column("Above", "calc", "text", of_curve("Above", "hold")),
        Column("Curve cap (%)", "calc", "percent", of_curve("Cap (%)", "")),
    )  # fmt: skip
    rows = [[at, way.plan, way.component, *[None] * 11] for at, way in enumerate(ways, 1)]
    return Table(WAYS, "Ways of paying", "Looked up on Plans and Curves.", columns, rows, left, top)


def _step_table(ways: list[_Way], points: list[tuple[str, float]], left: int, top: int) -> Table:
    found = ("First (row)", "Last (row)", "Mode", "Below", "Above", "Curve cap (%)", "Floor (%)", "Cap (%)")
    cell = {header: this_row(STEPS, header) for header in ("Way (number)", "Attainment (%)", *found)}

    way = cell["Way (number)"]

    def looked_up(header: str) -> Column:
        number = {"(row)": "count", "(%)": "percent"}.get(header.split()[-1], "text")
        return Column(header, "calc", number, f'=IF({way}="","",INDEX({WAYS}[{header}],{way}))')

    at, first, last = (cell[header] for header in ("Attainment (%)", "First (row)", "Last (row)"))
    knots = f"INDEX(tblCurves[Attainment (%)],{first}):INDEX(tblCurves[Payout (%)],{last})"
    words = ",".join(cell[header] for header in ("Mode", "Below", "Above", "Curve cap (%)"))
    ratio = this_row(STEPS, "On the curve (%)")
    columns = (
        Column("Point (number)", "value", "count"),
        Column("Way (number)", "value", "count"),
        Column("Attainment (%)", "value", "percent"),
        *(looked_up(header) for header in found),
        Column("On the curve (%)", "calc", "percent",
               f"=IF(N({first})=0,MAX({at},0),CSM_PAYCURVE({at},{knots},{words}))"),
        Column("Payout (%)", "calc", "percent", f"=CSM_CAP({ratio},{cell['Floor (%)']},{cell['Cap (%)']})"),
        looked_up("Weight (%)"),
    )  # fmt: skip
    rows = [
        [number, one, attainment, *[None] * (len(columns) - 3)]
        for number, (plan, attainment) in enumerate(points, 1)
        for one, way in enumerate(ways, 1)
        if way.plan == plan
    ]
    return Table(STEPS, "Components at each point", "Live: CSM_PAYCURVE, CSM_CAP.", columns, rows, left, top)


def _point_table(points: list[tuple[str, float]], left: int, top: int) -> Table:
    number, plan, first, last = (
        this_row(POINTS, header) for header in ("Point (number)", "Plan id", "First (row)", "Last (row)")
    )
    payouts, weights = (
        f"INDEX({STEPS}[{header}],{first}):INDEX({STEPS}[{header}],{last})"
        for header in ("Payout (%)", "Weight (%)")
    )
    whole = this_row(POINTS, "Uncapped (%)")

    def of_plan(header: str) -> str:
        return f"INDEX(tblPlans[{header}],MATCH({plan},tblPlans[Plan id],0))"

    method, cap = this_row(POINTS, "Method"), this_row(POINTS, "Plan cap (× target)")
    combined, capped = of_plan("Combination"), of_plan("Plan cap (× target)")
    numbers = f"{STEPS}[Point (number)]"
    computed = (
        ("First (row)", "count", number, f"MATCH({number},{numbers},0)"),
        ("Last (row)", "count", first, f"{first}+COUNTIFS({numbers},{number})-1"),
        ("Method", "text", plan, f'IF({combined}="","additive",{combined})'),
        ("Plan cap (× target)", "share", plan, f'IF({capped}="","",{capped})'),
        ("Uncapped (%)", "percent", first, f"CSM_WEIGHTED({payouts},{weights},{method})"),
        ("Payout of target (%)", "percent", first, f"CSM_CAP({whole},0,{cap})"),
    )
    columns = (
        Column("Point (number)", "value", "count"),
        Column("Plan id", "value", "text"),
        Column("Attainment (%)", "value", "percent"),
        *(Column(header, "calc", kind, f'=IF({needs}="","",{formula})')
          for header, kind, needs, formula in computed),
    )  # fmt: skip
    rows = [[at, plan, attainment, *[None] * 6] for at, (plan, attainment) in enumerate(points, 1)]
    return Table(POINTS, "Pay curves", "Same attainment of every goal, gates met.", columns, rows, left, top)


def _mark_table(
    plans: list[str], ways: list[_Way], points: list[tuple[str, float]], left: int, top: int
) -> Table:
    """Threshold, target and excellence of each plan, at points of its curve."""
    rows: list[list[Any]] = []
    for plan in plans:
        own = [way.knots for way in ways if way.plan == plan and way.knots]
        here = {at: number for number, (name, at) in reversed(list(enumerate(points, 1))) if name == plan}
        marks = (("threshold", min((min(knots) for knots in own), default=1.0)), ("target", 1.0),
                 ("excellence", max((max(knots) for knots in own), default=1.0)))  # fmt: skip
        for mark, wanted in marks:
            rows.append([plan, mark, here[_nearest(here, wanted)], None, None])
    number = this_row(MARKS, "Point (number)")
    columns = (
        Column("Plan id", "value", "text"),
        Column("Mark", "value", "text"),
        Column("Point (number)", "value", "count"),
        *(Column(header, "calc", "percent", f'=IF({number}="","",INDEX({POINTS}[{header}],{number}))')
          for header in ("Attainment (%)", "Payout of target (%)")),
    )  # fmt: skip
    return Table(MARKS, "Marks", "Turning points of the plans' curves.", columns, rows, left, top)


def _nearest(attainments: Iterable[float], wanted: float) -> float:
    return min(attainments, key=lambda attainment: (abs(attainment - wanted), attainment))
