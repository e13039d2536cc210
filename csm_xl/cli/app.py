"""The command ``csm-xl``: all its commands, and the one place where errors are printed."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_name

from csm_xl import __version__
from csm_xl.cli import (
    addin,
    booking,
    building,
    calling,
    comparing,
    converting,
    data,
    disputes,
    doctor,
    exporting,
    fairness,
    forecasting,
    importing,
    keys,
    ledgers,
    letters,
    libreoffice,
    linting,
    opening,
    paying,
    payrolls,
    plans,
    recalculating,
    refreshing,
    reviewing,
    sensitivity,
    simulating,
    solving,
    statements,
    tables,
)
from csm_xl.cli.options import wants_json
from csm_xl.cli.show import failure, fit_code_page
from csm_xl.errors import VALUE, CsmError

LITERAL_ARGUMENTS = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""So that `call CSM_CAP -0.5` reads −0.5 as a number, not as an option."""


_LONGEST = 200
"""The longest part of a path that is shown."""


class Commands(TyperGroup):
    """The commands. A `CsmError` of any of them is printed as a message, with exit status 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command typed by the user."""
        try:
            return super().invoke(ctx)
        except CsmError as error:
            failure(error, wants_json(ctx))
            raise typer.Exit(2) from None
        except OSError as why:
            if why.filename is None:
                raise  # of what is printed
            named = str(why.filename)[:_LONGEST]
            refused = CsmError(VALUE, "the file cannot be used", named, why.strerror, "Give another path.")
            failure(refused, wants_json(ctx))
            raise typer.Exit(2) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Model, calculate, explain and check how Customer Success Managers are paid.",
)


def _version(asked: bool) -> None:
    if asked:
        print(f"csm-xl {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options given before a command."""


app.command()(building.build)
app.command()(building.demo)
app.command()(building.new)
app.command()(paying.pay)
app.command()(refreshing.refresh)
app.command()(recalculating.recalc)
app.command()(converting.convert)
app.command()(paying.check)
app.command()(paying.explain)
app.command()(linting.lint)
app.command()(statements.statements)
app.command()(letters.letters)
app.command()(reviewing.review)
app.command()(fairness.health)
app.command()(fairness.paygap)
app.command("import")(importing.import_)
app.command()(exporting.export)
app.add_typer(plans.plans, name="plans")
app.command()(booking.close)
app.command()(booking.approve)
app.command()(booking.reject)
app.command()(booking.retro)
app.command()(payrolls.payroll)
app.command()(payrolls.accrue)
app.command()(payrolls.erase)
app.command()(ledgers.ledger)
app.command()(ledgers.backup)
app.add_typer(disputes.dispute, name="dispute")
app.add_typer(ledgers.book, name="book")
app.add_typer(keys.key, name="key")
app.command(context_settings=LITERAL_ARGUMENTS)(calling.call)
app.command()(calling.functions)
app.command()(tables.tables)
app.command("open")(opening.open_workbook)
app.command()(doctor.doctor)
app.command()(data.data)
app.command()(comparing.diff)
app.command()(solving.solve)
app.command()(sensitivity.sensitivity)
app.command()(simulating.simulate)
app.command()(forecasting.forecast)
app.add_typer(libreoffice.app, name="libreoffice")
app.add_typer(addin.app, name="addin")


def main() -> None:
    """The entry point of ``csm-xl``."""
    gc.set_threshold(50_000, 20, 100)  # a workbook is millions of small objects, nearly all of them needed
    # A command that is ended still cleans up: temporary files, an office that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the command
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        else:
            fit_code_page(stream)
    sys.exit(_run())


def _with_what_is_asked(words: Sequence[str]) -> typer.Typer:
    """The command that is asked for, alone: to build them all takes longer than many of them run.
    Where it is none that is known, all of them, for the help and for "did you mean"."""
    name = next((word for word in words if not word.startswith("-")), "")
    commands = [one for one in app.registered_commands
                if name in (one.name, get_command_name(getattr(one.callback, "__name__", "")))]  # fmt: skip
    groups = [one for one in app.registered_groups if one.name == name]
    if not commands and not groups:
        return app
    found = copy(app)
    found.registered_commands, found.registered_groups = commands, groups
    return found


def _run() -> int:
    """The exit status of the command; 141, without a message, if the reader of its output has gone."""
    status = 0
    try:
        _with_what_is_asked(sys.argv[1:])()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except OSError as why:
        status = _unprinted(why)
    try:
        sys.stdout.flush()
    except OSError as why:
        status = _unprinted(why)
    return status


def _unprinted(why: OSError) -> int:
    """Output that cannot be printed: stop, and report it unless the reader has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(why, BrokenPipeError) or why.errno == errno.EPIPE:
        return 141
    with suppress(OSError):
        failure(CsmError(VALUE, "the output of the command cannot be written", "stdout", why.strerror,
                         "Free some disk space, or send the output elsewhere."), False)  # fmt: skip
    return 2
