"""The company as outputs show it: its name, logo and contact line, and whether people are named.

A person says so on the Control sheet of a workbook, or in a TOML plan (``[company]``). It travels with the
tables as one more raw table, as decisions do; nobody's pay depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.decisions import COMPANY
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.number_style import STYLES, style_of
from csm_xl.plan.paper import paper_of
from csm_xl.plan.raw import Origin, RawTable

TOML_KEY: Final = "company"
"""The table of a TOML plan that holds these settings."""
NAMES: Final = "names_on_outputs"
TEXTS: Final = ("company_name", "company_logo", "contact_line", "paper_size", *STYLES)
_ROW: Final = ("setting", "value", "where")


@dataclass(frozen=True, slots=True)
class Company:
    """How outputs show the company and its people; blank: nothing is shown.

    company_logo: the path of a PNG or JPEG picture; logo_cell: where it was typed. paper_size: of a folder of
    plans, blank where none says it. number_style, date_style: how statements and letters write numbers and
    days, of `csm_xl.plan.number_style`; blank: the usual way. names_on_outputs: whether outputs name people,
    and not only by their ID.
    """

    company_name: str = ""
    company_logo: str = ""
    contact_line: str = ""
    paper_size: str = ""
    names_on_outputs: bool = True
    logo_cell: str = ""
    number_style: str = ""
    date_style: str = ""


def company_table(said: Mapping[str, Any], where: Mapping[str, str], name: str) -> list[RawTable]:
    """The settings of the company as a raw table beside the others; none, where nothing is.

    said: setting → its value, as `Company` has it. where: setting → its place. name: what holds them.
    """
    rows = [(key, said[key], where.get(key, key)) for key in TEXTS if said.get(key)]
    if said.get(NAMES) is False:
        rows.append((NAMES, False, where.get(NAMES, NAMES)))
    return [RawTable(COMPANY, [_ROW, *rows], Origin("range", name))] if rows else []


def company_of(raws: Iterable[RawTable]) -> tuple[Company, list[Issue]]:
    """The company as the tables' companions describe it, and what they contradict each other in.

    Whoever says that nobody is named is heard: names are shown only where nobody forbids it.

    >>> company_of(company_table({"company_name": "Sample Inc."}, {}, "Control"))[0].company_name
    'Sample Inc.'
    """
    said: dict[str, tuple[Any, str]] = {}
    issues = []
    for raw in raws:
        for key, value, where in raw.rows[1:] if raw.name == COMPANY else ():
            before = said.setdefault(key, (value, where))
            if before[0] != value:
                what = f"two settings of {key} differ: {before[0]!r} ({before[1]}) and {value!r} ({where})"
                issues.append(Issue(VALUE, what, where, value, "Keep one of the two."))
    cell = said.get("company_logo", ("", ""))[1]
    return Company(**{key: value for key, (value, _) in said.items()}, logo_cell=cell), issues


def toml_company(document: Mapping[str, Any], called: str, folder: Path | None = None) -> list[RawTable]:
    """The settings of a TOML plan's table ``[company]``.

    folder: that of the file, from which a relative path of the logo counts.
    Errors: settings that there are not, or whose values are of another kind.

    >>> toml_company({"company": {"names_on_outputs": False}}, "plan.toml")[0].rows[1][:2]
    ('names_on_outputs', False)
    """
    given = document.get(TOML_KEY, {})
    known = (*TEXTS, NAMES)
    if not isinstance(given, dict):
        raise CsmError(VALUE, "company does not have the required form", f"{called} {TOML_KEY}", None,
                       'Write [company], and below it company_name = "…".')  # fmt: skip
    issues = []
    for key, value in given.items():
        where = f"{called} {TOML_KEY}.{key}"
        if key not in known:
            hint = f"{did_you_mean(key, known)}Allowed: {', '.join(known)}."
            issues.append(Issue(NOT_FOUND, f"a company has no setting {key!r}", where, None, hint))
        elif key == NAMES and not isinstance(value, bool):
            issues.append(Issue(VALUE, f"{NAMES} is true or false", where, value, f"Write {NAMES} = false."))
        elif key != NAMES and not isinstance(value, str):
            issues.append(Issue(VALUE, f"{key} is a text", where, value, "Put it in double quotes."))
    if issues:
        raise CsmError.of(issues)
    said = {key: value if key == NAMES else value.strip() for key, value in given.items()}
    if said.get("paper_size"):
        said["paper_size"] = paper_of(said["paper_size"], f"{called} {TOML_KEY}.paper_size")
    for key in STYLES:
        if said.get(key):
            said[key] = style_of(key, said[key], f"{called} {TOML_KEY}.{key}")
    if said.get("company_logo") and folder is not None:
        said["company_logo"] = str(folder / Path(said["company_logo"]).expanduser())
    return company_table(said, {key: f"{called} {TOML_KEY}.{key}" for key in said}, called)
