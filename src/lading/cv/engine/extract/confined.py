"""Reads hostile formats in a child process and believes nothing it says without checking."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import suppress
from dataclasses import asdict

from lading.cv.engine.document import Document, Format
from lading.cv.engine.errors import Broken, DocumentRefused, ReaderGaveUp
from lading.cv.engine.extract import children
from lading.cv.engine.extract.limits import Limits

#: signals of a process that its limits have ended: SIGKILL, SIGXCPU
_ENDED = {9, 24}


def read_confined(kind: Format, content: bytes, limits: Limits) -> Document:
    """Return what the child read; raise the `DocumentRefused` that it names, `ReaderGaveUp` or `Broken`."""
    with children.reader() as child:
        # checking takes as long to import as the child takes to start
        from lading.cv.engine.extract.answer import ALONE, document_of

        try:
            order = _order(kind.value, limits) + content
            answer, complaint = child.communicate(order, timeout=limits.seconds)
        except subprocess.TimeoutExpired as error:
            message = f"Reading took longer than {limits.seconds:g} seconds and was stopped"
            raise ReaderGaveUp(message, hint=ALONE) from error
        finally:
            child.kill()
    if child.returncode:
        raise _crashed(child.returncode, complaint, ALONE)
    return document_of(answer)


def draw_confined(content: bytes, limits: Limits, most: int) -> bytes:
    """Return what the child drew, whole or not: it is stopped after its time, and after `most` bytes."""
    with children.started(complaints=subprocess.DEVNULL) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        feeder = threading.Thread(target=_feed, args=(child, _order("pictures", limits) + content), daemon=True)
        alarm = threading.Timer(limits.seconds, child.kill)
        feeder.start()
        alarm.start()
        try:
            return child.stdout.read(most)
        finally:
            alarm.cancel()
            child.kill()
            feeder.join()


def _feed(child: subprocess.Popen[bytes], order: bytes) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # it has ended, or was ended
        child.stdin.write(order)
        child.stdin.close()


def _order(kind: str, limits: Limits) -> bytes:
    return json.dumps({"kind": kind, "limits": asdict(limits)}).encode() + b"\n"


def _crashed(code: int, complaint: bytes, hint: str) -> DocumentRefused:
    """Say why the child ended early: a limit of the system shows as a signal or as lack of memory."""
    if b"MemoryError" in complaint or b"bad_alloc" in complaint or -code in _ENDED:
        return ReaderGaveUp("Reading took more memory or time than is allowed and was stopped", hint=hint)
    return Broken("The file breaks the program that reads it", hint="Export it again from where it was written")
