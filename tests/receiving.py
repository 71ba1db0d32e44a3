"""Two receivers on loopback: a webhook, and a mail server that says as little as it must."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Post:
    """A request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """What a webhook got, and what it answers."""

    port: int
    posts: list[Post] = field(default_factory=list)
    #: the next answers; 200 when there is none left
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told?by=lading"


@contextmanager
def webhook() -> Iterator[Hook]:
    """Be a webhook."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append(Post(self.path, dict(self.headers), body))
            status = hook.answers.pop(0) if hook.answers else 200
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", f"http://127.0.0.1:{hook.port}/elsewhere")
            self.end_headers()
            self.wfile.write(b"so it is")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Hook(server.server_address[1])
    with _running(server):
        yield hook


@dataclass
class Mail:
    """What a mail server took."""

    port: int
    messages: list[str] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    #: what clients said
    said: list[str] = field(default_factory=list)


@contextmanager
def mail_server(*, refuses: str = "") -> Iterator[Mail]:
    """Be a mail server that knows no TLS; an address with the text `refuses` is unknown to it."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().decode().strip():
                mail.said.append(line)
                verb = line.split()[0].upper()
                if verb == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mail.messages.append(self._message())
                if verb == "RCPT":
                    mail.receivers.append(line)
                unknown = verb == "RCPT" and refuses and refuses in line
                self.wfile.write(b"550 who?\r\n" if unknown else b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n")
                if verb == "QUIT":
                    return

        def _message(self) -> str:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.decode())
            return "".join(lines)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    mail = Mail(server.server_address[1])
    with _running(server):
        yield mail


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
