"""A handler written for automated ingest runs as it is: what it imports, and what it is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lading.base.errors import AnswerRefused, HandlerRefused, HookFailed
from lading.ingest.engine.automated_ingest import is_written_so, modules
from lading.ingest.engine.character_keys import pairs_of
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.values import DeleteMode, Entry, Kind, Operation
from lading.ingest.handlers import Event, Handler, Hook, Question, User, defines
from tests.unit.engine.automated_handlers import Lent, calls, handler

PACKAGE = "irods_capability_automated_ingest"


def asked(of: Handler, question: Question, event: Event | None = None) -> Any:
    return Hooks(Calling(handler=of, lend=Lent)).ask(question, event or Event(path="a"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package as if somebody had installed and imported it."""
    package, core = ModuleType(PACKAGE), ModuleType(f"{PACKAGE}.core")
    core.Core = int  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, PACKAGE, package)
    monkeypatch.setitem(sys.modules, f"{PACKAGE}.core", core)
    return core


def test_the_names_are_there_only_while_a_file_is_loaded() -> None:
    """Nobody else finds them, before or after."""
    of = handler("class event_handler(Core):\n    seen = __import__('sys').modules.get(Core.__module__) is not None\n")

    assert not defines(of, Hook.PRE_JOB)
    assert [] == [name for name in sys.modules if name.startswith(PACKAGE)]


def test_an_installed_package_is_neither_used_nor_touched(installed: ModuleType) -> None:
    """Its entries are where they were."""
    of = handler("class event_handler(Core):\n    def pre_job(*_):\n        pass\n")

    assert defines(of, Hook.PRE_JOB)
    assert installed is sys.modules[f"{PACKAGE}.core"]
    assert f"{PACKAGE}.utils" not in sys.modules


def test_a_file_that_fails_leaves_nothing_behind(installed: ModuleType) -> None:
    """Neither names nor a half-made module."""
    with pytest.raises(HandlerRefused, match="ZeroDivisionError"):
        handler("1 / 0\n")

    assert installed is sys.modules[f"{PACKAGE}.core"]


def test_a_function_may_import_when_it_is_called() -> None:
    """Long after the file was loaded."""
    of = handler(
        """
        class event_handler(Core):
            @staticmethod
            def operation(session, meta, **options):
                from irods_capability_automated_ingest.utils import Operation
                import irods_capability_automated_ingest.utils as utils
                assert utils.Operation is Operation
                return Operation.PUT
        """,
        imports="from irods_capability_automated_ingest.core import Core\n",
    )

    assert Operation.PUT is asked(of, Question.OPERATION)


def test_a_module_beside_the_file_may_import_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is installed on the workers and shared by several handlers."""
    (tmp_path / "shared_by_handlers.py").write_text(f"from {PACKAGE}.core import Core\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    of = handler("import shared_by_handlers\nclass event_handler(shared_by_handlers.Core):\n    pre_job = print\n")

    assert defines(of, Hook.PRE_JOB)


def test_other_parts_of_the_package_are_refused_with_a_sentence() -> None:
    """A handler that works on the package's own tables cannot run."""
    with pytest.raises(HandlerRefused, match=r"redis_utils is not provided: .* core \(Core\) and utils"):
        handler("from irods_capability_automated_ingest.redis_utils import get_redis\n")


def test_a_file_without_the_class_is_refused() -> None:
    """With its name."""
    with pytest.raises(HandlerRefused, match="no class event_handler"):
        handler("class Handler(Core):\n    pass\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"from {PACKAGE}.core import Core\nclass event_handler(Core): pass", True),
        (f"import {PACKAGE}.core as c\nclass event_handler(c.Core): pass", True),
        (f"# {PACKAGE}\nclass event_handler: pass", False),
        (f"from {PACKAGE}.core import Core\nclass Mine(Core): pass", False),
        ("from lading.ingest import Handler\nclass Mine(Handler): pass", False),
        ("not python", False),
    ],
)
def test_such_a_file_is_told_by_what_it_imports(text: str, expected: bool) -> None:
    """So that nobody has to say how it is written."""
    assert expected == is_written_so(text)


@pytest.mark.parametrize("member", list(modules.Operation))
def test_each_operation_has_its_name(member: modules.Operation) -> None:
    """As the enumeration of automated ingest has it."""
    of = handler(
        f"""
        class event_handler(Core):
            @staticmethod
            def operation(session, meta, **options):
                return Operation.{member.name}
        """
    )

    assert Operation(member.name.lower().replace("_", "-")) is asked(of, Question.OPERATION)


@pytest.mark.parametrize("member", list(modules.DeleteMode))
def test_each_delete_mode_has_its_name(member: modules.DeleteMode) -> None:
    """As the enumeration of automated ingest has it."""
    of = handler(
        f"""
        class event_handler(Core):
            @staticmethod
            def delete_mode(meta):
                return DeleteMode.{member.name}
        """
    )

    assert DeleteMode(member.name.lower().replace("_", "-")).value == asked(of, Question.DELETE_MODE)


def test_the_numbers_of_the_members_are_those_of_automated_ingest() -> None:
    """Handlers may compare them, or keep them in metadata."""
    assert [0, 1, 2, 3, 4, 5] == [one.value for one in modules.Operation]
    assert [0, 1, 2, 3] == [one.value for one in modules.DeleteMode]


def test_what_a_class_does_not_have_is_not_asked() -> None:
    """None is as the job says."""
    of = handler("class event_handler(Core):\n    pass\n")

    assert not any(defines(of, one) for one in (*Hook, *Question))


ANSWERS = """
class event_handler(Core):
    @staticmethod
    def to_resource(session, meta, **options):
        return "tape" if meta["size"] > 2 else None

    @staticmethod
    def target_path(session, meta, **options):
        return "/vault" + meta["path"]

    @staticmethod
    def as_user(meta, **options):
        return "tempZone", meta["path"].split("/")[-1]

    @staticmethod
    def max_retries(hdlr_mod, logger, meta):
        logger.info("asked", path=meta["path"])
        assert hdlr_mod is event_handler
        return 3

    @staticmethod
    def delay(hdlr_mod, logger, meta, retries):
        logger.bind(path=meta["path"]).warning("waiting %d", retries)
        return retries * 2

    @staticmethod
    def timeout(hdlr_mod, logger, meta):
        return 7
"""


def test_b29_questions_about_a_file_are_given_a_logger() -> None:
    """And have their answers."""
    of = handler(ANSWERS)
    entry = Entry("alice", Kind.FILE, 3, 1_500_000_000, 2_000_000_000, 1)
    event = Event(path="d/alice", physical_path="/src/d/alice", entry=entry, retries=2)
    asked_all = Hooks(Calling(handler=of, lend=Lent)).ask_of_file(event)

    assert ("tape", "/vault/src/d/alice", User("alice", "tempZone"), 3) == (
        asked_all.resource,
        asked_all.target_path,
        asked_all.user,
        asked_all.max_retries,
    )
    assert 4.0 == asked(of, Question.DELAY, event)
    assert 7.0 == asked(of, Question.TIMEOUT, event)


@pytest.mark.parametrize(
    ("method", "question", "returned"),
    [
        ("operation(session, meta, **options)", Question.OPERATION, "'put'"),
        ("operation(session, meta, **options)", Question.OPERATION, "DeleteMode.TRASH"),
        ("delete_mode(meta)", Question.DELETE_MODE, "Operation.PUT"),
        ("as_user(meta, **options)", Question.ACT_AS, "'alice'"),
        ("max_retries(hdlr_mod, logger, meta)", Question.MAX_RETRIES, "'3'"),
        ("character_map()", Question.NAME_MAP, "7"),
    ],
)
def test_nonsense_fails_what_it_was_said_of(method: str, question: Question, returned: str) -> None:
    """It is never taken for something else."""
    of = handler(f"class event_handler(Core):\n    @staticmethod\n    def {method}:\n        return {returned}\n")

    with pytest.raises((HookFailed, AnswerRefused)):
        asked(of, question)


def test_keys_of_a_character_map_may_be_anything_that_was_allowed() -> None:
    """A character, several, a pattern with flags, and a function, which becomes a pattern that takes the same."""
    of = handler(
        """
        import re
        class event_handler(Core):
            @staticmethod
            def character_map():
                return [
                    ("#", "h"),
                    (("!", "?"), "_"),
                    (re.compile("[x-z]", re.IGNORECASE), "q"),
                    (lambda ch: ord(ch) > 127, "~"),
                    ("$", None),
                ]
        """
    )
    characters = CharacterMap(pairs_of(asked(of, Question.NAME_MAP)))

    assert "h__qqQ~~a$".replace("Q", "q") == characters.translate("#!?xYz\u20acéa$")


def test_job_hooks_are_given_the_class_and_the_job() -> None:
    """Path and target are those of the job."""
    of = handler(
        """
        class event_handler(Core):
            @staticmethod
            def pre_job(hdlr_mod, logger, meta):
                CALLS.append((hdlr_mod is event_handler, meta["path"], meta["target"], meta["job_name"]))
        """
    )
    given = {"root": "/src", "root_target_collection": "/z/in", "job_name": "nightly"}
    Hooks(Calling(handler=of)).call_hook(Event(hook=Hook.PRE_JOB, job="sync-1", given=given))

    assert [(True, "/src", "/z/in", "nightly")] == calls(of)


def test_post_job_is_not_called_for_a_periodic_job() -> None:
    """It never was."""
    of = handler(
        """
        class event_handler(Core):
            @staticmethod
            def post_job(hdlr_mod, logger, meta):
                CALLS.append(meta["interval"])
        """
    )
    hooks = Hooks(Calling(handler=of))
    hooks.call_hook(Event(hook=Hook.POST_JOB, given={"interval": 60}))
    hooks.call_hook(Event(hook=Hook.POST_JOB, given={"interval": None}))

    assert [None] == calls(of)
