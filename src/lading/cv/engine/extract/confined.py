"""Reads hostile formats in a child process and believes nothing it says without checking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from functools import cache

from pydantic import BaseModel, TypeAdapter, ValidationError

from lading.cv.engine import errors
from lading.cv.engine.document import Document, Format
from lading.cv.engine.errors import Broken, DocumentRefused, ReaderGaveUp
from lading.cv.engine.extract.limits import Limits

#: what an interpreter needs to find itself and this package; nothing else of the environment is handed on
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG")
#: bytes of JSON: a document of 200,000 characters has less
_LONGEST_ANSWER = 100_000_000
_SPLIT = "Give the CV alone, without attachments; if it is short, export it again"


class _Refusal(BaseModel, frozen=True):
    code: str
    message: str
    hint: str


class _Answer(BaseModel, frozen=True, extra="forbid"):
    document: Document | None = None
    refused: _Refusal | None = None


def read_confined(kind: Format, content: bytes, limits: Limits) -> Document:
    """Return what the child read; raise the `DocumentRefused` that it names, `ReaderGaveUp` or `Broken`."""
    order = json.dumps({"kind": kind.value, "limits": asdict(limits)}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "lading.cv.engine.extract.child"],
            input=order + b"\n" + content,
            capture_output=True,
            timeout=limits.seconds,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderGaveUp(
            f"Reading took longer than {limits.seconds:g} seconds and was stopped", hint=_SPLIT
        ) from error
    if done.returncode:
        raise _crashed(done)
    return _checked(done.stdout)


def _checked(answer: bytes) -> Document:
    if len(answer) > _LONGEST_ANSWER:
        raise ReaderGaveUp("Reading gave more text than a CV can have", hint=_SPLIT)
    try:
        found = _adapter().validate_json(answer)
    except ValidationError as error:
        raise Broken("The reader came to no sensible end with this file", hint="Export it again") from error
    if found.document is not None:
        return found.document
    assert found.refused is not None
    raise _named(found.refused)


@cache
def _adapter() -> TypeAdapter[_Answer]:
    return TypeAdapter(_Answer)


def _crashed(done: subprocess.CompletedProcess[bytes]) -> DocumentRefused:
    """Say why the child ended early: a limit of the system shows as a signal or as lack of memory."""
    if b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr or -done.returncode in {9, 24}:
        return ReaderGaveUp("Reading took more memory or time than is allowed and was stopped", hint=_SPLIT)
    return Broken("The file breaks the program that reads it", hint="Export it again from where it was written")


def _named(refusal: _Refusal) -> DocumentRefused:
    kinds = {
        kind.code: kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, DocumentRefused)
    }
    message = refusal.message or "Reading took more memory than is allowed and was stopped"
    return kinds.get(refusal.code, DocumentRefused)(message, hint=refusal.hint or _SPLIT)
