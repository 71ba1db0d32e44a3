"""What a job does unasked: what a job file may say of it, and what the options of `jobs add` and `jobs edit` make of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lading.base.config_groups import When
from lading.base.errors import UsageError
from lading.cli.standing_options import with_standing
from lading.ingest.app.definition import Definition, explained, from_options
from lading.ingest.app.standing_options import ScheduleOptions, WatchOptions
from lading.orchestration.notifications.orders import Channel
from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.timetable import Cron, Every


def definition(**options: Any) -> Definition:
    return Definition(**{"source": "/data/in", "destination": "/zone/home/x"} | options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"schedule": {"catch_up": "all"}}, "schedule: a schedule has either `every` or `cron`"),
        ({"schedule": {"every": "1h", "cron": "@daily"}}, "either `every` or `cron`"),
        ({"schedule": {"every": "1h", "time_zone": "UTC"}}, "an interval needs no time zone"),
        ({"schedule": {"every": "10ms"}}, "too short"),
        ({"schedule": {"cron": "at night"}}, "no cron expression"),
        ({"schedule": {"cron": "@daily", "time_zone": "Mars"}}, "no time zone Mars"),
        ({"schedule": {"evry": "1h"}}, "schedule.evry"),
        ({"schedule": {"every": "1h", "overlap": "never"}}, "schedule.overlap"),
        ({"watch": {"quiet": 3}}, "watch.quiet"),
        ({"watch": {"reconcile": 0}}, "watch.reconcile"),
        ({"notify": [{"when": "always"}]}, "nobody is told"),
        ({"notify": [{"email": "me"}]}, "no e-mail address"),
        ({"notify": [{"webhook": "https://a:b@c"}]}, "no password"),
        ({"notify": [{"email": "a@b.org", "when": "never"}]}, "notify.0.when"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    """With the place in the file, before anything is stored."""
    with pytest.raises(ValidationError) as refused:
        definition(**options)

    assert words in explained(refused.value)


def test_a_definition_comes_back_from_the_ledger_as_it_was() -> None:
    """With its time zone written down, and what it says of everything else."""
    made = definition(
        schedule={"cron": "30 2 * * *"}, watch=True, notify=[{"email": ["a@b.org", "c@d.org"], "webhook": "http://h/x"}]
    )

    assert made == from_options(made.options())
    assert made.schedule is not None
    assert isinstance(made.schedule.timetable, Cron)
    assert made.schedule.time_zone
    assert [Channel.EMAIL, Channel.EMAIL, Channel.WEBHOOK] == [order.channel for order in made.notify[0].orders]
    assert {When.FAILURE} == {order.when for order in made.notify[0].orders}


def test_a_watched_job_is_run_as_a_whole_now_and_then() -> None:
    """By its own schedule, else every `reconcile`, behind whatever runs; one that does neither never is."""
    own = definition(watch=True, schedule={"every": "1d"}).terms
    implied = definition(watch={"reconcile": "2h"}).terms

    assert own is not None
    assert implied is not None
    assert (Every(seconds=86_400), Overlap.SKIP) == (own.timetable, own.overlap)
    assert (Every(seconds=7200), Overlap.QUEUE) == (implied.timetable, implied.overlap)
    assert None is definition().terms


@pytest.mark.parametrize(
    ("options", "quiet"), [({"watch": True}, 2.0), ({"watch": True, "quiet": 30}, 30), ({"watch": False}, 0), ({}, 0)]
)
def test_a_watched_file_has_to_come_to_rest(options: dict[str, Any], quiet: float) -> None:
    """Events tell of its first byte."""
    assert quiet == definition(**options).quiet


@pytest.mark.parametrize(
    ("given", "before", "expected"),
    [
        ({}, {}, {}),
        ({"every": "1h"}, {}, {"schedule": {"every": "1h"}}),
        ({"catch_up": "all"}, {"schedule": {"cron": "@daily"}}, {"schedule": {"cron": "@daily", "catch_up": "all"}}),
        (
            {"every": "1h"},
            {"schedule": {"cron": "@daily", "time_zone": "UTC", "overlap": "queue"}},
            {"schedule": {"every": "1h", "overlap": "queue"}},
        ),
        ({"no_schedule": True}, {"schedule": {"every": 1.0}}, {"schedule": {}}),
        ({"watches": True}, {}, {"watch": {}}),
        ({"watches": False}, {"watch": {"poll": 3.0}}, {"watch": False}),
        ({"poll": "5s"}, {"watch": {"reconcile": 60.0}}, {"watch": {"reconcile": 60.0, "poll": "5s"}}),
        ({"notify_email": ("a@b.org",)}, {}, {"notify": [{"email": ["a@b.org"]}]}),
        (
            {"notify_when": "always"},
            {"notify": [{"email": ["a@b.org"], "webhook": None}]},
            {"notify": [{"email": ["a@b.org"], "when": "always"}]},
        ),
        ({"no_notify": True}, {"notify": [{"email": ["a@b.org"]}]}, {"notify": []}),
    ],
)
def test_options_change_what_they_name(given: dict[str, Any], before: dict[str, Any], expected: dict[str, Any]) -> None:
    """And nothing else of what the job did so far."""
    found = with_standing(given, before)

    assert expected == {name: found[name] for name in ("schedule", "watch", "notify") if name in found}
    definition(**expected)


@pytest.mark.parametrize(
    ("given", "before", "words"),
    [
        ({"no_schedule": True, "every": "1h"}, {}, "exclude each other"),
        ({"poll": "1s"}, {}, "that are watched"),
        ({"notify_when": "always"}, {"notify": [{}, {}]}, "several"),
    ],
)
def test_options_that_mean_nothing_are_refused(given: dict[str, Any], before: dict[str, Any], words: str) -> None:
    """With a sentence."""
    with pytest.raises(UsageError, match=words):
        with_standing(given, before)


def test_usual_terms() -> None:
    """What the pages say."""
    usual, watch = ScheduleOptions(every=60), WatchOptions()

    assert ("once", "skip", True) == (usual.catch_up.value, usual.overlap.value, usual.enabled)
    assert (3600, 60) == (watch.reconcile, watch.poll)
