"""The form of what a job does without being asked, as data: its schedule, its watch, who is told of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lading.web.console.fields import Field, Group, Kind

SCHEDULE = Group(
    title="Schedule",
    is_open=True,
    fields=(
        Field(
            name="every",
            label="Again after",
            help="From one run to the next: 15m, 6h, 1d. Leave this and the next field empty: no run begins by the clock.",
            placeholder="6h",
        ),
        Field(
            name="cron",
            label="Or at",
            help="Minute, hour, day, month, day of the week: 0 2 * * mon-fri is two in the morning from Monday to Friday.",
            placeholder="0 2 * * mon-fri",
        ),
        Field(
            name="time_zone",
            label="On the clocks of",
            help="A time zone, for times of the day. Empty: that of this machine.",
            placeholder="Europe/Amsterdam",
        ),
        Field(
            name="catch_up",
            label="If nobody looked when it was due",
            help="As after a night in which no worker ran.",
            kind=Kind.CHOICE,
            choices=(
                ("once", "One run stands for all that were missed"),
                ("none", "They are left out"),
                ("all", "Each one is made up for, one after the other"),
            ),
        ),
        Field(
            name="overlap",
            label="If the last run is still under way",
            help="What becomes of the run that is due then.",
            kind=Kind.CHOICE,
            choices=(
                ("skip", "Do without the new one"),
                ("queue", "Let the new one wait"),
                ("stop-old", "Stop the old one"),
                ("refuse", "No new one, and say so"),
            ),
        ),
        Field(
            name="window",
            label="Hours",
            help="Runs work only then, whoever begins them: 22:00-06:00, or mon-fri 22:00-06:00; sat,sun 00:00-24:00.",
            placeholder="always",
        ),
    ),
)

WATCH = Group(
    title="Watching",
    is_open=True,
    fields=(
        Field(
            name="watch",
            label="Bring what is new as soon as it is there",
            help="A process that watches (lading up, lading watch) has to run where the source is.",
            kind=Kind.CHECK,
        ),
        Field(
            name="reconcile",
            label="A whole run every",
            help="For what events did not tell, and what vanished; where the job has a schedule, that one counts.",
            placeholder="1h",
        ),
        Field(
            name="poll",
            label="Look every",
            help="On filesystems that tell no events, such as network mounts.",
            placeholder="60s",
        ),
        Field(
            name="queue",
            label="Queue of notices",
            help="Of a bucket: address of the queue (SQS) that its notices go to.",
            placeholder="https://sqs.example.org/1/landing",
        ),
    ),
)

_ADDRESSES = "An e-mail address or the address of a webhook on each line."

MESSAGES = Group(
    title="Messages",
    is_open=True,
    fields=(
        Field(name="failure", label="Told of failures", help=f"{_ADDRESSES} Also of held deletions.", kind=Kind.LINES),
        Field(
            name="change",
            label="Told of changes",
            help=f"{_ADDRESSES} Of failures, and of runs that did something.",
            kind=Kind.LINES,
        ),
        Field(name="always", label="Told of every run", help=_ADDRESSES, kind=Kind.LINES),
    ),
)

GROUPS: Sequence[Group] = (SCHEDULE, WATCH, MESSAGES)
FIELDS: Mapping[str, Field] = {field.name: field for group in GROUPS for field in group.fields}
