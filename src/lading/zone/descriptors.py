"""Open data objects of a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from lading.zone.agent import Agent
    from lading.zone.objects import Target

#: the numbers below belong to a server's own streams
FIRST_NUMBER = 3


@dataclass(slots=True, kw_only=True)
class Descriptor:
    """One open replica."""

    number: int
    file: int  #: descriptor of the operating system
    path: str  #: logical path
    data_id: int
    replica: int  #: replica number
    flags: int  #: as the client gave them
    offset: int = 0
    written: int = 0  #: bytes written through this descriptor
    changed: bool = False  #: the stored file differs from the recorded one
    keywords: dict[str, str] = field(default_factory=dict)
    token: str = ""
    announced: int = 0  #: size that the client said it would be in the end; 0 or less: nothing was said
    target: Target | None = None  #: set where this open holds the lock of a write

    @property
    def for_writing(self) -> bool:
        """Whether it was opened for writing."""
        return bool(self.token)


def add(agent: Agent, descriptor: Descriptor) -> None:
    """Give an open replica the lowest free number."""
    number = FIRST_NUMBER
    while number in agent.descriptors:
        number += 1
    descriptor.number = number
    agent.descriptors[number] = descriptor


def find(agent: Agent, number: int) -> Descriptor:
    """Return an open replica, or refuse with SYS_BAD_FILE_DESCRIPTOR."""
    found = agent.descriptors.get(number)
    if found is None:
        raise IrodsError(Code.SYS_BAD_FILE_DESCRIPTOR)
    return found
