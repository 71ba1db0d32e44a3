"""A Lading on another host, by HTTP."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPErrorProcessor, Request, build_opener

from lading.base.config_remote import Access
from lading.base.errors import LadingError, Remedy, RetryLater

#: seconds without a word after which a server is taken for dead; event streams say at least every 15 that they live
_PATIENCE = 45.0
#: tries of a request that cannot be carried out twice
_TRIES = 3


class ServerUnreachable(RetryLater):
    """The server did not answer, or answered as no Lading does."""

    code = "SERVER_UNREACHABLE"


class RefusedByServer(LadingError):  # noqa: N818 - it says what the server said
    """What the server answered, with its code."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title")), hint=str(problem.get("hint") or ""))
        self.code = str(problem.get("code") or LadingError.code)  # type: ignore[misc] # of this one error
        self.remedy = Remedy(problem["remedy"]) if problem.get("remedy") in _REMEDIES else Remedy.MEND_COMMAND  # type: ignore[misc]


_REMEDIES = frozenset(remedy.value for remedy in Remedy)


class _Whole(HTTPErrorProcessor):
    """Gives back every answer as it is; none is followed elsewhere, so that no token goes elsewhere."""

    def http_response(self, request: Request, response: Any) -> Any:  # noqa: ANN401, ARG002 - urllib's signature
        return response

    https_response = http_response


class Server:
    """Asks; raises what the server says, or `ServerUnreachable`."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._opener = build_opener(_Whole)

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON
        """Return what is at an address of the API."""
        return self._asked("GET", _with(path, query), None, {})

    def send(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Change something, once: a request whose answer got lost is sent again under the same key."""
        return self._asked(method, path, body, {"Idempotency-Key": uuid.uuid4().hex})

    def pages(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **query, cursor=cursor or None)
            yield from page["items"]
            cursor = page["next"]

    def events(self, path: str, last: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield kind, place and data of each event until the stream ends or breaks."""
        with self._open("GET", path, None, {"Last-Event-ID": last} if last else {}) as answer:
            fields: dict[str, str] = {}
            for raw in answer:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    yield fields["event"], fields.get("id", ""), json.loads(fields.get("data", "{}"))
                    fields = {}

    def download(self, path: str, **query: object) -> Iterator[bytes]:
        """Yield the pieces of a file."""
        with self._open("GET", _with(path, query), None, {}) as answer:
            while piece := answer.read(1 << 16):
                yield piece

    def _asked(self, method: str, path: str, body: object, headers: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
        for attempt in range(1, _TRIES + 1):
            try:
                with self._open(method, path, body, headers) as answer:
                    text = answer.read()
                    return json.loads(text) if text else None
            except ServerUnreachable:
                if attempt == _TRIES:
                    raise
        raise AssertionError

    @contextmanager
    def _open(self, method: str, path: str, body: object, headers: dict[str, str]) -> Iterator[Any]:
        request = Request(  # noqa: S310 - the scheme was checked
            f"{self._access.url}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self._access.token.get_secret_value()}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                _refuse(answer)
                yield answer
        except (URLError, HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise ServerUnreachable(
                f"The server {self._access.url} did not answer: {reason}",
                hint="Is `lading web` running there, and is the address right?",
            ) from error


def _refuse(answer: Any) -> None:  # noqa: ANN401 - urllib's answer
    """Raise what an answer says that is not good."""
    good, told = 300, answer.headers.get("Content-Type", "")
    if answer.status < good:
        return
    if "problem+json" in told:
        raise RefusedByServer(json.loads(answer.read()))
    raise ServerUnreachable(
        f"The server answered {answer.status} as no Lading does",
        hint="Is the address that of a Lading, without a path?",
    )


def _with(path: str, query: Mapping[str, object]) -> str:
    told = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(told)}" if told else path


def job_path(name: str) -> str:
    """Return the address of a job; one whose name has a slash is found by its number only."""
    return f"/jobs/{quote(name, safe='')}"
