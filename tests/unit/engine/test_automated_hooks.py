"""Hooks of a handler written for automated ingest, around files and collections in memory."""

from __future__ import annotations

import threading
from typing import Any

from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.values import Entry, Kind, Operation
from lading.ingest.handlers import Event, Hook, User, defines
from tests.unit.engine.automated_handlers import Lent, calls, handler, job, synced
from tests.unit.engine.workshop import ROOT


def noting(*kinds: str) -> str:
    """Return a class that notes each hook of the kinds."""
    lines = ["class event_handler(Core):"]
    for kind in kinds:
        for moment in ("pre", "post"):
            name = f"{moment}_{kind}"
            lines += [
                "    @staticmethod",
                f"    def {name}(hdlr_mod, logger, session, meta, *args, **options):",
                f"        logger.info({name!r}, target=meta['target'])",
                f"        CALLS.append(({name!r}, meta['target'], args, options, hdlr_mod.event_handler.__name__))",
            ]
    return "\n".join(lines) + "\n"


AS_USER = """
    @staticmethod
    def as_user(meta, **options):
        return ("tempZone", "alice")
"""


def told(of: Any) -> list[tuple[str, str]]:
    return [(name, target.removeprefix(ROOT)) for name, target, *_ in calls(of)]


def test_files_have_hooks_before_and_after() -> None:
    """With the module, the operation for what is put, and the options that the put was made with."""
    mine = handler(noting("data_obj_create", "data_obj_modify"))
    of = job({"a": b"one"}, mine)
    synced(of)
    of.memory.write("a", b"other")
    synced(of)

    assert [
        ("pre_data_obj_create", "/a"),
        ("post_data_obj_create", "/a"),
        ("pre_data_obj_modify", "/a"),
        ("post_data_obj_modify", "/a"),
    ] == told(mine)
    _, _, args, options, name = calls(mine)[0]
    assert (("PUT_SYNC",), {"allow_redirect": False}, "event_handler") == (
        tuple(one.name for one in args),
        options,
        name,
    )


def test_files_that_are_registered_have_no_operation_among_their_arguments() -> None:
    """So a hook without `*args` works there."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def post_data_obj_create(hdlr_mod, logger, session, meta, **options):
                CALLS.append((meta["path"], meta["size"], meta["is_link"], meta["entry_type"], options))
        """
    )
    of = job({"a": b"one"}, mine, operation=Operation.REGISTER_SYNC)
    synced(of)

    assert [(of.source.physical_path("a"), 3, False, "file", {"allow_redirect": False})] == calls(mine)


def test_a_hook_that_takes_neither_gets_neither() -> None:
    """A put with a hook of four arguments is no mistake of the file any more."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta):
                CALLS.append(meta["target"])
        """
    )
    assert {"a": ("created", "")} == synced(job({"a": b"one"}, mine))
    assert [f"{ROOT}/a"] == calls(mine)


def test_collections_have_hooks_for_each_level() -> None:
    """The highest first, and modify when files arrive later."""
    mine = handler(noting("coll_create", "coll_modify"))
    of = job({"d/a": b"one"}, mine)
    synced(of)
    first = told(mine)
    calls(mine).clear()
    of.memory.write("d/b", b"two")
    synced(of)

    assert [(f"{m}_coll_create", level) for level in ("", "/d") for m in ("pre", "post")] == first
    assert [("pre_coll_modify", "/d"), ("post_coll_modify", "/d")] == told(mine)


def test_no_op_calls_hooks_and_nothing_else() -> None:
    """With neither operation nor options."""
    mine = handler(noting("data_obj_create"))
    of = job({"a": b"one"}, mine, operation=Operation.NO_OP)
    synced(of)

    assert {} == of.stored()
    assert [("pre_data_obj_create", f"{ROOT}/a", (), {}, "event_handler")] == calls(mine)[:1]


def test_delete_hooks_are_given_no_logger() -> None:
    """As they were written."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_delete(hdlr_mod, session, meta, *args, **options):
                CALLS.append(("object", session.username, meta["target"], meta["task"]))

            @staticmethod
            def post_coll_delete(hdlr_mod, session, meta, *args, **options):
                CALLS.append(("collection", session.username, meta["target"], meta["task"]))
        """
    )
    of = job({}, mine)
    of.hooks.call_hook(Event(hook=Hook.PRE_DATA_OBJECT_DELETE, path="a", logical_path="/z/a"))
    of.hooks.call_hook(Event(hook=Hook.POST_COLLECTION_DELETE, path="d", logical_path="/z/d"))

    assert [
        ("object", "rods", "/z/a", "delete_data_object"),
        ("collection", "rods", "/z/d", "delete_collection"),
    ] == calls(mine)


def test_what_a_hook_writes_into_meta_is_there_afterwards() -> None:
    """The same dictionary goes to both hooks of a file, and changes nothing of what is done."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                meta["mine"], meta["target"] = meta["target"], "/elsewhere"

            @staticmethod
            def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append(meta["mine"])
        """
    )
    of = job({"a": b"one", "b": b"two"}, mine)
    synced(of)

    assert {f"{ROOT}/a", f"{ROOT}/b"} == set(calls(mine))
    assert {"a", "b"} == set(of.stored())


def test_a_hook_that_raises_fails_its_file_and_no_other() -> None:
    """B1: one file of many."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                if meta["path"].endswith("b"):
                    raise RuntimeError("not this one")
        """
    )

    assert {"a": ("created", ""), "b": ("failed", "HOOK_FAILED"), "c": ("created", "")} == synced(
        job({"a": b"1", "b": b"2", "c": b"3"}, mine)
    )


def test_retries_are_those_of_the_handler() -> None:
    """`delay` is asked with the number of the try."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def max_retries(hdlr_mod, logger, meta):
                return 2

            @staticmethod
            def delay(hdlr_mod, logger, meta, retries):
                CALLS.append(retries)
                return 0

            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append(meta["path"])
                if len(CALLS) < 4:
                    raise RuntimeError("not yet")
        """
    )
    of = job({"a": b"one"}, mine)

    assert {"a": ("created", "")} == synced(of)
    path = of.source.physical_path("a")
    assert [path, 1, path, 2, path] == calls(mine)


def test_without_core_nobody_calls_the_hooks_of_files() -> None:
    """It is `Core` that did."""
    mine = handler(noting("data_obj_create").replace("(Core)", ""))

    assert not defines(mine, Hook.PRE_DATA_OBJECT_CREATE)


def test_a_name_that_is_not_utf_8_is_told_in_base64() -> None:
    """As its folder, its bytes, and the name that it is stored under."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append((meta["path"], meta["b64_path_str"], meta["b64_reason"], meta["unicode_error_filename"]))
        """
    )
    of = job({}, mine)
    entry = Entry("\udcff", Kind.FILE, 3, 0, 0, 1)
    of.hooks.call_hook(
        Event(hook=Hook.PRE_DATA_OBJECT_CREATE, path="d/\udcff", physical_path="/s/d/\udcff", entry=entry)
    )

    assert [("/s/d", b"L3MvZC//", "UnicodeEncodeError", "irods_UnicodeEncodeError_L3MvZC//")] == calls(mine)


def test_b17_sessions_are_few_and_are_closed_with_the_work() -> None:
    """One for each user and call at a time; no timer and no thread is left that could cut a transfer."""
    mine = handler(noting("data_obj_create") + AS_USER)
    of = job({f"{number:02}": b"x" for number in range(30)}, mine)
    lent: list[Lent] = []

    def lend(user: User | None) -> Lent:
        lent.append(Lent(user))
        return lent[-1]

    of.hooks = Hooks(Calling(handler=mine, lend=lend))
    before = {thread.name for thread in threading.enumerate()}
    synced(of)

    assert 0 < len(lent) <= 5
    assert all(one.closed for one in lent)
    assert {"handler", "handler-alarm"} >= {thread.name for thread in threading.enumerate()} - before


def test_b31_options_that_a_hook_changes_change_nothing() -> None:
    """A put is never redirected, whatever a recipe says."""
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append(options["allow_redirect"])
                options["allow_redirect"] = True

            @staticmethod
            def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append(options["allow_redirect"])
        """
    )
    synced(job({"a": b"one"}, mine))

    assert [False, False] == calls(mine)


def test_sessions_belong_to_the_user_of_the_path() -> None:
    """`as_user` names zone and user."""
    assert "rods" == Lent(None).username
    mine = handler(
        """
        class event_handler(Core):
            @staticmethod
            def as_user(meta, **options):
                return ("otherZone", "alice")

            @staticmethod
            def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                CALLS.append((session.username, session.user.zone))
        """
    )
    synced(job({"a": b"one"}, mine))

    assert [("alice", "otherZone")] == calls(mine)
