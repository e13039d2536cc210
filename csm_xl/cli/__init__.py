"""The command line: ``csm-xl demo``, ``new``, ``pay``, ``check``, ``explain``, ``call``, ``functions``,
``tables``.

Results go to stdout, everything else to stderr. Exit status: 0 success, 1 a check has findings, 2 an error.
"""

from csm_xl.cli.app import app, main

__all__ = ["app", "main"]
