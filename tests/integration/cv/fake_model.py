"""
A server that speaks as OpenAI's chat completions do and behaves as the model's name says.

::

    python -m tests.integration.cv.fake_model        # prints its port, serves until it is killed
    python -m tests.integration.cv.fake_model 0.2    # with so many seconds between the pieces of each answer

It is a process of its own and imports nothing of Lading.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-right"
PACE = float(sys.argv[1]) if len(sys.argv) > 1 and __name__ == "__main__" else 0.0


class Handler(BaseHTTPRequestHandler):
    """Answers one request as the model's name says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""

    def do_GET(self) -> None:
        """Return how many requests there were, by model; how often each content was sent; when; when somebody hung up."""
        told = {"contents": CONTENTS, "moments": MOMENTS, "hung-up": HUNG_UP}
        self._json(200, told.get(self.path.rpartition("/")[2], COUNTS))

    def do_POST(self) -> None:
        """Answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = body["model"]
        with LOCK:
            MOMENTS.append(time.time())
            COUNTS[name] = COUNTS.get(name, 0) + 1
            content = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            CONTENTS[content] = CONTENTS.get(content, 0) + 1
        if not self.path.endswith("/v1/chat/completions"):
            self._json(404, {"error": {"message": "no such path"}})
            return
        refusals[name](self, body) if name in refusals else self._answer(name, body)

    def _answer(self, name: str, body: dict[str, Any]) -> None:
        points = json.loads(body["messages"][1]["content"])["points"]
        text, finish = said(name, points)
        usage = {"prompt_tokens": 9 if name == "cuts-quietly" else 900, "completion_tokens": 50}
        if name == "whole":
            message = {"choices": [{"message": {"content": text}, "finish_reason": finish}], "usage": usage}
            self._json(200, message)
            return
        if name.startswith("sleeps"):
            time.sleep(float(name.partition("-")[2] or 1))  # `sleeps-20`: so many seconds
        try:
            self._stream(name, text, finish, usage)
        except OSError:
            with LOCK:
                HUNG_UP.append(time.time())
                COUNTS[f"{name} hung up on"] = COUNTS.get(f"{name} hung up on", 0) + 1

    def _stream(self, name: str, text: str, finish: str, usage: dict[str, int]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        pieces = [text[at : at + 12] for at in range(0, len(text), 12)]
        for number, piece in enumerate(pieces):
            self._event({"choices": [{"delta": {"content": piece}, "finish_reason": None}]})
            if name == "cut" and number == len(pieces) // 2:
                return
            if name == "breaks-off" and number == len(pieces) // 2:
                self._event({"error": {"message": "out of memory"}})
                return
            time.sleep(PACE)
            if name == "slow":
                time.sleep(0.02)
            if name == "drips":
                time.sleep(0.2)
            if name == "goes-silent" and number == 1:
                time.sleep(30)
        self._event({"choices": [{"delta": {}, "finish_reason": finish}]})
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for key, text in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(key, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


COUNTS: dict[str, int] = {}
CONTENTS: dict[str, int] = {}
#: when each request came
MOMENTS: list[float] = []
#: when it was seen that somebody had hung up
HUNG_UP: list[float] = []
LOCK = threading.Lock()
_Refusal = Callable[[Handler, dict[str, Any]], None]


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> _Refusal:
    return lambda handler, _: handler._json(status, {"error": {"message": message}}, headers)


def _no_format(handler: Handler, body: dict[str, Any]) -> None:
    if "response_format" in body:
        handler._json(
            400, {"error": {"message": f"response_format {body['response_format']['type']} is not supported"}}
        )
    else:
        handler._answer("good", body)


def _limited_once(handler: Handler, body: dict[str, Any]) -> None:
    content = body["messages"][1]["content"]
    with LOCK:
        is_first = content not in SEEN
        SEEN.add(content)
    if is_first:
        _error(429, "slow down", {"Retry-After": "1"})(handler, body)
    else:
        handler._answer("good", body)


SEEN: set[str] = set()


def _key(handler: Handler, body: dict[str, Any]) -> None:
    if handler.headers.get("Authorization") == f"Bearer {KEY}":
        handler._answer("good", body)
    else:
        handler._json(401, {"error": {"message": "Incorrect API key provided"}})


def _hang(handler: Handler, body: dict[str, Any]) -> None:
    del body
    time.sleep(30)
    handler.close_connection = True


refusals: dict[str, _Refusal] = {
    "limited-once": _limited_once,
    "limited": _error(429, "slow down", {"Retry-After": "7"}),
    "no-money": _error(429, "You exceeded your current quota: insufficient_quota"),
    "broken": _error(500, "internal error"),
    "busy": _error(503, "loading model", {"Retry-After": "3"}),
    "unknown": _error(404, "model 'unknown' not found, try pulling it first"),
    "small": _error(400, "This model's maximum context length is 2048 tokens"),
    "filtered": _error(400, "blocked by content_filter"),
    "odd": _error(400, "temperature must be 1"),
    "moved": _error(302, "elsewhere", {"Location": "http://192.0.2.1/"}),
    "hangs": _hang,
    "no-format": _no_format,
    "wants-key": _key,
}


def said(name: str, points: list[dict[str, str]]) -> tuple[str, str]:
    """Return what a model of this name says about some points, and why it ends."""
    rewrites = [
        {"point": one["id"], "text": shorter(one["text"]), "reason": "shorter", "uses": [one["id"]]} for one in points
    ]
    if name == "invents":
        for one in rewrites:
            one["text"] = f"{one['text']} at Initech, saving 97 % with Terraform"
    if name == "cites-falsely":
        rewrites = [{**one, "uses": ["p99"]} for one in rewrites]
    text = json.dumps({"suggestions": rewrites})
    if name == "bad-json":
        return "Sure! Here is what I would change: " + text.replace('"', "'"), "stop"
    if name == "talks":
        return f"<think>{text[:30]}</think>Sure!\n```json\n{text[:-2]},]}}\n```\nGood luck!", "stop"
    if name == "length":
        return text[: len(text) * 2 // 3], "length"
    return text, "content_filter" if name == "declines" else "stop"


def shorter(text: str) -> str:
    """Return a text without its last word: an honest rewrite."""
    return " ".join(text.split()[:-1]) or text


def main() -> None:
    """Serve on a free port of this machine and print it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
