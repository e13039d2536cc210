"""The grammar of VBA by other hands (antlr4-vba, MIT), written from the language's published definition."""

from typing import Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser


class _Heard(ErrorListener):  # type: ignore[misc]  # the library has no types
    def __init__(self) -> None:
        self.errors: list[str] = []

    def syntaxError(  # noqa: N802 - the name is the library's
        self, recognizer: Any, symbol: Any, line: int, column: int, said: str, error: Any
    ) -> None:
        self.errors.append(f"line {line}, column {column}: {said[:200]}")


def syntax_errors(text: str) -> list[str]:
    """What the grammar does not accept of a module, whose #If have been resolved; LF ends its lines."""
    heard = _Heard()
    lexer = vbaLexer(InputStream(text))
    parser: Any = vbaParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
        each.addErrorListener(heard)
    parser.startRule()
    return heard.errors
