"""What own functions answer from memory, and what they are asked anew."""

from __future__ import annotations

from typing import Any

import pytest

from csm_xl.errors import VALUE, CsmError
from csm_xl.xlsx import own_functions
from csm_xl.xlsx.own_functions import OwnFunctions
from csm_xl.xlsx.values import ErrorCell


class Asked:
    """A function that keeps what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.calls = answer, list[tuple[Any, ...]]()

    def __call__(self, *given: Any) -> Any:
        self.calls.append(given)
        if isinstance(self.answer, CsmError):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_functions, "_ANSWERS", {})


def remembering(function: Asked, **more: Any) -> Any:
    return OwnFunctions("X_", {"X_F": function}, **more).remembering().calls["X_F"]


@pytest.mark.parametrize("answer", [1.5, 0.0, "", "text", False, [[1.0, None]]])
def test_the_same_question_is_asked_once(answer: Any) -> None:
    asked = Asked(answer)
    assert [remembering(asked)([[1.0, "a"]], None) for _ in range(3)] == [answer] * 3
    assert len(asked.calls) == 1


def test_what_a_sheet_distinguishes_is_asked_apart() -> None:
    asked = Asked(0.0)
    for given in (1.0, True, "1", None, "", [[1.0]], [[1.0], [1.0]], [[1.0, 1.0]]):
        remembering(asked)(given)
    assert len(asked.calls) == 8


def test_errors_unsettled_functions_error_cells_and_long_answers_are_asked_each_time() -> None:
    failing = Asked(CsmError(VALUE, "no", "", None, ""))
    for _ in range(2):
        with pytest.raises(CsmError):
            remembering(failing)(1.0)
    unsettled, odd, long = Asked(1.0), Asked(1.0), Asked([[1.0]] * 101)
    for _ in range(2):
        remembering(unsettled, unsettled=frozenset({"X_F"}))(1.0)
        remembering(odd)(ErrorCell("#N/A"))
        remembering(long)(1.0)
    assert [len(each.calls) for each in (failing, unsettled, odd, long)] == [2, 2, 2, 2]


def test_the_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_functions, "_MOST_ANSWERS", 3)
    asked = Asked(1.0)
    for number in range(10):
        remembering(asked)(float(number))
        assert len(own_functions._ANSWERS) <= 3
