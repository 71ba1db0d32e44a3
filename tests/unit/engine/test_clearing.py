"""When a file may leave a landing zone: the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.ingest.engine.clearing import Verdict, verdict
from lading.ingest.engine.snapshot import Known, Proof
from lading.ingest.engine.values import Entry, Kind, Listed, ReplicaState

SHA2, OTHER, MD5 = "sha2:aaaa", "sha2:bbbb", "0123456789abcdef0123456789abcdef"
KNOWN = Known("a", 3, 10, 20, 7, SHA2, "", Proof.VERIFIED)
NOW = Entry("a", Kind.FILE, 3, 10, 20, 7)
LISTED = Listed("a", 3, SHA2, 0, ReplicaState.GOOD, 0, "demoResc", "/vault/a")


@pytest.mark.parametrize("now", [NOW, None, NOW._replace(size=4)])
@pytest.mark.parametrize(
    "listed",
    [
        None,
        replace(LISTED, state=ReplicaState.STALE),
        replace(LISTED, state=ReplicaState.INTERMEDIATE),
        replace(LISTED, checksum=""),
        replace(LISTED, checksum=OTHER),
        replace(LISTED, size=4),
    ],
)
def test_what_the_catalogue_does_not_vouch_for_stays(listed: Listed | None, now: Entry | None) -> None:
    """Whatever the file looks like, and whoever sent it."""
    assert {Verdict.NOT_VERIFIED} == {verdict(KNOWN, listed, now, sent=sent) for sent in (True, False)}


def test_a_file_that_is_exactly_what_this_run_sent_goes() -> None:
    """Nobody has to read it again."""
    assert Verdict.TAKE is verdict(KNOWN, LISTED, NOW, sent=True)


@pytest.mark.parametrize(
    ("known", "listed", "now", "sent"),
    [
        (KNOWN, LISTED, NOW, False),
        (KNOWN, LISTED, NOW._replace(ctime_ns=21), True),
        (KNOWN, LISTED, NOW._replace(mtime_ns=11), True),
        (KNOWN, LISTED, NOW._replace(inode=8), True),
        (KNOWN, LISTED, NOW._replace(tag="link:b"), True),
        (replace(KNOWN, proof=Proof.UNVERIFIED), LISTED, NOW, True),
        (replace(KNOWN, checksum=""), LISTED, NOW, True),
        (KNOWN, replace(LISTED, checksum=MD5), NOW, True),
    ],
)
def test_in_doubt_the_bytes_decide(known: Known, listed: Listed, now: Entry, sent: bool) -> None:
    """An unchanged file, a touched one, one that was adopted by size."""
    assert Verdict.READ is verdict(known, listed, now, sent=sent)


@pytest.mark.parametrize("now", [NOW._replace(size=4), NOW._replace(kind=Kind.FOLDER), NOW._replace(kind=Kind.LINK)])
def test_what_cannot_be_the_same_stays(now: Entry) -> None:
    """Another size, or no file."""
    assert Verdict.CHANGED is verdict(KNOWN, LISTED, now, sent=True)


def test_what_is_gone_is_gone() -> None:
    """A second attempt finds nothing to do."""
    assert Verdict.GONE is verdict(KNOWN, LISTED, None, sent=True)
