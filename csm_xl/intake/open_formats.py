"""How an export writes dates and numbers: what its values decide, and what has to be asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from csm_xl.errors import listed
from csm_xl.intake.cells_read import texts
from csm_xl.intake.column_answers import Around
from csm_xl.intake.dates import DatesFound, detect_dates
from csm_xl.intake.grid import Grid
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.numbers import (
    SIGNS,
    NumberFormat,
    NumbersFound,
    detect_numbers,
    number_format,
    possible_currencies,
)
from csm_xl.intake.open_columns import Opened
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import AS_WRITTEN, ORDERS, Order, Source
from csm_xl.intake.sources_writing import toml, toml_key
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.currency_codes import CODES
from csm_xl.plan.names import NOTHING
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import header_words

_DIGIT: Final = re.compile(r"\d")
_SCALES: Final = frozenset({"k", "K", "M", "MM", "mn", "Mn", "mio", "Mio", "bn", "Bn", "Tsd", "TEUR", "T€"})
"""What is beside a number in thousands, millions or more."""
_WORDS_MOST: Final = 12
"""A column with more different words than this is no scale."""
_SHARE: Final = 1.5
"""Above this, a plain number under a header that says percent is probably one."""
_WORDS: Final = {"mdy": "month, day, year", "dmy": "day, month, year", "ymd": "year, month, day"}


def open_formats(source: Source, grid: Grid, schema: TableSchema, around: Around) -> Opened:
    """A source with the formats that all of its values decide; the others as questions."""
    columns = {**source.columns, **implied_columns(source, grid, schema)}
    if source.unpivot is not None:
        columns |= {
            f"{ours}\0{at}": theirs
            for ours, each in source.unpivot.cells.items()
            for at, theirs in enumerate(each)
        }
    by_kind: dict[str, dict[str, list[object]]] = {"dates": {}, "numbers": {}}
    ratios: dict[str, str] = {}
    amounts: dict[str, tuple[list[object], bool]] = {}
    in_words: list[Question] = []
    for ours, theirs in columns.items():
        name, at = ours.partition("\0")[0], grid.column(theirs)
        if at is None or name not in schema.names or name in (*source.text, *source.values):
            continue
        kind = schema.column(name).kind
        if kind == "date":
            by_kind["dates"][theirs] = grid.cells(at)
        elif kind in NUMERIC and (question := _in_words(grid, name, theirs)) is not None:
            in_words.append(question)
        elif kind in NUMERIC:
            by_kind["numbers"][theirs] = grid.cells(at)
            if kind == "ratio":
                ratios[name] = theirs
            if kind in ("money", "number"):
                amounts[theirs] = grid.cells(at), kind == "money"
    source, of_dates = _dates(
        source, grid, {key: detect_dates(each) for key, each in by_kind["dates"].items()}
    )
    of_signs = _odd_signs(source, grid, amounts, columns.get("currency", ""))
    source, of_numbers = _numbers(source, grid, by_kind["numbers"], around, schema)
    percentages = _percentages(source, grid, ratios, by_kind["numbers"])
    return Opened(source, (*in_words, *of_dates, *of_signs, *of_numbers, *percentages))


def _in_words(grid: Grid, ours: str, theirs: str) -> Question | None:
    """The question about a column of numbers that holds a few words instead, such as good and bad."""
    at = grid.column(theirs)
    said = Counter(texts(grid.cells(at if at is not None else 0)))
    words = [word for word in said if word.casefold() not in NOTHING and not _DIGIT.search(word)]
    if not words or len(words) > _WORDS_MOST or any(_DIGIT.search(word) for word in said):
        return None
    shown = listed((f"{word!r} ({said[word]:,})" for word in words), _WORDS_MOST)
    text = f"{theirs!r} holds words, and {ours} is a number. It holds {shown}. Which number is each?"
    line = f"values.{ours} = {toml(dict.fromkeys(words, 'NUMBER'))}"
    hint = f"; where.{toml_key(theirs)} = {toml(words[:2])} first, if only some of them count"
    return Question(grid.block.place, text, (), line + hint)


def _dates(source: Source, grid: Grid, found: Mapping[str, DatesFound]) -> tuple[Source, list[Question]]:
    questions: list[Question] = []
    timed = {header: one.timed for header, one in found.items() if one.timed}
    if timed and not source.times:
        example = next(iter(timed.values()))
        text = f"{listed(map(repr, timed))} holds times of day, such as {example}."
        text += " Does the day count as it is written?"
        answer = Answer("the day counts as it is written", f"times = {toml(AS_WRITTEN)}",
                        lambda one: replace(one, times=AS_WRITTEN))  # fmt: skip
        questions.append(Question(grid.block.place, text, (answer,)))
    asked = {header: one for header, one in found.items() if one.needed}
    if source.dates or not asked:
        return source, questions
    orders = {one.orders for one in asked.values()}
    if len(orders) == 1 and len(next(iter(orders))) == 1:
        return replace(source, dates=next(iter(orders))[0]), questions
    said = [_said_of_dates(header, one) for header, one in asked.items()]
    possible = [
        order for order in ORDERS if all(order in one.orders or not one.orders for one in asked.values())
    ]
    answers = tuple(_order(order) for order in possible or ORDERS)
    questions.append(Question(grid.block.place, f"in what order are the dates? {' '.join(said)}", answers))
    return source, questions


def _said_of_dates(header: str, found: DatesFound) -> str:
    if found.misfit:
        return f"{header!r}: no order fits all values; {found.misfit} does not fit with the others."
    if found.first:
        return f"{header!r}: {found.first} can be {' or '.join(_WORDS[order] for order in found.orders)}."
    return f"{header!r}: {_WORDS[found.orders[0]]}."


def _order(order: str) -> Answer:
    said: Order = order  # type: ignore[assignment]
    return Answer(_WORDS[order], f"dates = {toml(order)}", lambda one: replace(one, dates=said))


def _numbers(
    source: Source, grid: Grid, given: Mapping[str, list[object]], around: Around, schema: TableSchema
) -> tuple[Source, list[Question]]:
    if source.number:
        return source, _stated_sign(source, grid, around, schema)
    found = {header: _found(each, source) for header, each in given.items()}
    asked = {header: one for header, one in found.items() if one.needed}
    if not asked:
        return source, []
    points = {one.point for each in asked.values() for one in each.formats}
    merged = _merged([each.formats for each in asked.values()])
    questions = []
    if merged is not None:
        source = replace(source, number=merged.sample)
    else:
        said = [_said_of_numbers(header, one) for header, one in asked.items()]
        sign = next((one.sign for each in asked.values() for one in each.formats if one.sign), "")
        forms = [NumberFormat(".", ",", sign), NumberFormat(",", ".", sign)]
        answers = tuple(_sample(form) for form in forms if form.point in points or not points)
        text = f"how are numbers written? {' '.join(said)}"
        questions.append(Question(grid.block.place, text, answers, 'number = "A SAMPLE"'))
    sign = next((one.sign for each in asked.values() for one in each.formats if one.sign), "")
    stated, of_currency = _currency(source, grid, sign, around, schema)
    if stated.currency != source.currency and (example := _unsigned(given, sign)):
        text = (
            f"some numbers are in {sign!r}, and others, such as {example!r}, have no sign. Which currency is"
        )
        answer = _one_currency(stated.currency)
        of_currency = [Question(grid.block.place, f"{text} it?", (answer,), 'currency = "CODE"')]
        stated = source
    return stated, [*questions, *of_currency]


def _odd_signs(
    source: Source, grid: Grid, amounts: Mapping[str, tuple[list[object], bool]], currency: str
) -> list[Question]:
    """Questions about what is beside numbers: thousands, beside money no currency, or another currency than
    the file's own column of them holds.

    amounts: header → its cells, and whether they are money. currency: the header of that column; blank: none.
    """
    at = grid.column(currency) if currency and not source.number else None
    known = at is not None or source.currency  # otherwise the sign is asked about as a currency
    held = {text.upper() for text in texts(grid.cells(at))} if at is not None else set()
    found = []
    for header, (given, money) in amounts.items() if not source.number else ():
        for sign in dict.fromkeys(one.sign for one in _found(given, source).formats if one.sign):
            example = next((text for text in texts(given) if sign in text), sign)
            codes = possible_currencies(sign)
            if sign in _SCALES or (money and known and not codes):
                text = f"{header!r}: what does {sign!r} in {example!r} mean?"
            elif money and held and held <= CODES and not held & codes:
                text = f"{header!r} has {example!r}, and {currency!r} holds {listed(sorted(held))}."
                text += " Which currency is it?"
            else:
                continue
            hint = 'number = "A SAMPLE", with what may be beside a number; or correct the file'
            found.append(Question(grid.block.place, text, (), hint))
    return found


def _unsigned(given: Mapping[str, list[object]], sign: str) -> str:
    """A number without the sign that others of its column have; blank where there is none."""
    for cells in given.values():
        said = [text for text in texts(cells) if _DIGIT.search(text)]
        without = [text for text in said if sign not in text]
        if 0 < len(without) < len(said):
            return without[0]
    return ""


def _one_currency(code: str) -> Answer:
    return Answer(code, f"currency = {toml(code)}", lambda one: replace(one, currency=code))


def _found(given: list[object], source: Source) -> NumbersFound:
    said = [text for text in texts(given) if text.casefold() not in NOTHING]
    return detect_numbers(said, source.currency) if said else NumbersFound((NumberFormat("."),))


def _merged(each: list[tuple[NumberFormat, ...]]) -> NumberFormat | None:
    """The one format of several columns; None where one is open, or two differ."""
    if any(len(formats) != 1 for formats in each):
        return None
    forms = [formats[0] for formats in each]
    groups = {" " if one.group.isspace() else one.group for one in forms if one.group}
    signs = {one.sign for one in forms if one.sign}
    if len({one.point for one in forms}) > 1 or len(groups) > 1 or len(signs) > 1:
        return None
    point = forms[0].point
    group = min(groups, default="." if point == "," else ",")
    return NumberFormat(point, group, min(signs, default=""))


def _said_of_numbers(header: str, found: NumbersFound) -> str:
    if found.misfit:
        return f"{header!r}: no format fits all values; {found.misfit!r} does not fit with the others."
    if found.first:
        values = " or ".join(str(one.plain(found.first)) for one in found.formats)
        return f"{header!r}: {found.first!r} can be {values}."
    return f"{header!r}: as {found.formats[0].sample}."


def _sample(form: NumberFormat) -> Answer:
    return Answer(
        f"as {form.sample}", f"number = {toml(form.sample)}", lambda one: replace(one, number=form.sample)
    )


def _currency(
    source: Source, grid: Grid, sign: str, around: Around, schema: TableSchema
) -> tuple[Source, list[Question]]:
    """The currency that the sign beside numbers means; a question where it can mean several."""
    if not sign or sign in _SCALES or source.currency or "currency" not in schema.names:
        return source, []
    if "currency" in source.columns:
        return source, []
    if "currency" in implied_columns(source, grid, schema):
        return source, []
    codes = SIGNS.get(sign, (sign.upper(),) if len(sign) == 3 else ())
    plans = around.currencies
    if len(plans) == 1 and plans <= set(codes):
        return source, []  # the plan's own currency, which a blank means
    if len(codes) == 1:
        return replace(source, currency=codes[0]), []
    answers = tuple(
        Answer(code, f"currency = {toml(code)}", lambda one, code=code: replace(one, currency=code))  # type: ignore[misc]
        for code in codes
    )
    return source, [Question(grid.block.place, f"which currency is {sign!r}?", answers, 'currency = "CODE"')]


def _stated_sign(source: Source, grid: Grid, around: Around, schema: TableSchema) -> list[Question]:
    """The question which currency a stated sample means, where its sign is none of what the plans pay in: a
    blank currency would be read as theirs."""
    sample = number_format(source.number)
    codes = possible_currencies(sample.sign) if sample is not None else frozenset()
    if sample is None or not codes or not around.currencies or around.currencies & codes:
        return []
    stated, questions = _currency(source, grid, sample.sign, around, schema)
    if stated.currency == source.currency:
        return questions
    text = f"numbers are in {sample.sign!r}, and the plans pay in {listed(sorted(around.currencies))}."
    answer = _one_currency(stated.currency)
    return [Question(grid.block.place, f"{text} Which currency is it?", (answer,), 'currency = "CODE"')]


def _percentages(
    source: Source, grid: Grid, ratios: Mapping[str, str], given: Mapping[str, list[object]]
) -> list[Question]:
    """Ratios whose header says percent and whose plain numbers are above 1.5: 80 for 80%."""
    found = []
    for ours, theirs in ratios.items():
        plain = [cell for cell in given[theirs] if isinstance(cell, (int, float)) or
                 (isinstance(cell, str) and cell.strip().replace(".", "", 1).isdigit())]  # fmt: skip
        said = "%" in theirs or {"percent", "percentage", "pct"} & set(header_words(theirs))
        if ours in source.percent or not said or not any(float(str(cell)) > _SHARE for cell in plain):
            continue
        most = max(plain, key=lambda cell: float(str(cell)))
        text = f"{theirs!r} holds numbers such as {most}. Are they percentages?"
        answer = Answer(f"{ours} is in percent: 80 is 80%", f"percent = {toml([*source.percent, ours])}",
                        lambda one, ours=ours: replace(one, percent=(*one.percent, ours)))  # type: ignore[misc]  # fmt: skip
        found.append(Question(grid.block.place, text, (answer,)))
    return found
