"""``csm-xl key``: keys that sign what somebody writes in the book of record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.booking import BookOption, By, claimed, opened, say_event
from csm_xl.cli.options import AsJson

key = typer.Typer(no_args_is_help=True, help="Keys that sign what you write in the book: new, list.")


@key.command()
def new(
    file: Annotated[Path, typer.Argument(help="The new file of your private key. Give it to nobody.")],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase that encrypts the file.")
    ] = False,
    book: BookOption = None,
    by: By = None,
) -> None:
    """Create a key of your own, and enroll it. It counts once a colleague has approved it.

    A later key takes the place of an earlier one; csm-xl reject revokes one. What it signed stays valid.
    """
    from csm_xl.book import signing

    kept = opened(book)
    kept.signing = None  # the key that is new enrolls itself
    secret = ""
    if passphrase:
        secret = typer.prompt("Passphrase of the new key", hide_input=True, confirmation_prompt=True)
    public = signing.new_key(file, secret)
    try:
        event = signing.enroll(kept, public, by)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    show.say(f"{file}: your private key. Its fingerprint is {signing.fingerprint(public)}.")
    show.say("Give the fingerprint to whoever approves the key, so that they compare it.")
    say_event(event, kept)


@key.command("list")
def list_keys(book: BookOption = None, as_json: AsJson = False) -> None:
    """List the keys of the book: whose they are, their fingerprints, and which are in force."""
    from csm_xl.book import signing

    kept = opened(book)
    rows = [[one.event.id, one.event.made_by, one.fingerprint, one.state] for one in signing.keys(kept)]
    header = ["event", "by", "fingerprint", "state"]
    if as_json:
        print(show.to_json([dict(zip(header, row, strict=True)) for row in rows]))
        return
    show.table(header, rows, "Keys")
    claimed(kept)
