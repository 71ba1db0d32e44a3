"""What a network does to the bytes that pass, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """A direction."""

    #: from the one who connected to the server
    FORTH = "forth"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bytes travel; it holds for connections that are open as for those to come."""

    #: seconds that every byte is late, in each direction; any number may be under way
    delay: float = 0.0
    #: of each connection in each direction; 0: nothing arrives and nobody is told, as in a black hole
    bytes_per_second: float = math.inf


FAIR = Weather()
BLACK_HOLE = Weather(bytes_per_second=0)
