"""What a case is: a call, and what it gives or how it fails."""

from dataclasses import dataclass
from typing import Any

from csm_xl.xlsx.values import ErrorCell

VALUE, NOT_FOUND, NUM = "#VALUE!", "#N/A", "#NUM!"
DIV0 = ErrorCell("#DIV/0!")


@dataclass(frozen=True)
class Fails:
    """The code of the error, and the argument or cell that its message names."""

    code: str
    where: str


@dataclass(frozen=True)
class Steps:
    """Rows of an explanation: the figure that some of its steps must show, and a word of where from."""

    values: dict[str, float]
    source: str


@dataclass(frozen=True)
class Case:
    name: str
    arguments: tuple[Any, ...]
    expected: Any

    def __str__(self) -> str:
        return f"{self.name}{self.arguments}"[:70]


def column(*values: Any) -> list[list[Any]]:
    return [[value] for value in values]
