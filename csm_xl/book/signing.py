"""Signatures: a personal key, enrolled in the book, and policies that ask for signed decisions.

A key is an Ed25519 key in a file that its owner alone may read. It is enrolled by an event, which colleagues
approve as any other: they compare its fingerprint with the owner. A later key of the same person takes the
place of an earlier one; a key whose event is rejected is revoked. What was signed before stays valid.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from csm_xl.book.deciding import REQUIRE, WAIVE, signatures_required
from csm_xl.book.events import Event
from csm_xl.book.hashing import sha256
from csm_xl.book.ledger import Book, Draft, Signer
from csm_xl.book.store import PRIVATE
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

KEY: Final = "key"
"""The kind of event that enrolls a key; its body has the public key, in hexadecimal."""
_OTHERS_MAY_READ: Final = 0o077
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Key:
    """An enrolled key. state: in force, undecided, revoked or replaced."""

    event: Event
    fingerprint: str
    state: str


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A private key that is enrolled in a book, as `csm_xl.book.ledger.Signer`."""

    name: str
    key_id: int
    private: Ed25519PrivateKey

    def sign(self, data: bytes) -> str:
        """The signature of some bytes, in hexadecimal."""
        return self.private.sign(data).hex()


def fingerprint(public: str) -> str:
    """What people compare of a public key, which is in hexadecimal.

    >>> fingerprint("00" * 32)
    '66687aadf862bd77'
    """
    return sha256(bytes.fromhex(public))[:_DIGITS]


def new_key(file: Path, passphrase: str = "") -> str:
    """Write a new private key into a new file that only its owner may read. passphrase: encrypts it.

    Returns the public key, in hexadecimal. Errors: the file is there already, or cannot be written.
    """
    private = Ed25519PrivateKey.generate()
    secret = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    try:
        number = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
        with os.fdopen(number, "wb") as stream:
            stream.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))
    except FileExistsError:
        raise CsmError(VALUE, "there is a file already", "FILE", str(file),
                       "Give a new name: a key replaces nothing.") from None  # fmt: skip
    except OSError as why:
        raise CsmError(VALUE, "the key cannot be written", str(file), why.strerror,
                       "Give a path in a folder that you may write to.") from None  # fmt: skip
    return _public(private)


def enroll(book: Book, public: str, by: str | None = None) -> Event:
    """Ask for a key to count as one's own; it does once the event is approved. public: in hexadecimal."""
    return book.post(Draft(KEY, f"key {fingerprint(public)}", {"public_key": public}), by)


def private_key(file: Path, ask: Callable[[], str]) -> Ed25519PrivateKey:
    """The private key of a file. ask: gives the passphrase, where it needs one.

    Errors: no such file; one that others may read; no Ed25519 key; a wrong passphrase.
    """
    try:
        data = file.read_bytes()
        mode = file.stat().st_mode
    except OSError as why:
        raise CsmError(NOT_FOUND, "the key cannot be read", "--key", str(file),
                       f"{why.strerror}. csm-xl key new writes one.") from None  # fmt: skip
    if os.name != "nt" and mode & _OTHERS_MAY_READ:
        raise CsmError(VALUE, "others may read this key", "--key", str(file),
                       "Take that right away, with chmod 600, and enroll a new key if somebody may have"
                       " copied it.")  # fmt: skip
    try:
        try:
            found = load_pem_private_key(data, None)
        except TypeError:  # it is encrypted
            found = load_pem_private_key(data, ask().encode())
    except ValueError:
        raise CsmError(VALUE, "this is not a private key, or the passphrase is wrong", "--key", str(file),
                       "Give the file that csm-xl key new wrote, and its passphrase.") from None  # fmt: skip
    if not isinstance(found, Ed25519PrivateKey):
        raise CsmError(VALUE, "this is another kind of key", "--key", str(file),
                       "Give an Ed25519 key, as csm-xl key new writes.")  # fmt: skip
    return found


def signer(book: Book, private: Ed25519PrivateKey) -> Signer:
    """Who signs with a private key in a book. Errors: the key is not enrolled, or not in force."""
    public = _public(private)
    found = [one for one in keys(book) if one.event.body.get("public_key") == public]
    if not found:
        raise CsmError(NOT_FOUND, "the key is not enrolled in this book", "--key", fingerprint(public),
                       "Enroll a new one with csm-xl key new.")  # fmt: skip
    last = found[-1]
    if last.state != "in force":
        hint = f"csm-xl approve {last.event.id}" if last.state == "undecided" else "csm-xl key new"
        raise CsmError(VALUE, f"the key is {last.state}", "--key", last.fingerprint,
                       f"Have a key approved: {hint}.")  # fmt: skip
    return KeySigner(last.event.made_by, last.event.id, private)


def keys(book: Book) -> list[Key]:
    """Every key that was enrolled, in order."""
    events = [one for one in book.events() if one.kind == KEY]
    found = []
    for one in events:
        later = any(
            other.id > one.id and _name(other) == _name(one)
            and len(other.approved_by) >= int(other.approvals or 0)
            for other in events
        )  # fmt: skip
        state = {"approved": "replaced" if later else "in force", "rejected": "revoked"}.get(
            one.state, one.state
        )
        found.append(Key(one, fingerprint(str(one.body["public_key"])), state))
    return found


def change_requirement(book: Book, required: bool, by: str | None = None) -> Event:
    """Ask for approvals and rejections to be signed, or no longer; it counts once it is approved under the
    policy in force.

    Errors: that is so already; too few people have a key.
    """
    if signatures_required(book) == required:
        what = "approvals are signed already" if required else "approvals need no signature already"
        raise CsmError(VALUE, what, "--signatures", "required" if required else "optional",
                       "Leave the option out.")  # fmt: skip
    title = "signed approvals" if required else "approvals without signature"
    return book.post(Draft(REQUIRE if required else WAIVE, title), by)


def is_signature(public: str, data: bytes, value: str) -> bool:
    """Whether a value, in hexadecimal, is the signature of some bytes by a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(value), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes_raw().hex()


def _name(event: Event) -> str:
    return event.made_by.strip().lower()
