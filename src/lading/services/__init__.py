"""
The supervisor of what is embedded: Redis, the zone, and workers. Used by the command line only.

::

    with services.hold(settings, workers=2) as held:
        ...                      # Redis and the zone answer, two worker slots take work
        held.restart_dead()      # now and then: what crashed is started again

Embedded parts are shared by all holders of one home; the last one stops them. Workers belong to their holder.
"""

from __future__ import annotations

from lading.services.embedded import Holder, hold
from lading.services.errors import ServiceFailed, ServiceMissing
from lading.services.redis_server import RedisServer, find_server
from lading.services.status import Part, State, Status, status

__all__ = [
    "Holder",
    "Part",
    "RedisServer",
    "ServiceFailed",
    "ServiceMissing",
    "State",
    "Status",
    "find_server",
    "hold",
    "status",
]
