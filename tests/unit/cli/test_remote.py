"""A Lading on another host: answers that get lost, streams that break, servers that are none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from lading.base.config_remote import Access
from lading.cli.frame import Exit, exit_for_run
from lading.cli.main import REMOTE, main
from lading.cli.remote import following
from lading.cli.remote.server import RefusedByServer, Server, ServerUnreachable

STATE = {"state": "running", "reason": "", "stage": "moving", "files": 1, "bytes": 1, "planned_files": 2}


class Odd(BaseHTTPRequestHandler):
    """Answers each request with the next thing that it was told to; None: breaks off."""

    answers: ClassVar[list[tuple[int, str, bytes] | None]] = []
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((f"{self.command} {self.path}", dict(self.headers)))
        answer = self.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, kind, body = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - names of http.server

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    Odd.answers, Odd.seen = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.02,))
        thread.start()
        yield Server(Access(url=f"http://127.0.0.1:{served.server_address[1]}", token=SecretStr("secret")))
        served.shutdown()
        thread.join()


def good(value: object) -> tuple[int, str, bytes]:
    return 200, "application/json", json.dumps(value).encode()


def events(*told: tuple[str, str, object]) -> tuple[int, str, bytes]:
    text = "".join(
        f"id: {place}\nevent: {kind}\ndata: {json.dumps(data)}\n\n: still here\n\n" for kind, place, data in told
    )
    return 200, "text/event-stream", text.encode()


def test_a_request_whose_answer_got_lost_is_sent_again_under_its_key(server: Server) -> None:
    """So that the server carries it out once; another request has another key."""
    Odd.answers = [None, good({"run": 1}), good({"run": 2})]

    assert server.send("POST", "/jobs/a/run") == {"run": 1}
    assert server.send("POST", "/jobs/a/run") == {"run": 2}
    first, again, other = [headers["Idempotency-Key"] for _, headers in Odd.seen]
    assert first == again != other
    assert {headers["Authorization"] for _, headers in Odd.seen} == {"Bearer secret"}


def test_what_the_server_refuses_keeps_its_code(server: Server) -> None:
    """And its hint, and what can be done about it."""
    problem = {"code": "SOURCE_NOT_ALLOWED", "detail": "no", "hint": "ask", "remedy": "stop the run"}
    Odd.answers = [(403, "application/problem+json", json.dumps(problem).encode())]

    with pytest.raises(RefusedByServer) as caught:
        server.get("/runs")
    assert (caught.value.code, caught.value.hint, caught.value.remedy.value) == (
        "SOURCE_NOT_ALLOWED",
        "ask",
        "stop the run",
    )


@pytest.mark.parametrize(
    "answer", [(404, "text/html", b"<h1>no"), (302, "text/html", b""), (200, "text/html", b"<h1>")]
)
def test_what_is_no_lading_is_said_to_be_none(server: Server, answer: tuple[int, str, bytes]) -> None:
    """The token is not sent on to where such a server points."""
    Odd.answers = [answer] * 3

    with pytest.raises(ServerUnreachable):
        server.get("/runs")
    assert {request for request, _ in Odd.seen} == {"GET /api/v1/runs"}


def test_pages_are_asked_for_until_there_is_no_next(server: Server) -> None:
    """By the cursor of the one before."""
    Odd.answers = [good({"items": [{"a": 1}], "next": "7"}), good({"items": [{"a": 2}], "next": None})]

    assert list(server.pages("/jobs", limit=1)) == [{"a": 1}, {"a": 2}]
    assert [request for request, _ in Odd.seen] == ["GET /api/v1/jobs?limit=1", "GET /api/v1/jobs?limit=1&cursor=7"]


def test_a_stream_that_breaks_is_taken_up_where_it_was(server: Server) -> None:
    """With the last place that was told."""
    Odd.answers = [
        events(("state", "5-0", STATE)),
        good({"ended_at": None}),
        events(("state", "6-0", STATE | {"state": "done"}), ("end", "6-0", {})),
    ]

    assert [state["state"] for state in following._states(server, 1)] == ["running", "done"]
    assert [headers.get("Last-Event-Id") for _, headers in Odd.seen] == [None, None, "5-0"]


def test_a_run_that_ended_meanwhile_is_not_asked_for_events_again(server: Server) -> None:
    """Its last state is in what is asked for next."""
    Odd.answers = [events(("state", "5-0", STATE)), good({"ended_at": 1.0})]

    assert len(list(following._states(server, 1))) == 1


@pytest.mark.parametrize(
    ("state", "failed", "allowed", "code"),
    [
        ("done", 0, 0, Exit.GOOD),
        ("done_with_failures", 3, 0, Exit.FAILED_FILES),
        ("done_with_failures", 3, 3, Exit.GOOD),
        ("done_with_failures", 0, 9, Exit.FAILED_FILES),
        ("failed", 0, 9, Exit.FAILED_FILES),
        ("held", 0, 0, Exit.HELD),
        ("paused", 0, 0, Exit.STOPPED),
        ("stopping", 0, 0, Exit.STOPPED),
        ("stopped", 9, 9, Exit.STOPPED),
    ],
)
def test_the_state_of_a_run_is_an_exit_code(state: str, failed: int, allowed: int, code: Exit) -> None:
    """Here and from another host."""
    assert exit_for_run(state, failed, allowed) is code


@pytest.mark.parametrize("command", sorted(REMOTE))
def test_every_command_of_a_server_explains_itself(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking the server."""
    monkeypatch.setenv("LADING_TOKEN", "x")
    found = CliRunner().invoke(main, ["--server", "http://127.0.0.1:1", command, "--help"])

    assert 0 == found.exit_code, found.output
    assert "usage:" in found.output.lower()
