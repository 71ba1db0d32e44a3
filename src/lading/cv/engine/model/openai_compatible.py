"""The adapter for endpoints that speak as OpenAI's chat completions do: Ollama, vLLM, llama.cpp, LM Studio, clouds."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx2

from lading.cv.engine.model import errors
from lading.cv.engine.model.answer import LONGEST
from lading.cv.engine.model.classify import is_about_format, refusal, said
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.port import Answer, Finish, Listener, Prompt, Usage, deaf

#: ways to ask for JSON, from strict to none; which one an endpoint knows is learned once
_FORMATS = ("json_schema", "json_object", "")
#: bytes of a refusal that are read
_REFUSAL = 20_000


class OpenAICompatible:
    """Asks one endpoint. It never tries a request twice, but for a way of asking for JSON that the endpoint does not know."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        transport: httpx2.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._monotonic = monotonic
        self._formats = list(_FORMATS)
        self._line: socket.socket | None = None
        timeout = httpx2.Timeout(endpoint.read_s, connect=endpoint.connect_s)
        self._client = httpx2.Client(
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
            # what stays on this machine must not take the way over a proxy
            trust_env=not endpoint.is_on_this_machine,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def abort(self) -> None:
        """Break off the call under way, from another thread: it ends with an error at once, and so does the model's work."""
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Remember the line of the call, as soon as there is one."""
        if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
            found = told["return_value"].get_extra_info("socket")
            self._line = found if isinstance(found, socket.socket) else None

    def outgoing(self, prompt: Prompt) -> str:
        """Return address and body of the request; only the key is left out."""
        return f"POST {self._endpoint.url}\n\n{json.dumps(self._body(prompt), ensure_ascii=False, indent=1)}"

    def complete(self, prompt: Prompt, listen: Listener = deaf) -> Answer:
        """Return the answer, streamed; see `ChatModel`."""
        while True:
            try:
                return self._ask(prompt, listen)
            except _UnknownFormat:
                self._formats.pop(0)

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [
                {"role": "system", "content": prompt.instructions},
                {"role": "user", "content": prompt.material},
            ],
            "temperature": 0.2,
            "max_tokens": prompt.longest_answer,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self._formats[0] == "json_schema":
            schema = {"name": "suggestions", "strict": True, "schema": dict(prompt.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self._formats[0]:
            body["response_format"] = {"type": self._formats[0]}
        return body

    def _ask(self, prompt: Prompt, listen: Listener) -> Answer:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {}
        ends = self._monotonic() + self._endpoint.deadline_s
        content = json.dumps(self._body(prompt), ensure_ascii=False).encode()
        headers["Content-Type"] = "application/json"
        with (
            _translated(),
            self._client.stream(
                "POST", self._endpoint.url, content=content, headers=headers, extensions={"trace": self._trace}
            ) as response,
        ):
            if response.status_code != 200:  # noqa: PLR2004 - HTTP
                self._refuse(response)
            return _Hearing(listen, ends, self._monotonic).of(response)

    def _refuse(self, response: httpx2.Response) -> None:
        """Raise what an answer other than 200 is."""
        body = b""
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _REFUSAL:
                break
        text = body.decode(errors="replace")
        if self._formats[0] and is_about_format(response.status_code, text):
            raise _UnknownFormat
        raise refusal(response.status_code, response.headers, text, now=datetime.now(UTC))


class _UnknownFormat(Exception):  # noqa: N818 - control flow: the next way of asking for JSON is tried
    """The endpoint does not know this way of asking for JSON."""


class _Hearing:
    """Puts an answer together from its pieces."""

    def __init__(self, listen: Listener, ends: float, monotonic: Callable[[], float]) -> None:
        self._listen, self._ends, self._monotonic = listen, ends, monotonic
        self._text = ""
        self._finish = ""
        self._usage = Usage()

    def of(self, response: httpx2.Response) -> Answer:
        """Return the answer; raise `CutOff` where it has no end."""
        is_stream = "text/event-stream" in response.headers.get("content-type", "")
        for event in _events(response) if is_stream else _whole(response):
            self._take(event)
        if not self._finish:
            raise errors.CutOff("The model's answer broke off", hint="It is asked again")
        if self._finish == "content_filter":
            raise errors.Declined("The model declined to answer")
        finish = Finish.LENGTH if self._finish == "length" else Finish.STOP
        return Answer(text=self._text, finish=finish, usage=self._usage)

    def _take(self, event: dict[str, Any]) -> None:
        if self._monotonic() > self._ends:
            raise errors.Unavailable("The model took longer than it may", hint="Raise cv.model_deadline_s")
        if event.get("error"):
            raise errors.Unavailable(f"The model broke off: {said(json.dumps(event))}", hint="It is asked again")
        usage = event.get("usage")
        if isinstance(usage, dict):
            self._usage = Usage(
                prompt=_count(usage.get("prompt_tokens")), answer=_count(usage.get("completion_tokens"))
            )
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        said_now = choice.get("delta") or choice.get("message") or {}
        piece = said_now.get("content") if isinstance(said_now, dict) else None
        if isinstance(piece, str) and piece and len(self._text) < LONGEST:
            self._text += piece
            self._listen(piece)
        self._finish = str(choice.get("finish_reason") or self._finish)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _events(response: httpx2.Response) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream until it says that it is done; what is no JSON is passed over."""
    for line in response.iter_lines():
        data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if data == "[DONE]":
            return
        if data:
            yield from _object(data)


def _whole(response: httpx2.Response) -> Iterator[dict[str, Any]]:
    """Yield the answer of an endpoint that does not stream."""
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if len(content) > 4 * LONGEST:
            break
    found = list(_object(content.decode(errors="replace")))
    if not found:
        raise errors.RequestRefused(
            f"The endpoint does not speak as a model: {said(content.decode(errors='replace'))}",
            hint="Look at cv.model_url",
        )
    yield from found


def _object(text: str) -> Iterator[dict[str, Any]]:
    try:
        value = json.loads(text)
    except ValueError:
        return
    if isinstance(value, dict):
        yield value


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the client's errors into Lading's."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        raise errors.Unavailable("The endpoint cannot be reached", hint="Look whether the model is running") from error
    except httpx2.TimeoutException as error:
        raise errors.Unavailable("The model was silent for too long", hint="Raise cv.model_read_s") from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise errors.RequestRefused(f"This is no address of a model: {error}", hint="Look at cv.model_url") from error
    except httpx2.RequestError as error:
        raise errors.CutOff("The connection to the model broke", hint="It is asked again") from error
