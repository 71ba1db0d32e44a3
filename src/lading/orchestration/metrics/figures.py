"""
The figures that Prometheus gets: names and units by its conventions, promised as codes are.

All that is said of batches is said of runs that are under way: what a paused or held run keeps is nobody's to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

#: the label values of one sample, and its value
Sample = tuple[Sequence[str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure; those that only ever grow end in `_total`."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def is_counter(self) -> bool:
        """Whether it only ever grows."""
        return self.name.endswith("_total")

    def of(self, value: float) -> Metric:
        """Return it with its only value."""
        return self.by([((), value)])

    def by(self, samples: Iterable[Sample]) -> Metric:
        """Return it with a value for each combination of labels."""
        kind = CounterMetricFamily if self.is_counter else GaugeMetricFamily
        family: Metric = kind(self.name, self.meaning, labels=self.labels)
        for labels, value in samples:
            family.add_metric(labels, value)  # type: ignore[attr-defined]
        return family


# --- the program -----------------------------------------------------------------------------------------------------

BUILD = Figure(
    name="lading_build_info", meaning="1; the label says which version tells the figures", labels=("version",)
)
SCRAPE = Figure(name="lading_scrape_duration_seconds", meaning="how long it took to read all of this")

# --- the ledger ------------------------------------------------------------------------------------------------------

LEDGER_UP = Figure(
    name="lading_ledger_up", meaning="1 if the database answers; else no figure that comes from it is there"
)
LEDGER_SIZE = Figure(
    name="lading_ledger_size_bytes", meaning="size of the ledger's database, its write-ahead log included"
)
DISK_FREE = Figure(
    name="lading_ledger_disk_free_bytes",
    meaning="free bytes on the disk of an SQLite ledger; of a database server its own monitoring knows",
)
DISK_SIZE = Figure(name="lading_ledger_disk_size_bytes", meaning="size of the disk of an SQLite ledger")
SKEW = Figure(
    name="lading_clock_skew_seconds", meaning="clock of the database minus clock of the host that tells the figures"
)

# --- runs ------------------------------------------------------------------------------------------------------------

RUNS = Figure(name="lading_runs", meaning="runs that have not ended", labels=("state",))
RUNS_ENDED = Figure(name="lading_runs_ended_total", meaning="runs that ended, by how", labels=("state",))
RUN_HELD = Figure(
    name="lading_run_held_seconds",
    meaning="how long a run has waited for somebody to approve its deletions; the 50 that wait longest",
    labels=("run",),
)
OUTCOMES = Figure(
    name="lading_outcomes_total", meaning="paths by what became of them, over all runs", labels=("outcome",)
)
BYTES = Figure(name="lading_moved_bytes_total", meaning="bytes brought into zones, over all runs")
REQUESTS = Figure(name="lading_zone_requests_total", meaning="requests made to zones, over all runs")
HOOKS = Figure(name="lading_hook_calls_total", meaning="calls of handlers' hooks, over all runs")
BATCHES_ENDED = Figure(name="lading_batches_ended_total", meaning="batches that ended, over all runs")

# --- work ------------------------------------------------------------------------------------------------------------

BATCHES = Figure(
    name="lading_batches",
    meaning="open batches: waiting, sent (their message is in the broker), leased (a worker has them)",
    labels=("queue", "state"),
)
STALLED = Figure(
    name="lading_work_stalled_seconds",
    meaning="how long no batch has ended although some are open; 0 where nothing is to be done",
)
MESSAGE_AGE = Figure(
    name="lading_queue_oldest_message_age_seconds",
    meaning="how long the message that waits longest has been in the queue",
    labels=("queue",),
)
LEASE_OVERDUE = Figure(
    name="lading_lease_overdue_seconds",
    meaning="how long ago the oldest lease ran out that nobody has taken away; 0 where all leases hold",
)
SWEEP_AGE = Figure(name="lading_sweep_age_seconds", meaning="how long ago a worker last looked for what was lost")
SLOTS = Figure(name="lading_worker_slots", meaning="living worker processes that take the queue", labels=("queue",))
HEARTBEAT_AGE = Figure(
    name="lading_worker_heartbeat_age_seconds",
    meaning="how long the most silent worker process of a host has not been heard of",
    labels=("host",),
)
WATCHER_OVERDUE = Figure(
    name="lading_watcher_overdue_seconds",
    meaning="by how much a schedule, or the watch of a job (`watch NAME`), is later than it should be; 0 where it is in time",
    labels=("watcher",),
)

CIRCUIT_OPEN = Figure(
    name="lading_zone_circuit_open",
    meaning="1 while runs wait for the zone since it failed several times in a row; zones that failed lately",
    labels=("zone",),
)

# --- the broker ------------------------------------------------------------------------------------------------------

BROKER_UP = Figure(name="lading_broker_up", meaning="1 if Redis answers; else no figure that comes from it is there")
BROKER_MEMORY = Figure(name="lading_broker_memory_bytes", meaning="memory that Redis uses")
BROKER_LIMIT = Figure(name="lading_broker_memory_limit_bytes", meaning="memory that Redis may use; 0: no limit")
MESSAGES = Figure(name="lading_queue_messages", meaning="messages that wait in the broker", labels=("queue",))
UNACKED = Figure(name="lading_broker_unacknowledged_messages", meaning="messages in the hands of workers")


def all_figures() -> dict[str, Figure]:
    """Return every figure by its name."""
    return {value.name: value for value in globals().values() if isinstance(value, Figure)}
