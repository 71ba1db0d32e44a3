"""A client of its own for the replay: sockets, frames and logins, sharing no code with the zone."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import socket
import ssl
import string
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass

REQUEST = "RODS_API_REQ"
AUTHENTICATION = 110000

#: seconds after which a reply is missing
PATIENCE = 20.0

WHEEL = string.digits + string.ascii_uppercase + string.ascii_lowercase + "!\"#$%&'()*+,-./"
PADDING = "1gCBizHWbwIYyWLoysGzTe6SyzqFKMniZX05faZHWAwQKXf6Fs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message from the zone."""

    type: str
    status: int
    msg: str
    error: str
    bs: bytes


class Line:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, kind: str, number: int, msg: str = "", bs: bytes = b"") -> None:
        body = msg.encode("utf-8")
        header = (
            f"<MsgHeader_PI><type>{kind}</type><msgLen>{len(body)}</msgLen><errorLen>0</errorLen>"
            f"<bsLen>{len(bs)}</bsLen><intInfo>{number}</intInfo></MsgHeader_PI>"
        ).encode()
        self._socket.sendall(struct.pack(">I", len(header)) + header + body + bs)

    def receive(self) -> Message:
        (length,) = struct.unpack(">I", self._exactly(4))
        header = read_xml(self._exactly(length))
        sizes = [int(header.findtext(tag) or 0) for tag in ("msgLen", "errorLen", "bsLen")]
        msg, error, bs = (self._exactly(size) for size in sizes)
        return Message(
            type=header.findtext("type") or "",
            status=int(header.findtext("intInfo") or 0),
            msg=msg.decode("utf-8", "surrogateescape"),
            error=error.decode("utf-8", "surrogateescape"),
            bs=bs,
        )

    def start_tls(self, context: ssl.SSLContext, secret: bytes = bytes(32)) -> None:
        """Encrypt the connection, and send the two messages that follow."""
        self._socket = context.wrap_socket(self._socket, server_hostname="127.0.0.1")
        for kind, numbers, body in (("AES-256-CBC", (32, 8, 16), b""), ("SHARED_SECRET", (32, 0, 0), secret)):
            header = (
                f"<MsgHeader_PI><type>{kind}</type><msgLen>{numbers[0]}</msgLen><errorLen>{numbers[1]}</errorLen>"
                f"<bsLen>{numbers[2]}</bsLen><intInfo>0</intInfo></MsgHeader_PI>"
            ).encode()
            self._socket.sendall(struct.pack(">I", len(header)) + header + body)

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(size - len(parts))
            if not part:
                raise ConnectionError("the zone closed the connection")
            parts += part
        return bytes(parts)


def read_xml(text: str | bytes) -> ET.Element:
    """Read a message of the recording or of the zone under test."""
    return ET.fromstring(text)  # noqa: S314 - neither is hostile


def envelope(document: str) -> str:
    """Pack JSON as base64 in a BinBytesBuf_PI."""
    data = document.encode("utf-8")
    return f"<BinBytesBuf_PI><buflen>{len(data)}</buflen><buf>{base64.b64encode(data).decode()}</buf></BinBytesBuf_PI>"


def open_envelope(msg: str) -> str:
    """Return the JSON of a BinBytesBuf_PI."""
    return base64.b64decode(read_xml(msg).findtext("buf") or "").rstrip(b"\0").decode("utf-8")


def legacy_challenge(msg: str) -> str:
    """Return the challenge of an authRequestOut_PI."""
    return base64.b64decode(read_xml(msg).findtext("challenge") or "").decode("ascii")


def startup(user: str) -> str:
    """Return the message that opens a connection for `user`."""
    return (
        f"<StartupPack_PI><irodsProt>1</irodsProt><connectCnt>0</connectCnt><proxyUser>{user}</proxyUser>"
        f"<proxyRcatZone>tempZone</proxyRcatZone><clientUser>{user}</clientUser>"
        "<clientRcatZone>tempZone</clientRcatZone><relVersion>rods5.0.2</relVersion><apiVersion>d</apiVersion>"
        "<option>replay</option></StartupPack_PI>"
    )


def digest(challenge: str, password: str) -> str:
    """Return the answer to a challenge."""
    known = password.encode("utf-8")[:50]
    hashed = hashlib.md5(challenge.encode() + known + bytes(50 - len(known))).digest()
    return base64.b64encode(bytes(value or 1 for value in hashed)).decode()


def signature(challenge: str) -> str:
    """Return the text that hides changed passwords, made from the challenge."""
    return "".join(f"{ord(character):02x}" for character in challenge[:16])


def _shifts(key: bytes) -> list[int]:
    one = hashlib.md5(key + bytes(max(0, 100 - len(key)))).digest()
    two = hashlib.md5(one).digest()
    three = hashlib.md5(one + two).digest()
    return list(one + two + three + three)[:61]


def _key(own: str, signed: str) -> bytes:
    text = (own[:90] + signed[:100]).encode("utf-8")
    return hashlib.md5(text + bytes(max(0, 100 - len(text)))).hexdigest().encode()


def _turn(text: str, key: bytes, *, direction: int) -> str:
    shifts, chain, out = _shifts(key), 0, ""
    for place, character in enumerate(text):
        if character not in WHEEL:
            out += character
            continue
        turned = WHEEL[(WHEEL.index(character) + direction * (shifts[place % 61] + chain)) % len(WHEEL)]
        out += turned
        chain = ord(turned if direction > 0 else character) & 0xFF
    return out


def hide_password(password: str, own: str, signed: str) -> str:
    """Hide a new password as a client does that knows `own` and has logged in with `signed`."""
    spare = 40 - len(password)
    padded = password + PADDING[:spare] if spare > 15 else password
    return _turn(random.choice(string.ascii_letters) + ".ObfV2" + padded, _key(own, signed), direction=1)


def show_password(hidden: str, own: str, signed: str) -> str:
    """Undo `hide_password`."""
    clear = _turn(hidden, _key(own, signed), direction=-1)
    assert clear[1:7] == ".ObfV2", "the password was hidden with another key"
    return clear[7:].split(PADDING[:16])[0]


def temporary_password(text: str, password: str) -> str:
    """Return the temporary password made of what the server said and the password of who asked."""
    joined = (text + password).encode()
    return hashlib.md5(joined + bytes(max(0, 100 - len(joined)))).hexdigest()


def show_first_password(hidden: str, own: str) -> str:
    """Return the password that a group administrator who knows `own` gives to a new user."""
    shifts = _shifts(own.encode("utf-8"))
    clear = "".join(
        WHEEL[(WHEEL.index(character) - shifts[place % 61]) % len(WHEEL)] if character in WHEEL else character
        for place, character in enumerate(hidden)
    )
    return clear.split(PADDING[:16])[0]


def escape(text: str) -> str:
    """Write the characters that a client escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Person:
    """Somebody who has logged in and asks for things."""

    def __init__(self, port: int, name: str, password: str) -> None:
        self.port = port
        self._password = password
        self._line = Line(port)
        self._line.send("RODS_CONNECT", 0, startup(name))
        self._line.receive()
        known = {"scheme": "native", "user_name": name, "zone_name": "tempZone"}
        self._challenge = self._step({**known, "next_operation": "auth_agent_auth_request"})
        answer = {"request_result": self._challenge, "digest": digest(self._challenge, password)}
        self._step({**known, **answer, "next_operation": "auth_agent_auth_response"})

    def _step(self, document: dict[str, str]) -> str:
        reply = self.ask(AUTHENTICATION, envelope(json.dumps(document)))
        assert reply.status == 0, f"the login failed: {reply.status}"
        return str(json.loads(open_envelope(reply.msg))["request_result"])

    def ask(self, number: int, msg: str) -> Message:
        """Send a request and return its reply."""
        self._line.send(REQUEST, number, msg)
        return self._line.receive()

    def do(self, number: int, msg: str) -> None:
        """Send a request that has to succeed."""
        reply = self.ask(number, msg)
        assert reply.status >= 0, f"{msg}: {reply.status}"

    def act(self, *arguments: str) -> None:
        """Do one act of administration."""
        padded = (*arguments, *[""] * (10 - len(arguments)))
        inner = "".join(f"<arg{place}>{escape(text)}</arg{place}>" for place, text in enumerate(padded))
        self.do(701, f"<generalAdminInp_PI>{inner}</generalAdminInp_PI>")

    def give_password(self, user: str, password: str) -> None:
        hidden = hide_password(password, self._password, signature(self._challenge))
        self.act("modify", "user", user, "password", hidden)

    def make_collection(self, path: str) -> None:
        rest = "<flags>0</flags><oprType>0</oprType><KeyValPair_PI><ssLen>0</ssLen></KeyValPair_PI>"
        self.do(681, f"<CollInpNew_PI><collName>{path}</collName>{rest}</CollInpNew_PI>")

    def put_empty(self, path: str) -> None:
        numbers = "".join(
            f"<{tag}>0</{tag}>" for tag in ("createMode", "openFlags", "offset", "dataSize", "numThreads")
        )
        pairs = "<ssLen>1</ssLen><keyWord>dataIncluded</keyWord><svalue></svalue>"
        inner = f"<objPath>{path}</objPath>{numbers}<oprType>1</oprType><KeyValPair_PI>{pairs}</KeyValPair_PI>"
        self.do(606, f"<DataObjInp_PI>{inner}</DataObjInp_PI>")

    def leave(self) -> None:
        self._line.send("RODS_DISCONNECT", 0)
        self._line.close()
