"""From one request to its reply."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from lading.zone import objects
from lading.zone.codes import Code
from lading.zone.faults import Fault, FaultKind
from lading.zone.pi import Pi
from lading.zone.registry import APIS, Call, IrodsError, Reply

if TYPE_CHECKING:
    from lading.zone.agent import Agent
    from lading.zone.state import Zone
    from lading.zone.wire import Request, Stream

log = logging.getLogger(__name__)

#: what may be asked before the login
_LOGIN = frozenset({110000, 703, 704, 725, 1201})
OPEN_TO_ALL = _LOGIN | {700}


class _After(Enum):
    GO_ON = auto()
    HANG_UP = auto()


@dataclass(slots=True)
class Dispatcher:
    """The loop of one connection."""

    zone: Zone
    agent: Agent
    stream: Stream

    def run(self) -> None:
        """Answer requests until the client goes; then close what it left open."""
        self.zone.agents[id(self.agent)] = self.agent
        try:
            while True:
                request = self.stream.receive()
                if request.type != "RODS_API_REQ" or self._answer(request) is _After.HANG_UP:
                    return
        finally:
            for cursor in self.agent.cursors.values():
                cursor.close()
            objects.abandon_all(self.zone, self.agent)
            del self.zone.agents[id(self.agent)]

    def _answer(self, request: Request) -> _After:
        number = request.int_info
        coming = self.agent.user is None and number in _LOGIN
        faults = self.zone.faults.count(number) if self.agent.user is not None else ()
        refusal = None
        for fault in faults:
            if self._suffer(fault) is _After.HANG_UP:
                return _After.HANG_UP
            if fault.kind is FaultKind.ERROR:
                refusal = Reply(fault.code)
        reply = refusal or self.handle(request)
        if coming and (self.agent.user is not None or reply.status < 0):
            self.zone.faults.arrivals.tried(accepted=self.agent.user is not None)
        if any(fault.kind is FaultKind.DROP_AFTER for fault in faults):
            return _After.HANG_UP
        self.stream.reply(reply)
        return _After.GO_ON

    def _suffer(self, fault: Fault) -> _After:
        if fault.kind is FaultKind.DROP_BEFORE:
            return _After.HANG_UP
        if fault.kind in {FaultKind.DELAY, FaultKind.STALL}:
            self.zone.faults.wait(fault.seconds)
        return _After.HANG_UP if fault.kind is FaultKind.STALL else _After.GO_ON

    def handle(self, request: Request) -> Reply:
        """Answer one request; whatever goes wrong becomes a code."""
        number = request.int_info
        entry = APIS.get(number)
        if entry is None:
            log.warning("API %d is not there", number)
            return Reply(Code.SYS_UNMATCHED_API_NUM)
        if self.agent.user is None and number not in OPEN_TO_ALL:
            return Reply(Code.SYS_NO_API_PRIV)
        call = Call(
            number=number,
            agent=self.agent,
            catalog=self.zone.catalog,
            zone=self.zone,
            pi=Pi(request.msg.decode("utf-8", "surrogateescape")),
            bs=request.bs,
        )
        try:
            return entry.handler(call)
        except IrodsError as error:
            log.debug("%s refused: %s", entry.name, error)
            return Reply(error.code, error.body, b"", tuple((0, text) for text in error.messages))
        except (sqlite3.Error, UnicodeError):
            log.exception("%s failed in the catalogue", entry.name)
            return Reply(Code.CAT_SQL_ERR)
        except Exception:
            log.exception("%s failed", entry.name)
            return Reply(Code.SYS_INTERNAL_ERR)
