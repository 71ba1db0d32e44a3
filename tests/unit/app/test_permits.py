"""What a remote run may touch, as a table; and that a shell's run is asked nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base import config
from lading.base.config_groups import Allowed
from lading.base.errors import LadingError, UsageError
from lading.ingest.app import permits
from lading.ingest.app.definition import Definition
from lading.ingest.app.permits import SHELL, Submitter, Via

ALICE = Submitter(via=Via.REMOTE, user="alice")
DIGEST = "a" * 64
ALLOWED = Allowed(
    sources=("/data", "/data/deep/landing", "/mnt/x"),
    destinations=("/zone/home/lab", "/zone/home/other"),
    zones=("/etc/lading/archive.json",),
    handlers=("lab.hooks:Mine", f"sha256:{DIGEST}"),
    users=("bob", "bob#zone", "{owner}"),
    emails=("lab@example.org",),
    webhooks=("https://example.org/hook",),
)


def definition(**options: Any) -> Definition:
    return Definition(**{"source": "/data/in", "destination": "/zone/home/lab/in"} | options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"source": "/data"},
        {"source": "/data/"},
        {"source": "/data/a/b"},
        {"source": "/mnt/x/..."},
        {"destination": "/zone/home/lab"},
        {"destination": "/zone/home/other/a"},
        {"zone": "/etc/lading/archive.json"},
        {"handler": "lab.hooks:Mine"},
        {"handler": "/tmp/mine.py", "handler_digest": DIGEST},
        {"act_as": [{"user": "bob"}, {"user": "bob#zone"}, {"user": "{owner}"}]},
        {"act_as": [{"owners": {"u1": "bob"}}]},
        {"after": "move", "after_folder": "/data/done"},
        {"after": "delete"},
        {"notify": [{"email": "lab@example.org", "webhook": "https://example.org/hook"}]},
    ],
)
def test_what_is_listed_is_allowed(options: dict[str, Any]) -> None:
    """And what lies below it."""
    permits.refuse(definition(**options), ALICE, ALLOWED)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"source": "/etc"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "/"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "/database"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "/data/../etc"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "/data/./in"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "//data/in"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "data/in"}, "SOURCE_NOT_ALLOWED"),
        ({"source": ""}, "SOURCE_NOT_ALLOWED"),
        ({"source": "/data/\0"}, "SOURCE_NOT_ALLOWED"),
        ({"source": "~/data"}, "SOURCE_NOT_ALLOWED"),
        ({"links": "follow"}, "SOURCE_NOT_ALLOWED"),
        ({"links": "record"}, "SOURCE_NOT_ALLOWED"),
        ({"after": "move", "after_folder": "/tmp/done"}, "SOURCE_NOT_ALLOWED"),
        ({"destination": "/zone/home/laboratory"}, "DESTINATION_NOT_ALLOWED"),
        ({"destination": "/zone/home"}, "DESTINATION_NOT_ALLOWED"),
        ({"destination": "/zone/home/lab/../rods"}, "DESTINATION_NOT_ALLOWED"),
        ({"zone": "/data/in/mine.json"}, "DESTINATION_NOT_ALLOWED"),
        ({"handler": "os:Mine"}, "HANDLER_NOT_ALLOWED"),
        ({"handler": "lab.hooks"}, "HANDLER_NOT_ALLOWED"),
        ({"handler": "lab.hooks:Mine", "handler_digest": DIGEST, "act_as": [{"user": "rods"}]}, "USER_NOT_ALLOWED"),
        ({"handler": "/tmp/mine.py"}, "HANDLER_NOT_ALLOWED"),
        ({"handler": "/tmp/mine.py", "handler_digest": "b" * 64}, "HANDLER_NOT_ALLOWED"),
        ({"act_as": [{"user": "rods"}]}, "USER_NOT_ALLOWED"),
        ({"act_as": [{"user": "{folder}"}]}, "USER_NOT_ALLOWED"),
        ({"act_as": [{"owners": {"u1": "bob", "u2": "rods"}}]}, "USER_NOT_ALLOWED"),
        ({"notify": [{"email": "lab@example.org"}, {"email": "all@example.org"}]}, "ADDRESS_NOT_ALLOWED"),
        ({"notify": [{"webhook": "https://example.org/hooks"}]}, "ADDRESS_NOT_ALLOWED"),
        ({"notify": [{"webhook": "http://127.0.0.1:6379/"}]}, "ADDRESS_NOT_ALLOWED"),
    ],
)
def test_what_is_not_listed_is_refused(options: dict[str, Any], code: str) -> None:
    """With a code of its own, and the setting in the sentence where one would help; from a shell it goes."""
    with pytest.raises(LadingError) as refused:
        permits.refuse(definition(**options), ALICE, ALLOWED)

    assert refused.value.code == code
    assert "LADING_ALLOWED__" in str(refused.value) or "links" in str(refused.value)
    permits.refuse(definition(**options), SHELL, Allowed())


def test_an_empty_list_allows_nothing() -> None:
    """Neither reading nor writing."""
    with pytest.raises(LadingError, match=r"allowed\.sources"):
        permits.refuse(definition(), ALICE, Allowed())
    with pytest.raises(LadingError, match=r"allowed\.destinations"):
        permits.refuse(definition(), ALICE, Allowed(sources=(Path("/data"),)))


@given(path=st.text(st.sampled_from("/.ad t\0é"), max_size=16))
def test_whatever_is_allowed_lies_below(path: str) -> None:
    """The system's own idea of the path says so, too."""
    source = f"/data{path}"
    try:
        anchor = permits.anchor_of(source, ALLOWED)
    except LadingError:
        return

    assert Path(os.path.normpath(source)).is_relative_to(anchor)


def test_the_nearest_folder_is_the_anchor() -> None:
    """So that as much of the path as possible is what an administrator named."""
    assert permits.anchor_of("/data/deep/landing/a", ALLOWED) == Path("/data/deep/landing")
    assert permits.anchor_of("/data/deep", ALLOWED) == Path("/data")


def test_of_two_who_want_a_run_the_one_counts_who_may_less() -> None:
    """Who defined the job and who runs it."""
    assert SHELL.and_by(ALICE) == ALICE.and_by(SHELL) == ALICE
    assert SHELL.and_by(SHELL) == SHELL
    assert ALICE.and_by(Submitter(via=Via.REMOTE, user="bob")) == ALICE


def test_lists_come_from_variables_and_go_on_to_workers(tmp_path: Path) -> None:
    """Word by word, with quotes for spaces."""
    environ = {
        "LADING_HOME": str(tmp_path),
        "LADING_ALLOWED__SOURCES": "/data/landing '/data/with space/'",
        "LADING_ALLOWED__DESTINATIONS": "/zone/home/lab/ /zone/x",
    }
    settings = config.load(environ, tmp_path)

    assert settings.allowed.sources == (Path("/data/landing"), Path("/data/with space"))
    assert settings.allowed.destinations == ("/zone/home/lab", "/zone/x")
    assert config.load(settings.as_environ(), tmp_path) == settings
    assert config.load({"LADING_HOME": str(tmp_path)}, tmp_path).allowed == Allowed()


@pytest.mark.parametrize(
    ("name", "value"),
    [("SOURCES", "data"), ("DESTINATIONS", "zone"), ("DESTINATIONS", "/zone/../x"), ("ZONES", "x.json")],
)
def test_a_list_that_means_nothing_is_refused(tmp_path: Path, name: str, value: str) -> None:
    """Rather than taken for something else."""
    with pytest.raises(UsageError, match=f"LADING_ALLOWED__{name}|allowed"):
        config.load({"LADING_HOME": str(tmp_path), f"LADING_ALLOWED__{name}": value}, tmp_path)
