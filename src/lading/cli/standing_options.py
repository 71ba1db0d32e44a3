"""Options of `jobs add` and `jobs edit` that say what a job does unasked; the job file has the same as tables."""

from __future__ import annotations

from typing import Any

import click

from lading.base.errors import UsageError

_SCHEDULE = (
    click.option("--every", metavar="TIME", help="Let a run begin every so often: 15m, 1h, 1d."),
    click.option(
        "--cron", metavar="TIMES", help="Let runs begin at times of the day: '0 2 * * mon-fri', as cron has them."
    ),
    click.option(
        "--time-zone", metavar="ZONE", help="On whose clocks --cron is: Europe/Amsterdam. Default: these here."
    ),
    click.option(
        "--catch-up",
        type=click.Choice(["none", "once", "all"]),
        help="Runs that were due while nobody worked: none, one for all of them (default), or each one.",
    ),
    click.option(
        "--schedule-overlap",
        type=click.Choice(["skip", "queue", "stop-old"]),
        help="When a run is due while another one is under way: skip (default), queue, or stop the other one.",
    ),
    click.option("--no-schedule", is_flag=True, help="Let no run begin by itself any more."),
)
_WATCH = (
    click.option("--watch/--no-watch", "watches", default=None, help="Let `lading watch` watch the source."),
    click.option(
        "--reconcile", metavar="TIME", help="How often a watched source is looked at as a whole; default: 1h."
    ),
    click.option("--poll", metavar="TIME", help="How often a source is looked at that tells no events; default: 1m."),
    click.option("--queue", metavar="URL", help="Of a bucket: the queue (SQS) that its notices of events go to."),
    click.option(
        "--webhook/--no-webhook",
        default=None,
        help="Of a bucket: its store posts its notices of events to the web here (`lading jobs webhook NAME`).",
    ),
)
_NOTIFY = (
    click.option("--notify-email", multiple=True, metavar="ADDRESS", help="Tell this address of the ends of runs."),
    click.option("--notify-webhook", metavar="URL", help="Send the ends of runs there."),
    click.option(
        "--notify-when",
        type=click.Choice(["change", "failure", "always"]),
        help="Which ends are told of: failures (default), also changes, or all.",
    ),
    click.option("--no-notify", is_flag=True, help="Tell nobody any more."),
)

#: options of a schedule, and what the job file calls them
_KEYS = {
    "every": "every",
    "cron": "cron",
    "time_zone": "time_zone",
    "catch_up": "catch_up",
    "schedule_overlap": "overlap",
}


def standing_options(command: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    """Add the options."""
    for option in reversed((*_SCHEDULE, *_WATCH, *_NOTIFY)):
        command = option(command)
    return command


def watch_options(command: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    """Add the options that say how a source is watched."""
    for option in reversed(_WATCH[1:]):
        command = option(command)
    return command


def with_standing(options: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the options with what they say of schedule, watch and notify as a definition has it; raise `UsageError`."""
    before = before or {}
    found = {
        "schedule": _schedule(options, before.get("schedule") or {}),
        "watch": _watch(options, before.get("watch")),
        "notify": _notify(options, before.get("notify") or []),
    }
    return options | {name: value for name, value in found.items() if value is not None}


def _schedule(options: dict[str, Any], before: dict[str, Any]) -> dict[str, Any] | None:
    given = {key: options[name] for name, key in _KEYS.items() if options.get(name) is not None}
    if options.get("no_schedule"):
        if given:
            raise UsageError("--no-schedule and options of a schedule exclude each other")
        return {}
    if not given:
        return None
    kept = {key: value for key, value in before.items() if value is not None}
    if given.keys() & {"every", "cron"}:
        kept = {key: value for key, value in kept.items() if key not in {"every", "cron", "time_zone"}}
    return kept | given


def _watch(options: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any] | bool | None:
    given = {name: options[name] for name in ("reconcile", "poll", "queue", "webhook") if options.get(name) is not None}
    wanted = options.get("watches")
    if wanted is False:
        return False
    if wanted is None and not given:
        return None
    if wanted is None and before is None:
        raise UsageError("--reconcile, --poll, --queue and --webhook are for jobs that are watched", hint="Add --watch")
    return (before or {}) | given


def _notify(options: dict[str, Any], before: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    if options.get("no_notify"):
        return []
    given = {
        "email": list(options.get("notify_email") or ()),
        "webhook": options.get("notify_webhook"),
        "when": options.get("notify_when"),
    }
    told = {key: value for key, value in given.items() if value}
    if not told:
        return None
    if len(before) > 1:
        raise UsageError("The job tells several, each in its own way", hint="Change its [[notify]] in a job file")
    return [{key: value for key, value in (before[0] if before else {}).items() if value} | told]
