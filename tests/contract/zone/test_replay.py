"""Recordings of a real server, played to the zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.zone.faults import Fault, FaultKind
from tests.contract.zone import recordings
from tests.contract.zone.__main__ import play
from tests.contract.zone.normal import IGNORED_APIS, IGNORED_COLUMNS, IGNORED_KEYS, IGNORED_REPLIES, IGNORED_TAGS
from tests.contract.zone.replay import report
from tests.not_run import not_run

pytestmark = pytest.mark.services

#: recording -> how many replies differ at most; a number here may only get smaller
MAY_DIFFER = {
    "bulk_register_688": 0,
    "one_call_put": 0,
    "prc_access": 0,
    "prc_admin": 0,
    "prc_collection": 0,
    "prc_connection": 0,
    "prc_data_obj": 1,
    "prc_exception": 0,
    "prc_file": 0,
    "prc_genquery2": 0,
    "prc_library_features": 0,
    "prc_meta": 0,
    "prc_put_30_files": 0,
    "prc_query": 0,
    "prc_resource": 0,
    "prc_temp_password": 0,
    "prc_ticket": 0,
    "prc_unicode": 0,
    "prc_user_group": 0,
    "prc_zone": 0,
    "register_630": 0,
    "tar_665": 0,
}

#: recordings that are not played -> why
NOT_PLAYED = {
    "icommands": "spoken in the binary form of the protocol; the zone reads XML, which icommands speak with irodsProt=1",
    "prc_client_hints": "its one reply was cut in the recording",
    "prc_pool": "logins only; those of the other recordings are the same",
}


@pytest.mark.parametrize("name", sorted(MAY_DIFFER))
def test_the_zone_answers_as_the_real_server_did(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every reply has the recorded status and body, but for what is listed with its reason."""
    if not recordings.folder().is_dir():
        not_run(f"no recordings at {recordings.folder()}; LADING_TRANSCRIPTS names their folder")

    exchanges = play(name, tmp_path)

    differing = [(exchange.place, exchange.differences[:3]) for exchange in exchanges if exchange.differences]
    with capsys.disabled():
        print(f"\n{name}: {report(exchanges)} replies equal", end=" ")
    assert exchanges, "nothing was compared"
    assert MAY_DIFFER[name] == len(differing), differing


@pytest.mark.parametrize(
    ("api", "kind"), [(706, FaultKind.ERROR), (702, FaultKind.DROP_BEFORE)], ids=["wrong status", "no reply"]
)
def test_a_zone_that_answers_otherwise_is_found(api: int, kind: FaultKind, tmp_path: Path) -> None:
    """The comparison fails when one reply of a recording is made wrong on purpose."""
    if not recordings.folder().is_dir():
        not_run(f"no recordings at {recordings.folder()}; LADING_TRANSCRIPTS names their folder")

    exchanges = play("prc_meta", tmp_path, Fault(kind=kind, api=api, nth=20, code=-818000))

    assert api in {exchange.api for exchange in exchanges if exchange.differences}


def test_every_recording_is_played_or_has_a_reason() -> None:
    """A new recording cannot be forgotten."""
    if not recordings.folder().is_dir():
        not_run(f"no recordings at {recordings.folder()}; LADING_TRANSCRIPTS names their folder")

    there = {path.name.partition(".")[0] for path in recordings.folder().glob("*.jsonl.gz")}

    assert there == {*MAY_DIFFER, *NOT_PLAYED}


@pytest.mark.parametrize(
    "table", [IGNORED_APIS, IGNORED_COLUMNS, IGNORED_KEYS, IGNORED_REPLIES, IGNORED_TAGS, NOT_PLAYED]
)
def test_nothing_is_ignored_without_a_reason(table: dict[object, str]) -> None:
    """Each entry of the tables says why."""
    assert [] == [entry for entry, reason in table.items() if not reason.strip()]
