"""Which function answers which API number, and what passes between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lading.zone.agent import Agent
    from lading.zone.catalog import Catalog
    from lading.zone.pi import Pi
    from lading.zone.state import Zone


class IrodsError(Exception):
    """A request is refused; `code` goes into the header, `messages` into the error part, `body` beside them."""

    def __init__(self, code: int, *messages: str, body: str = "") -> None:
        super().__init__(int(code), *messages)
        self.code = int(code)
        self.messages = messages
        self.body = body


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: status or value, packed message, byte stream, entries of the error part."""

    status: int = 0
    msg: str | bytes = ""
    bs: bytes | bytearray | memoryview = b""
    errors: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, with all that its handler may touch."""

    number: int
    agent: Agent
    catalog: Catalog
    zone: Zone
    pi: Pi
    bs: bytes | memoryview  #: valid during the call only


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One row of the API table."""

    number: int
    name: str
    handler: Handler


APIS: dict[int, Api] = {}


def api(number: int, name: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as the answer to `number`; a number has one answer."""

    def register(handler: Handler) -> Handler:
        if number in APIS:
            message = f"API {number} is registered twice"
            raise ValueError(message)
        APIS[number] = Api(number=number, name=name, handler=handler)
        return handler

    return register
