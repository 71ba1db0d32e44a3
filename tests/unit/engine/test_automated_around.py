"""Hooks that a handler written for automated ingest calls around an action."""

from __future__ import annotations

import threading

from lading.base.errors import AccessDenied
from lading.ingest.engine.destinations.memory import Call
from tests.unit.engine.automated_handlers import calls, handler, job, synced
from tests.unit.engine.workshop import ROOT

AROUND = """
class event_handler(Core):
    @classmethod
    def on_data_obj_create(cls, func, hdlr_mod, logger, session, meta, *args, **options):
        CALLS.append(("before", session.username, meta["target"]))
        if meta["path"].endswith("skip"):
            return
        try:
            func(hdlr_mod, logger, session, meta, *args, **options)
        except Exception as error:
            CALLS.append(("failed", type(error).__name__, meta["target"]))
            raise
        CALLS.append(("after", session.username, meta["target"]))
        if meta["path"].endswith("raises"):
            raise ValueError("too late")
"""


def test_a_hook_around_an_action_sees_it_done() -> None:
    """In between the object was made."""
    mine = handler(AROUND)
    of = job({"a": b"one"}, mine)

    assert {"a": ("created", "")} == synced(of)
    assert [("before", "rods", f"{ROOT}/a"), ("after", "rods", f"{ROOT}/a")] == calls(mine)


def test_a_hook_that_does_not_ask_for_the_action_leaves_the_file_out() -> None:
    """It is skipped, and asked for again in the next run."""
    mine = handler(AROUND)
    of = job({"skip": b"one"}, mine)

    assert {"skip": ("skipped", "HANDLER_SKIPPED")} == synced(of)
    assert {} == of.stored()
    assert {"skip": ("skipped", "HANDLER_SKIPPED")} == synced(of)


def test_a_hook_around_an_action_may_raise_after_it() -> None:
    """The file failed, and its hook is owed: the next run calls it with nothing left to do."""
    mine = handler(AROUND)
    of = job({"raises": b"one"}, mine)

    assert {"raises": ("failed", "HOOK_FAILED")} == synced(of)
    assert {"raises": b"one"} == of.stored()
    calls(mine).clear()
    assert {"raises": ("failed", "HOOK_FAILED")} == synced(of)
    assert ["before", "after"] == [call[0] for call in calls(mine)]


def test_a_hook_around_an_action_that_fails_is_told_at_the_end_of_the_work() -> None:
    """Nothing of it is left behind: neither thread nor dictionary."""
    mine = handler(AROUND)
    of = job({"a": b"one"}, mine)
    of.destination.fail(Call.PUT, f"{ROOT}/a", AccessDenied("no"))

    assert {"a": ("failed", "ACCESS_DENIED")} == synced(of)
    for thread in threading.enumerate():
        if thread.name == "handler-around":
            thread.join(5)
    assert [("before", "rods", f"{ROOT}/a"), ("failed", "NotDone", f"{ROOT}/a")] == calls(mine)


def test_a_hook_around_an_action_may_leave_the_rest_to_core() -> None:
    """`Core` calls the hooks before and after."""
    mine = handler(
        """
        class event_handler(Core):
            @classmethod
            def on_data_obj_create(cls, func, *args, **options):
                CALLS.append("around")
                super().on_data_obj_create(func, *args, **options)

            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append("pre")

            @staticmethod
            def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append("post")
        """
    )
    synced(job({"a": b"one"}, mine))

    assert ["around", "pre", "post"] == calls(mine)
