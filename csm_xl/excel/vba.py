"""Names of arguments that both VBA and Python accept."""

from __future__ import annotations

import keyword
from typing import Final

_WORDS: Final = """
    addressof and any as attribute boolean byref byte byval call case cdecl close const currency date
    debug declare decimal defbool defbyte defcur defdate defdbl defint deflng defobj defsng defstr
    defvar dim do double each else elseif empty end endif enum eqv erase error event exit false for
    friend function get global gosub goto if imp implements in input integer is let lib like lock long
    longlong longptr loop lset me mod new next not nothing null object on open option optional or
    paramarray preserve print private property public put raiseevent redim rem resume return rset seek
    select set shared single static step stop string sub then to true type typeof unlock until variant
    wend while with withevents write xor
"""
RESERVED: Final = frozenset(_WORDS.split())
"""Words of MS-VBAL (reserved identifiers and type names) that cannot be argument names."""
_OWN: Final = frozenset({"k", "argsarray"})
"""Names of variables in xlwings' wrappers."""


def argument_name(name: str) -> str:
    """The name of an argument in VBA and Python: with a trailing ``_`` if the word is reserved.

    >>> argument_name("to"), argument_name("from"), argument_name("cap")
    ('to_', 'from_', 'cap')
    """
    taken = keyword.iskeyword(name) or name.lower() in RESERVED | _OWN
    return f"{name}_" if taken else name
