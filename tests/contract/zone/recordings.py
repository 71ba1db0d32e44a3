"""The recordings of a real server: read once, message by message."""

from __future__ import annotations

import base64
import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path

#: where recordings are looked for when LADING_TRANSCRIPTS does not say
BESIDE_THE_CHECKOUT = Path(__file__).parents[4] / "shared" / "irods_transcripts"

#: longest text of a recording; what is this long was cut
CUT_AT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One message of a recording."""

    conn: int
    from_client: bool
    type: str
    number: int  #: API number of a request, status of a reply
    msg: str
    error: str
    json: str
    bs_len: int
    bs: bytes  #: the byte stream, or its first bytes

    @property
    def is_cut(self) -> bool:
        """Whether the recording lost a part of the main message."""
        return len(self.msg) >= CUT_AT

    @property
    def stream(self) -> bytes:
        """The byte stream in its full length; what the recording lost is zeros."""
        return self.bs.ljust(self.bs_len, b"\0")


def folder() -> Path:
    """Return the folder of the recordings; it need not exist."""
    named = os.environ.get("LADING_TEST_TRANSCRIPTS") or os.environ.get("LADING_TRANSCRIPTS")
    return Path(named) if named else BESIDE_THE_CHECKOUT


def _bytes(text: str) -> bytes:
    if text.startswith("base64:"):
        return base64.b64decode(text.removeprefix("base64:") + "==")
    return text.encode("utf-8")


def read(name: str) -> list[Recorded]:
    """Return the messages of a recording in their order."""
    with gzip.open(folder() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return [
        Recorded(
            conn=entry["conn"],
            from_client=entry["from"] == "c",
            type=entry["type"],
            number=entry["int"],
            msg=entry.get("msg", ""),
            error=entry.get("err", ""),
            json=entry.get("json", ""),
            bs_len=entry.get("bs_len", 0),
            bs=_bytes(entry.get("bs", "")),
        )
        for entry in entries
    ]
