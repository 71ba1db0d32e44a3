"""Reads hostile formats in a child process and believes nothing it says without checking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict

from lading.cv.engine.document import Document, Format
from lading.cv.engine.errors import Broken, DocumentRefused, ReaderGaveUp
from lading.cv.engine.extract.limits import Limits

#: what an interpreter needs to find itself and this package; nothing else of the environment is handed on
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG")
#: signals of a process that its limits have ended: SIGKILL, SIGXCPU
_ENDED = {9, 24}


def read_confined(kind: Format, content: bytes, limits: Limits) -> Document:
    """Return what the child read; raise the `DocumentRefused` that it names, `ReaderGaveUp` or `Broken`."""
    order = json.dumps({"kind": kind.value, "limits": asdict(limits)}).encode()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "lading.cv.engine.extract.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    ) as child:
        # checking takes as long to import as the child takes to start
        from lading.cv.engine.extract.answer import ALONE, document_of

        try:
            answer, complaint = child.communicate(order + b"\n" + content, timeout=limits.seconds)
        except subprocess.TimeoutExpired as error:
            message = f"Reading took longer than {limits.seconds:g} seconds and was stopped"
            raise ReaderGaveUp(message, hint=ALONE) from error
        finally:
            child.kill()
    if child.returncode:
        raise _crashed(child.returncode, complaint, ALONE)
    return document_of(answer)


def _crashed(code: int, complaint: bytes, hint: str) -> DocumentRefused:
    """Say why the child ended early: a limit of the system shows as a signal or as lack of memory."""
    if b"MemoryError" in complaint or b"bad_alloc" in complaint or -code in _ENDED:
        return ReaderGaveUp("Reading took more memory or time than is allowed and was stopped", hint=hint)
    return Broken("The file breaks the program that reads it", hint="Export it again from where it was written")
