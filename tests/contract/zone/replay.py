"""Play the client's side of a recording to a zone and compare what comes back."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.zone import client, normal
from tests.contract.zone.client import Line, Message
from tests.contract.zone.recordings import Recorded

#: status of a message that a server sends while it removes a large collection; a server may send none
PROGRESS = 99_999_996

OPENERS = frozenset({601, 602, 20003})
CHECKSUM = 415
_DESCRIPTOR = re.compile(r"<l1descInx>(\d+)</l1descInx>")
_CURSOR = re.compile(r"<continueInx>(\d+)</continueInx>")
_OBJECT = re.compile(r"<objPath>(.*?)</objPath>")
_PAIRS = re.compile(r"<InxValPair_PI>.*?</InxValPair_PI>", re.DOTALL)
_QUOTED_ID = re.compile(r"'(\d{5,})'")
_CELL = re.compile(r"(<SqlResult_PI><attriInx>(\d+)</attriInx>.*?</SqlResult_PI>)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One compared reply."""

    place: int  #: line of the recording
    api: int
    differences: tuple[str, ...]
    request: str


@dataclass(slots=True)
class Conversation:
    """One connection of the recording and the one that stands for it."""

    line: Line
    user: str = ""
    requests: list[Recorded] = field(default_factory=list)
    recorded_challenge: str = ""
    challenge: str = ""
    passwords: tuple[str, str] = ("", "")
    descriptors: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    broken: bool = False


@dataclass(slots=True)
class Replay:
    """The recording `name` played to the zone at `port`, whose vault is `vault`; other files go to `sandbox`."""

    name: str
    port: int
    vault: Path
    sandbox: Path
    passwords: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    ids: normal.Ids = field(default_factory=normal.Ids)
    tokens: dict[str, str] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    #: byte streams that the recording cut, as they were, by the path of the object
    streams: dict[str, bytes] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    content_is_known: bool = True

    def play(self, recording: list[Recorded]) -> list[Exchange]:
        """Send every request in the recorded order, read a reply wherever the recording has one."""
        for place, message in enumerate(recording):
            if message.from_client:
                self._send(message)
            else:
                self._receive(place, message)
        for conversation in self.conversations.values():
            conversation.line.close()
        return self.exchanges

    # -- requests

    def _send(self, message: Recorded) -> None:
        if message.type == "RODS_CONNECT":
            self._connect(message)
            return
        talk = self.conversations[message.conn]
        if message.type == client.REQUEST:
            talk.requests.append(message)
            if message.bs_len > len(message.bs):
                self.content_is_known = False
        try:
            talk.line.send(message.type, message.number, self._request(talk, message), self._stream(message))
        except OSError:
            talk.broken = True

    def _stream(self, message: Recorded) -> bytes:
        """Return the byte stream of a request in its full length."""
        path = _OBJECT.search(message.msg) if self.streams else None
        stream = self.streams.get(path[1]) if path and message.bs_len else None
        if stream is None:
            return message.stream
        assert (message.bs_len, message.bs[:100]) == (len(stream), stream[:100]), "not what was recorded"
        return stream

    def _connect(self, message: Recorded) -> None:
        talk = self.conversations[message.conn] = Conversation(Line(self.port))
        talk.user = client.read_xml(message.msg).findtext("proxyUser") or ""
        talk.line.send(message.type, 0, message.msg)

    def _request(self, talk: Conversation, message: Recorded) -> str:
        if message.number == client.AUTHENTICATION:
            return client.envelope(self._login(talk, json.loads(message.json)))
        if message.json:
            return client.envelope(self._json_request(talk, message.json))
        text = self.to_zone(message.msg)
        text = _DESCRIPTOR.sub(lambda found: f"<l1descInx>{talk.descriptors.get(found[1], found[1])}</l1descInx>", text)
        change = {
            688: self._bulk,
            701: self._password_change,
            702: self._query,
            704: self._legacy_login,
            714: self._password_change,
        }.get(message.number)
        return change(talk, text) if change else text

    def _query(self, talk: Conversation, text: str) -> str:
        text = _CURSOR.sub(lambda found: f"<continueInx>{talk.cursors.get(found[1], found[1])}</continueInx>", text)
        return _PAIRS.sub(lambda pairs: _QUOTED_ID.sub(self._quoted_id, pairs[0]), text)

    def _bulk(self, _talk: Conversation, text: str) -> str:
        return _CELL.sub(self._id_cell, text)

    def _legacy_login(self, talk: Conversation, text: str) -> str:
        return re.sub(r"<response>(.*?)</response>", lambda found: self._legacy(talk, found[1]), text)

    def to_zone(self, text: str) -> str:
        for recorded, ours in self.tokens.items():
            text = text.replace(recorded, ours)
        places = {"/vault/": f"{self.vault}/", "/tmp/": f"{self.sandbox}/tmp/", "/data/": f"{self.sandbox}/data/"}
        return re.sub(r"(?<![\w/])(/vault/|/tmp/|/data/)", lambda found: places[found[1]], text)

    def _from_zone(self, text: str) -> str:
        for recorded, ours in self.tokens.items():
            text = text.replace(ours, recorded)
        return text.replace(str(self.vault), "/vault").replace(str(self.sandbox), "")

    def _json_request(self, talk: Conversation, text: str) -> str:
        document = json.loads(self.to_zone(text))
        if "fd" in document:
            document["fd"] = int(talk.descriptors.get(str(document["fd"]), document["fd"]))
        return json.dumps(document)

    def _quoted_id(self, found: re.Match[str]) -> str:
        return f"'{self.ids.to_zone.get(found[1], found[1])}'"

    def _id_cell(self, found: re.Match[str]) -> str:
        if int(found[2]) not in normal.ID_COLUMNS:
            return found[1]
        return re.sub(r"<value>(\d+)<", lambda value: f"<value>{self.ids.to_zone.get(value[1], value[1])}<", found[1])

    # -- logins and passwords

    def _login(self, talk: Conversation, step: dict[str, str]) -> str:
        if "digest" not in step:
            return json.dumps(step)
        answer = self._answer(talk, step["digest"])
        return json.dumps({**step, "request_result": talk.challenge, "digest": answer})

    def _legacy(self, talk: Conversation, recorded: str) -> str:
        return f"<response>{self._answer(talk, recorded)}</response>"

    def _answer(self, talk: Conversation, recorded: str) -> str:
        """Answer the zone's challenge with the password that answered the recorded one."""
        for pair in [*self.passwords[talk.user], ("", "")]:
            if client.digest(talk.recorded_challenge, pair[0]) == recorded:
                talk.passwords = pair
                break
        else:
            talk.passwords = ("?", "a password that nobody has")
        return client.digest(talk.challenge, talk.passwords[1])

    def _password_change(self, talk: Conversation, text: str) -> str:
        element = normal.parse(text)
        arguments = [normal.restore(part.text or "") for part in (() if element is None else element)]
        match arguments:
            case ["modify", "user", user, "password", hidden, *_]:
                pass
            case ["userpw", user, "password", hidden, *_]:
                pass
            case ["mkuser", user, first, *_] if first:
                known = client.show_first_password(first, talk.passwords[0])
                self.passwords[user.partition("#")[0]].append((known, known))
                return text
            case _:
                return text
        own_then, own_now = talk.passwords
        clear = client.show_password(hidden, own_then, client.signature(talk.recorded_challenge))
        self.passwords[user.partition("#")[0]].append((clear, clear))
        again = client.hide_password(clear, own_now, client.signature(talk.challenge))
        return text.replace(client.escape(hidden), client.escape(again))

    # -- replies

    def _receive(self, place: int, message: Recorded) -> None:
        talk = self.conversations[message.conn]
        if message.number == PROGRESS or (message.type == "RODS_API_REPLY" and not talk.requests):
            return
        reply = self._reply(talk)
        if message.type != "RODS_API_REPLY":
            return
        request = talk.requests.pop(0)
        found = ["no reply"] if reply is None else self._learn_and_compare(talk, request, message, reply)
        ignored = request.number in normal.IGNORED_APIS or (self.name, place) in normal.IGNORED_REPLIES
        if not ignored and not message.is_cut:
            self.exchanges.append(
                Exchange(place=place, api=request.number, differences=tuple(found), request=request.json or request.msg)
            )

    def _reply(self, talk: Conversation) -> Message | None:
        if talk.broken:
            return None
        try:
            return talk.line.receive()
        except OSError:
            talk.broken = True
            return None

    def _learn_and_compare(
        self, talk: Conversation, request: Recorded, recorded: Recorded, reply: Message
    ) -> list[str]:
        if request.number in normal.IGNORED_APIS:
            self._learn_challenge(talk, recorded, reply)
            return []
        self._learn_secrets(talk, request, recorded, reply)
        found = self._compare_status(talk, request, recorded, reply)
        found += self._compare_bodies(request, recorded, reply, talk)
        if normal.parse_errors(recorded.error) != normal.parse_errors(self._from_zone(reply.error)):
            found.append(f"error part: {recorded.error!r} != {reply.error!r}")
        if recorded.bs_len != len(reply.bs):
            found.append(f"{recorded.bs_len} bytes != {len(reply.bs)}")
        elif self.content_is_known and recorded.bs != reply.bs[: len(recorded.bs)]:
            found.append(f"bytes {recorded.bs[:40]!r} != {reply.bs[:40]!r}")
        return found

    def _learn_challenge(self, talk: Conversation, recorded: Recorded, reply: Message) -> None:
        then = json.loads(recorded.json) if recorded.json else {}
        if "digest" not in then and "request_result" in then and reply.msg:
            talk.recorded_challenge = then["request_result"]
            talk.challenge = json.loads(client.open_envelope(reply.msg))["request_result"]
        elif "<challenge>" in recorded.msg and reply.msg:
            talk.recorded_challenge, talk.challenge = map(client.legacy_challenge, (recorded.msg, reply.msg))

    def _learn_secrets(self, talk: Conversation, request: Recorded, recorded: Recorded, reply: Message) -> None:
        if request.number in {709, 724} and reply.status == 0:
            target = client.read_xml(request.msg).findtext("targetUser") if request.msg else talk.user
            texts = [(client.read_xml(text).findtext("stringToHashWith") or "") for text in (recorded.msg, reply.msg)]
            then, now = (client.temporary_password(text, own) for text, own in zip(texts, talk.passwords, strict=True))
            self.passwords[target or ""].append((then, now))
        if recorded.json and "replica_token" in recorded.json and reply.status >= 0 and reply.msg:
            ours = json.loads(client.open_envelope(reply.msg))
            self.tokens[json.loads(recorded.json)["replica_token"]] = ours["replica_token"]

    def _compare_status(self, talk: Conversation, request: Recorded, recorded: Recorded, reply: Message) -> list[str]:
        if request.number in OPENERS and recorded.number >= 0 and reply.status >= 0:
            talk.descriptors[str(recorded.number)] = str(reply.status)
            return []
        return [] if recorded.number == reply.status else [f"status {recorded.number} != {reply.status}"]

    def _compare_bodies(self, request: Recorded, recorded: Recorded, reply: Message, talk: Conversation) -> list[str]:
        if recorded.is_cut:
            return []
        if recorded.json:
            document = json.loads(self._from_zone(client.open_envelope(reply.msg))) if reply.msg else None
            return normal.differing_documents(json.loads(recorded.json), document, self.ids)
        one, other = normal.parse(recorded.msg), normal.parse(self._from_zone(reply.msg))
        if one is None or other is None:
            return [] if one is other else [f"body: {recorded.msg[:80]!r} != {reply.msg[:80]!r}"]
        if one.tag != "GenQueryOut_PI" or other.tag != one.tag:
            return normal.differing_elements(one, other, self.ids)
        talk.cursors[one.findtext("continueInx") or ""] = other.findtext("continueInx") or ""
        ordered = re.search(r"<ivalue>(1024|1025|2048|2049)</ivalue>", request.msg) is not None
        return normal.differing_tables(
            normal.Table.of(one), normal.Table.of(other), self.ids, ordered=ordered, blank=self._blank()
        )

    def _blank(self) -> Callable[[int, str], str]:
        if self.content_is_known:
            return normal.blank
        return lambda column, value: value[:5] if column == CHECKSUM else normal.blank(column, value)


def report(exchanges: list[Exchange]) -> str:
    """Return how many replies were equal."""
    equal = sum(not exchange.differences for exchange in exchanges)
    return f"{equal}/{len(exchanges)} ({100 * equal / max(1, len(exchanges)):.1f} %)"
