"""
Whether a worker sees the source that a job is about, and not another one under the same path.

Inode and filesystem of the root are remembered for each host. A network filesystem has other filesystem ids on each
host, and may get a new one when it is mounted again, but its root keeps its inode.

=================  ==================================  =========  =====================================
host has a pin     the root is                         answer     then
=================  ==================================  =========  =====================================
yes                as pinned                           SAME
yes                another                             CHANGED    files still come; deletions are held
no                 the first that any host saw         SAME       it is pinned
no                 of the inode that another host saw  SAME       it is pinned
no                 another                             ELSEWHERE  this worker takes no batch of the job
=================  ==================================  =========  =====================================
"""

from __future__ import annotations

from enum import Enum

from lading.base.errors import RetryLater
from lading.ingest.app.models import Pin
from lading.ingest.engine.sources.base import Marker


class Sight(Enum):
    """What a root is to a job."""

    SAME = "same"
    CHANGED = "changed"
    ELSEWHERE = "elsewhere"


class SourceElsewhere(RetryLater):
    """The worker sees no source, or another one, where workers on other hosts see the job's."""

    code = "SOURCE_ELSEWHERE"


def sight(job_id: int, marker: Marker) -> Sight:
    """Say what the root is to the job; remember it where it is new and right."""
    pins = {pin.host: (pin.filesystem, pin.inode) for pin in Pin.objects.filter(job_id=job_id)}
    mine = pins.get(marker.host)
    if mine is not None:
        return Sight.SAME if mine == (marker.filesystem, str(marker.inode)) else Sight.CHANGED
    if pins and str(marker.inode) not in {inode for _, inode in pins.values()}:
        return Sight.ELSEWHERE
    pin(job_id, marker)
    return Sight.SAME


def is_seen_elsewhere(job_id: int, host: str) -> bool:
    """Say whether other hosts have seen the source of the job, and this one has not."""
    hosts = set(Pin.objects.filter(job_id=job_id).values_list("host", flat=True))
    return bool(hosts) and host not in hosts


def pin(job_id: int, marker: Marker) -> None:
    """Take this root for the right one."""
    Pin.objects.update_or_create(
        job_id=job_id,
        host=marker.host,
        defaults={"filesystem": marker.filesystem, "inode": str(marker.inode)},
    )
