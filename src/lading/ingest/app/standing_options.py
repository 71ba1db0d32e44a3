"""The part of a definition that says what is done without anybody asking: begin runs, watch, tell of their end."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from lading.base.config_groups import When
from lading.base.errors import UsageError
from lading.ingest.app.selection_options import Duration
from lading.orchestration.limits.window import local_zone
from lading.orchestration.notifications.orders import Channel, Order, checked_email, checked_webhook
from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.deciding import CatchUp
from lading.orchestration.schedules.terms import Terms
from lading.orchestration.schedules.timetable import Cron, Every, Timetable

#: seconds that a watched file must have been left alone where nobody says how long
USUAL_QUIET = 2.0


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScheduleOptions(_Options):
    """When runs begin by themselves: `every` or `cron`, one of them."""

    #: from one run to the next
    every: Duration | None = None
    #: minute, hour, day, month, day of the week
    cron: str | None = None
    #: on whose clocks; None: this machine's, where the job is stored
    time_zone: str | None = None
    #: what becomes of runs that were due while nobody looked
    catch_up: CatchUp = CatchUp.ONCE
    #: what becomes of a run that is due while another one of the job is under way
    overlap: Overlap = Overlap.SKIP
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _settle_zone(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds
        """Write the time zone down: another machine may have another one."""
        if isinstance(value, dict) and value.get("cron") and not value.get("time_zone"):
            return value | {"time_zone": local_zone()}
        return value

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        if (self.every is None) is (self.cron is None):
            raise ValueError("a schedule has either `every` or `cron`")
        if self.every is not None and self.time_zone is not None:
            raise ValueError("an interval needs no time zone")
        try:
            _ = self.timetable
        except UsageError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def timetable(self) -> Timetable:
        """When runs are due."""
        if self.every is not None:
            return Every(seconds=self.every)
        return Cron(expression=self.cron or "", zone=self.time_zone or "UTC")

    @property
    def terms(self) -> Terms:
        """What the backbone keeps of it."""
        return Terms(timetable=self.timetable, catch_up=self.catch_up, overlap=self.overlap)


class WatchOptions(_Options):
    """How a source is watched."""

    #: from one whole run to the next: what events do not tell, and what vanished. Where the job has a schedule, that one
    reconcile: Annotated[Duration, Field(ge=1)] = 3600.0
    #: from one look at a filesystem that tells no events to the next
    poll: Annotated[Duration, Field(gt=0)] = 60.0
    #: of a bucket: address of the queue (SQS) that its notices go to
    queue: Annotated[str | None, Field(pattern=r"^https?://[^/\s]+/\S+$")] = None
    #: of a bucket: whether its store posts its notices to the web here
    webhook: bool = False

    @model_validator(mode="after")
    def _tells_in_one_way(self) -> Self:
        if self.queue is not None and self.webhook:
            raise ValueError("queue and webhook are both set: which one tells of the bucket?")
        return self

    @property
    def terms(self) -> Terms:
        """When the job is run as a whole."""
        return Terms(timetable=Every(seconds=self.reconcile), overlap=Overlap.QUEUE)


class NotifyOptions(_Options):
    """Who is told of the end of a run."""

    when: When = When.FAILURE
    email: tuple[str, ...] = ()
    webhook: str | None = None

    @field_validator("email", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        if not self.email and self.webhook is None:
            raise ValueError("nobody is told: name an `email` or a `webhook`")
        for address in self.email:
            checked_email(address)
        if self.webhook is not None:
            checked_webhook(self.webhook)
        return self

    @property
    def orders(self) -> list[Order]:
        """One for each address."""
        emails = [Order(when=self.when, channel=Channel.EMAIL, address=address) for address in self.email]
        if self.webhook is None:
            return emails
        return [*emails, Order(when=self.when, channel=Channel.WEBHOOK, address=self.webhook)]


def _schedule(value: object) -> object:
    """Take an empty table for none."""
    return None if value == {} else value


def _watch(value: object) -> object:
    """Take `watch = true` for watching as usual."""
    return {} if value is True else None if value is False else value


class StandingOptions(_Options):
    """What a job does without being asked."""

    schedule: Annotated[ScheduleOptions | None, BeforeValidator(_schedule)] = None
    watch: Annotated[WatchOptions | None, BeforeValidator(_watch)] = None
    notify: tuple[NotifyOptions, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _waits_for_quiet(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds
        """Let a watched file come to rest: events tell of it from its first byte on."""
        if isinstance(value, dict) and value.get("watch") not in (None, False) and not value.get("quiet"):
            return value | {"quiet": USUAL_QUIET}
        return value

    @property
    def terms(self) -> Terms | None:
        """When whole runs of the job begin by themselves; None: never."""
        if self.schedule is not None:
            return self.schedule.terms
        return None if self.watch is None else self.watch.terms
