"""A handler comes from an installed module or from the text of a file."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from lading.base.errors import HandlerRefused
from lading.ingest import Event, Handler, Hook
from lading.ingest.engine import handler_loading as loading
from lading.ingest.engine.handler_loading import HandlerText
from lading.ingest.handlers import Question, defines


class Installed(Handler):
    def resource(self, event: Event) -> str:
        return "installed"


def text(body: str, class_name: str = "", **more: str) -> HandlerText:
    return HandlerText(name="mine.py", text="from lading.ingest import Handler\n" + body, class_name=class_name, **more)


RESOURCE = "class Mine(Handler):\n    def resource(self, event):\n        return 'tape'\n"


def test_an_import_path_names_module_and_class() -> None:
    """The class may be left out where the module has only one."""
    assert "installed" == loading.from_import_path(f"{__name__}:Installed").resource(Event())
    assert "installed" == loading.from_import_path(__name__).resource(Event())


def test_a_text_is_compiled_in_memory() -> None:
    """Neither `sys.path` nor any folder has anything of it; its name is that of its digest."""
    path = list(sys.path)
    handler = loading.from_text(text(RESOURCE))

    assert "tape" == handler.resource(Event())
    assert path == sys.path
    assert type(handler).__module__.startswith("lading_handler_")


def test_b16_a_process_makes_one_module_of_a_text_whoever_asks() -> None:
    """Ten threads at a time get the same handler; no half-made module is ever seen."""
    slow = text("import time\ntime.sleep(0.05)\n" + RESOURCE)
    found: list[Handler] = []
    threads = [threading.Thread(target=lambda: found.append(loading.from_text(slow))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 10 == len(found)
    assert 1 == len({id(handler) for handler in found})
    assert "tape" == found[0].resource(Event())


def test_a_changed_text_is_another_module() -> None:
    """The digest tells them apart."""
    one, other = text(RESOURCE), text(RESOURCE.replace("tape", "disk"))

    assert one.digest != other.digest
    assert ["tape", "disk"] == [loading.from_text(each).resource(Event()) for each in (one, other)]


def test_a_class_may_be_named() -> None:
    """Where a file has several."""
    two = RESOURCE + "class Other(Handler):\n    pass\n"

    assert "tape" == loading.from_text(text(two, "Mine")).resource(Event())


def test_a_file_may_hold_dataclasses() -> None:
    """They look their own module up."""
    with_dataclass = (
        "from dataclasses import dataclass\n@dataclass\nclass Rule:\n    glob: 'str'\n"
        "class Mine(Handler):\n    def resource(self, event):\n        return Rule('x').glob\n"
    )

    assert "x" == loading.from_text(text(with_dataclass)).resource(Event())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("class", "cannot be loaded: SyntaxError: invalid syntax (<handler mine.py>, line 2), line 2"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("", "has 0 classes below lading.ingest.Handler"),
        (RESOURCE + "class Other(Handler):\n    pass\n", "has 2 classes"),
        ("class Mine(Handler):\n    def post_data_obj_create(self, event): ...\n", "no hook post_data_obj_create"),
        ("class Mine(Handler):\n    def __init__(self):\n        1 / 0\n", "ZeroDivisionError"),
    ],
)
def test_what_is_no_handler_is_refused(body: str, says: str) -> None:
    """The reason is a sentence, and nothing of it stays loaded."""
    before = set(sys.modules)
    with pytest.raises(HandlerRefused) as refused:
        loading.from_text(text(body))

    assert says in str(refused.value)
    assert set() == {name for name in set(sys.modules) - before if name.startswith("lading_handler_")}


@pytest.mark.parametrize("reference", ["no.such.module:Mine", f"{__name__}:Missing", "lading.ingest.handlers:User"])
def test_what_cannot_be_imported_is_refused(reference: str) -> None:
    """With a hint where it has to be."""
    with pytest.raises(HandlerRefused):
        loading.from_import_path(reference)


@pytest.mark.parametrize(
    ("reference", "imported"),
    [
        ("package.module:Class", True),
        ("module", True),
        ("mine.py", False),
        ("mine.py:Class", False),
        ("./module", False),
        ("/a/b.py", False),
    ],
)
def test_a_reference_tells_whether_it_is_installed(reference: str, imported: bool) -> None:
    """What ends in `.py` or has a slash is a file."""
    assert imported is loading.is_import_path(reference)


def test_a_file_reference_may_name_a_class() -> None:
    """Behind the last colon."""
    assert ("/a:b/c.py", "Mine") == loading.split_file_reference("/a:b/c.py:Mine")
    assert ("/a:b/c.py", "") == loading.split_file_reference("/a:b/c.py")


def test_only_own_methods_are_called() -> None:
    """What a handler does not define costs nothing; an adapter lists what it defines."""

    class Adapter(Handler):
        defined = frozenset({"pre_job"})

    assert defines(Installed(), Question.RESOURCE)
    assert not defines(Installed(), Hook.PRE_JOB)
    assert defines(Adapter(), Hook.PRE_JOB)
    assert not defines(Adapter(), Question.RESOURCE)


def test_another_dialect_makes_handlers_of_other_files() -> None:
    """What it surrounds the file with is there while it is loaded, and gone afterwards."""
    seen: list[str] = []

    @contextmanager
    def names(_module: ModuleType) -> Iterator[None]:
        sys.modules["legacy_names"] = ModuleType("legacy_names")
        yield
        del sys.modules["legacy_names"]

    def make(module: ModuleType, _class: str) -> Handler:
        seen.append(str(module.word))
        return Installed()

    loading.register_dialect(loading.Dialect(name="test-dialect", make=make, surroundings=names))
    loading.from_text(text("import legacy_names\nword = 'found'\n", dialect="test-dialect"))

    assert ["found"] == seen
    assert "legacy_names" not in sys.modules


def test_an_unknown_dialect_is_refused() -> None:
    """A newer version stored it."""
    with pytest.raises(HandlerRefused, match="does not know"):
        loading.from_text(text(RESOURCE, dialect="of the future"))
