"""
The process that reads hostile formats: bytes in, JSON out, under limits it cannot lift.

Started as `python -m lading.cv.engine.extract.child`; the first line of its input holds kind and limits as JSON, the
rest is the file. With `--ahead` it loads what reads while it waits for that line, and waits some minutes. It opens no file of the user and no connection. For the kind `pictures` the answer is no JSON object but
the pages of a PDF as pixels: for each a line `{"number", "width", "height"}`, then three bytes a pixel.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from dataclasses import asdict

from lading.cv.engine.errors import DocumentRefused, ReaderGaveUp
from lading.cv.engine.extract.limits import Limits

#: seconds that one waits which was started ahead
_WAITS = 300


def main() -> int:
    """Write the document, or why it is refused, to standard output."""
    line = _waited_for() if "--ahead" in sys.argv else sys.stdin.buffer.readline()
    if not line:
        return 0  # nobody wants it any more
    order = json.loads(line)
    limits = Limits(**order["limits"])
    _confine(limits)
    if order["kind"] == "pictures":
        return _draw(sys.stdin.buffer.read(), limits)
    try:
        answer = {"document": _read(order["kind"], sys.stdin.buffer.read(), limits)}
    except DocumentRefused as error:
        answer = {"refused": {"code": error.code, "message": error.message, "hint": error.hint}}
    except (MemoryError, RecursionError):
        answer = {"refused": {"code": ReaderGaveUp.code, "message": "", "hint": ""}}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0


def _waited_for() -> bytes:
    """Load everything, then return the order."""
    from lading.cv.engine.extract import pdf, word  # noqa: F401 - each is needed for some order

    signal.alarm(_WAITS)
    line = sys.stdin.buffer.readline()
    signal.alarm(0)
    return line


def _draw(content: bytes, limits: Limits) -> int:
    from lading.cv.engine.extract.pixels import pages

    try:
        for number, width, height, pixels in pages(content, limits):
            head = json.dumps({"number": number, "width": width, "height": height}).encode()
            sys.stdout.buffer.write(head + b"\n" + pixels)
            sys.stdout.buffer.flush()
    except (DocumentRefused, MemoryError):
        return 1
    return 0


def _confine(limits: Limits) -> None:
    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _read(kind: str, content: bytes, limits: Limits) -> dict[str, object]:
    if kind == "pdf":
        from lading.cv.engine.extract.pdf import read_pdf as read
    else:
        from lading.cv.engine.extract.word import read_docx as read
    return asdict(read(content, limits))


if __name__ == "__main__":
    sys.exit(main())
