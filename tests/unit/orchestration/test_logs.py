"""Lines of a worker's log: one for each thing, with what it is about."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lading.base.config import LogFormat, LogLevel, Settings
from lading.orchestration import logs

log = logging.getLogger("lading.test")


Written = Callable[[], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """Return what tells what went to standard error; the logs of the test session are as before in the end."""
    before, level = logging.root.handlers[:], logging.root.level
    yield lambda: capsys.readouterr().err
    logging.root.handlers[:] = before
    logging.root.setLevel(level)


def set_up(form: LogFormat, level: LogLevel = LogLevel.INFO) -> None:
    """Set up as a worker does."""
    logs.set_up(Settings(home=Path("/nowhere"), log_format=form, log_level=level))


def test_a_line_of_json_says_what_it_is_about(written: Written) -> None:
    """Also from a thread that the batch's work has begun; nothing before and after."""
    set_up(LogFormat.JSON)
    log.info("before")
    with logs.about(12, 4711):
        log.warning("%s: %d", "inside", 1)
        thread = threading.Thread(target=log.error, args=("beside",))
        thread.start()
        thread.join()
    log.info("after")
    lines = [json.loads(line) for line in written().splitlines()]

    assert [("before", None), ("inside: 1", (12, 4711)), ("beside", (12, 4711)), ("after", None)] == [
        (line["message"], (line["run"], line["batch"]) if "run" in line else None) for line in lines
    ]
    assert ["time", "level", "logger", "run", "batch", "message"] == list(lines[1])
    assert ("warning", "lading.test", "Z") == (lines[1]["level"], lines[1]["logger"], lines[1]["time"][-1])


def test_whoever_stands_apart_speaks_of_what_it_names_only(written: Written) -> None:
    """The keeper's threads look after everything."""
    set_up(LogFormat.JSON)

    def keep() -> None:
        logs.stand_apart()
        log.info("swept")
        log.info("lost", extra={"run": 1, "batch": 2})

    with logs.about(12, 4711):
        thread = threading.Thread(target=keep)
        thread.start()
        thread.join()
    swept, lost = map(json.loads, written().splitlines())

    assert "batch" not in swept
    assert (1, 2) == (lost["run"], lost["batch"])


@pytest.mark.parametrize("form", LogFormat)
def test_a_traceback_and_a_hostile_name_are_one_line(written: Written, form: LogFormat) -> None:
    """A name with a line break, or with what a terminal obeys, makes no second line and moves nothing."""
    set_up(form)
    with logs.about(12, 4711):
        try:
            int("a\nb\x1b[2J")
        except ValueError:
            log.exception("c\nd\x1b[2J")
    (line,) = written().splitlines()

    assert "\x1b" not in line
    assert "Traceback" in line
    assert "4711" in line


def test_a_line_of_text_is_for_people(written: Written) -> None:
    """Time, level, logger, run, batch, and what there is to say."""
    set_up(LogFormat.TEXT)
    with logs.about(12, 4711):
        log.warning("não")

    assert " warning lading.test run=12 batch=4711 não\n" == written()[24:]


def test_what_is_below_the_level_is_not_written(written: Written) -> None:
    """`log_level`; setting up twice, as a forked process does, writes each line once."""
    set_up(LogFormat.TEXT, LogLevel.WARNING)
    set_up(LogFormat.TEXT, LogLevel.WARNING)
    log.info("no")
    log.warning("yes")

    assert 1 == len(written().splitlines())
