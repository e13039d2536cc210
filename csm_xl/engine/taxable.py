"""Whose taxes can be estimated: people who are paid in dollars and work in the United States."""

from __future__ import annotations

from typing import Final

from csm_xl.data.us_places import is_us_place, is_us_state, names_a_place, read_two_ways
from csm_xl.engine.context import RunContext
from csm_xl.errors import Issue, listed
from csm_xl.plan.names import plain_name
from csm_xl.plan.periods import Period

CURRENCY: Final = "USD"
ASSUMED: Final = "taxed as in the United States: no location and no state is stated"
"""What is assumed about people paid in dollars whose place of work is not given."""
NO_STATE: Final = "state_tax is 0: no state is stated; type it in the column state of the roster"
"""What is reported about people who work in the United States, where nothing says in which state they are
taxed."""
_IN_FULL: Final = "type the state's name in full in the column state of the roster, or clear it"
_MEND: Final = "type the state, if they work in one, in the column state of the roster"


def why_not_taxed(context: RunContext, person: int, year: Period) -> str:
    """Why there is no estimate of a person's taxes, in words; empty where there is one.

    A state that is stated is where the person is taxed. Otherwise every location of the year must be in the
    United States. Without any of these, dollars decide.
    """
    currency = _currency(context, person)
    if currency != CURRENCY:
        return f"no tax estimate: paid in {currency}, and the estimate is of US taxes"
    state = str(context.tables["roster"].columns["state"][person])
    places = [place for place in _places(context, person, year) if not is_us_place(place)]
    if state and not is_us_state(state) and places:
        return (
            f"no tax estimate: {state} is not a US state, and {listed(places)} is not known as a US location"
        )
    abroad = [place for place in places
              if names_a_place(place) and plain_name(place) != plain_name(state)]  # fmt: skip
    if state and abroad and (both := read_two_ways(state)):
        text, here, country = both
        return f"no tax estimate: {text} with {listed(abroad)} can be {here} or {country}; {_IN_FULL}"
    if state or not places:
        return ""
    both = next(filter(None, map(read_two_ways, places)), None)
    if both:
        text, here, country = both
        within = "" if [text] == places else f" in {listed(places)}"
        return f"no tax estimate: {text}{within} can be {here} or {country}; {_MEND}"
    return f"no tax estimate: {listed(places)} is not known as a US location; {_MEND}"


def assumed(context: RunContext, person: int, year: Period) -> str:
    """What the estimate of a person's taxes takes to be so, in words; empty where a state is stated."""
    if context.tables["roster"].columns["state"][person]:
        return ""
    return NO_STATE if _places(context, person, year) else ASSUMED


def no_figures(state: str) -> str:
    """That the income tax of a state is not known, in words."""
    return (f"no tax estimate: there are no figures for the income tax of {state};"
            " enter its rates in the table tax_brackets, or clear the state to estimate only federal and"
            " payroll tax")  # fmt: skip


def no_figures_of_year(issue: Issue, hint: str) -> str:
    """That the income tax of a state is known of other years alone, in words."""
    return f"no tax estimate: {issue.message}, {issue.got}. {issue.hint} {hint}".rstrip(".")


def _places(context: RunContext, person: int, year: Period) -> list[str]:
    """The locations of a person in the year, in time."""
    return context.history.in_time(person, "location", year.start, year.end)


def _currency(context: RunContext, person: int) -> str:
    own = str(context.tables["roster"].columns["currency"][person])
    plan = str(context.tables["roster"].columns["plan_id"][person])
    return (own or context.book.versions(plan)[-1].currency).upper()
