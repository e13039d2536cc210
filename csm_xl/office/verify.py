"""Whether a host serves the add-in as it was built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.office.folder import HASHES

_WITHIN: Final = 60.0
Fetch = Callable[[str], bytes]


def fetched(address: str) -> bytes:
    """What an address serves."""
    with urlopen(address, timeout=_WITHIN) as answer:
        return bytes(answer.read())


def differences(url: str, folder: Path, fetch: Fetch = fetched) -> tuple[list[str], int]:
    """The files that a host lacks or serves otherwise, in words, and how many files there are.

    url: where the folder is hosted. folder: what `build_folder` made. fetch: gets an address.
    Errors: a folder without its list of hashes; a host that cannot be reached.
    """
    listed = folder / HASHES
    if not listed.is_file():
        raise CsmError(NOT_FOUND, f"the folder has no {HASHES}", str(folder), None,
                       "Give the folder that csm-xl addin build wrote.")  # fmt: skip
    files = json.loads(listed.read_text("utf-8"))["files"]
    found = []
    for name, said in files.items():
        try:
            served = fetch(f"{url.rstrip('/')}/{name}")
        except HTTPError as why:
            found.append(f"{name}: the host answers {why.code} {why.reason}")
            continue
        except (URLError, OSError, ValueError) as why:
            raise CsmError(VALUE, "the host cannot be reached", url, str(why),
                           "Check the address and the network.") from None  # fmt: skip
        if hashlib.sha256(served).hexdigest() != said["sha256"]:
            found.append(f"{name}: another file ({len(served):,} bytes; built: {said['bytes']:,})")
    return found, len(files)
