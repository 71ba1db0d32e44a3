"""CVs that land in a collection: checked for who asked, reported to nobody else, counted and never scored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from irods.access import iRODSAccess
from irods.session import iRODSSession

from lading.base.config import Settings
from lading.bridges.cv_reviews import COUNT, OPTED_IN, REPORT, report_of, wants
from lading.ingest.app.definition import Definition
from tests.carrying import collection_for, definition_for, sync
from tests.integration.cv.samples import RESUME

HANDLER = "lading.bridges.cv_reviews:ReviewCvs"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with a CV, a file that is none, and one that only looks like one."""
    folder = tmp_path / "cv"
    folder.mkdir()
    value = {**RESUME, "basics": {**RESUME["basics"], "phone": "call me", "email": None}}
    (folder / "marlene.json").write_text(json.dumps(value))
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of a PDF follows")
    return folder


@pytest.fixture
def zone(shared_ledger: Settings) -> Iterator[iRODSSession]:
    """Return a session of the user who brings and owns the CVs."""
    environment, authentication = shared_ledger.zone_files
    with iRODSSession(irods_env_file=str(environment), irods_authentication_file=str(authentication)) as session:
        yield session


def brought(source: Path) -> Definition:
    """Bring the folder with the handler."""
    definition = definition_for(source, handler=HANDLER)
    sync(definition)
    return definition


def names(zone: iRODSSession, source: Path) -> list[str]:
    """Return what lies in the collection."""
    return sorted(one.name for one in zone.collections.get(collection_for(source)).data_objects)


def value_of(zone: iRODSSession, path: str) -> dict[str, Any]:
    """Return a report."""
    with zone.data_objects.open(path, "r") as stored:
        value: dict[str, Any] = json.loads(stored.read())
    return value


def test_who_did_not_ask_gets_nothing(zone: iRODSSession, source: Path) -> None:
    """Without the AVU, or with somebody else's name in it, the files are brought and that is all."""
    zone.collections.create(collection_for(source)).metadata.add(OPTED_IN, "somebody")
    brought(source)

    assert ["broken.pdf", "marlene.json", "photo.png"] == names(zone, source)


def test_who_asked_gets_a_report_alone_and_a_count(zone: iRODSSession, source: Path) -> None:
    """Also where the collection lets others read all that lies in it; a CV that changes is checked again."""
    collection = collection_for(source)
    zone.collections.create(collection).metadata.add(OPTED_IN, zone.username)
    zone.acls.set(iRODSAccess("read", collection, "public", zone.zone))
    zone.acls.set(iRODSAccess("inherit", collection))
    brought(source)
    path = f"{collection}/marlene.json"
    report = value_of(zone, path + REPORT)
    access = zone.acls.get(zone.data_objects.get(path + REPORT))
    counts = zone.data_objects.get(path).metadata.get_all(COUNT)

    assert [(zone.username, "own")] == [(one.user_name, one.access_name) for one in access]
    assert "public" in {one.user_name for one in zone.acls.get(zone.data_objects.get(path))}
    failed = [rule["code"] for rule in report["rules"] if rule["outcome"] == "failed"]
    assert {"MISSING_EMAIL", "UNPARSEABLE_PHONE"} <= set(failed)
    assert {"schema", "object", "at", "catalogue", "summary", "rules"} == set(report)
    assert [str(sum(len(rule["findings"]) for rule in report["rules"]))] == [one.value for one in counts]
    assert "CV_BROKEN" == value_of(zone, f"{collection}/broken.pdf{REPORT}")["error"]["code"]
    assert not zone.data_objects.get(f"{collection}/broken.pdf").metadata.get_all(COUNT)

    (source / "marlene.json").write_text(json.dumps(RESUME))
    brought(source)
    after = zone.data_objects.get(path).metadata.get_all(COUNT)
    assert 1 == len(after)
    assert int(after[0].value) < int(counts[0].value)
    assert 5 == len(names(zone, source))


def test_only_what_may_be_a_cv_is_looked_at() -> None:
    """By its name; a report is none. What is told is what software loses, and how it is told says nothing of a person."""
    assert [True, True, False, False] == [wants(name) for name in ("a.PDF", "b.docx", "c.png", f"a.pdf{REPORT}")]
    report, count = report_of(json.dumps(RESUME).encode(), name="a.json", today=NOW)
    assert count == sum(len(rule["findings"]) for rule in report["rules"] if rule["outcome"] == "failed")
    assert not {"score", "grade", "rank", "match", "job"} & set(report)
    assert {"loses"} == {rule["heading"] for rule in report["rules"]}
