"""Objects that grow, and times that are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from lading.base.errors import ChecksumMismatch, LadingError, SourceChanged
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import Listed, ReplicaState
from tests.contract.destinations.place import MIB, OnOnePlace, Place, ignore_progress, overwrite


@dataclass
class Pieces:
    """A tail of given chunks, which may end in an error, and says a checksum."""

    parts: list[bytes]
    whole: str
    error: Exception | None = None
    taken: list[int] = field(default_factory=list)

    def chunks(self) -> Iterator[bytes]:
        for part in self.parts:
            self.taken.append(len(part))
            yield part
        if self.error is not None:
            raise self.error

    def checksum(self) -> str:
        return self.whole


class GrowthContract(OnOnePlace):
    """What every destination promises of tails."""

    def grown(self, place: Place, session: Session, start: bytes, parts: list[bytes]) -> Listed:
        """Put the start, append the parts, and return what is there then."""
        there = self.put(place, session, "file", start)
        whole = start + b"".join(parts)
        tail, sent = Pieces(parts, self.checksum(place, whole)), list[int]()
        stored = session.append(overwrite(f"{place.collection}/file"), there, len(whole), tail, sent.append)
        assert (len(whole), self.checksum(place, whole)) == (stored.size, stored.checksum)
        assert sum(map(len, parts)) == sum(sent)
        return session.find_objects(place.collection, ["file"])["file"]

    @pytest.mark.parametrize("parts", [[b"+"], [b"a", b"b" * 70_000, b"c"]])
    def test_a_tail_is_written_behind_what_is_there(self, place: Place, session: Session, parts: list[bytes]) -> None:
        """The object is good and has the checksum of the whole."""
        listed = self.grown(place, session, b"start", parts)
        whole = b"start" + b"".join(parts)
        assert (len(whole), self.checksum(place, whole), ReplicaState.GOOD) == (
            listed.size,
            listed.checksum,
            listed.state,
        )
        assert whole == place.stored_bytes(f"{place.collection}/file")

    def test_a_tail_of_many_pieces_arrives_whole(self, place: Place, session: Session) -> None:
        """In order, whatever sizes the chunks have."""
        parts = [bytes([number]) * (MIB - 7 * number) for number in range(5)]
        listed = self.grown(place, session, b"start", parts)
        assert ReplicaState.GOOD is listed.state
        assert b"start" + b"".join(parts) == place.stored_bytes(f"{place.collection}/file")

    @pytest.mark.parametrize("parts", [[b"++"], [b"+" * MIB] * 3])
    def test_a_tail_that_does_not_fit_is_never_good(self, place: Place, session: Session, parts: list[bytes]) -> None:
        """`ChecksumMismatch` where the whole is not what it should be; a put of the whole file mends it."""
        there = self.put(place, session, "file", b"other")
        whole = b"start" + b"".join(parts)
        with pytest.raises(ChecksumMismatch):
            session.append(
                overwrite(f"{place.collection}/file"),
                there,
                len(whole),
                Pieces(parts, self.checksum(place, whole)),
                ignore_progress,
            )
        assert ReplicaState.GOOD is not session.find_objects(place.collection, ["file"])["file"].state
        assert ReplicaState.GOOD is self.put(place, session, "file", whole).state

    @pytest.mark.parametrize("parts", [[], [b"+" * MIB] * 3])
    def test_a_tail_whose_source_fails_leaves_nothing_else_that_is_good(
        self, place: Place, session: Session, parts: list[bytes]
    ) -> None:
        """What is good is what was there; a put of the whole file mends what is not."""
        there = self.put(place, session, "file", b"start")
        tail = Pieces(parts, "", SourceChanged("it moved"))
        with pytest.raises(SourceChanged, match="it moved"):
            session.append(overwrite(f"{place.collection}/file"), there, 4 * MIB, tail, ignore_progress)
        self.settled(place, session, "file")
        left = session.find_objects(place.collection, ["file"])["file"]
        assert (ReplicaState.GOOD, 5) == (left.state, left.size) or left.state is not ReplicaState.GOOD
        assert ReplicaState.GOOD is self.put(place, session, "file", b"again").state

    def test_a_tail_of_another_size_than_announced_is_refused(self, place: Place, session: Session) -> None:
        """The file is not what it was when it was announced."""
        there = self.put(place, session, "file", b"start")
        tail = Pieces([b"+"], self.checksum(place, b"start+"))
        with pytest.raises(SourceChanged):
            session.append(overwrite(f"{place.collection}/file"), there, 9, tail, ignore_progress)

    def test_a_tail_for_nothing_is_an_error(self, place: Place, session: Session) -> None:
        """The object is gone, or in a state of which nobody knows what it has."""
        there = self.put(place, session, "file", b"start")
        with pytest.raises(LadingError):
            session.append(overwrite(f"{place.collection}/gone"), there, 6, Pieces([b"+"], ""), ignore_progress)

    def test_a_time_is_set(self, place: Place, session: Session) -> None:
        """The catalogue's, in whole seconds; size and checksum stay."""
        before = self.put(place, session, "file", b"1")
        session.set_mtime(f"{place.collection}/file", 1_234_567_890)
        after = session.find_objects(place.collection, ["file"])["file"]
        assert 1_234_567_890 == after.modified
        assert (before.size, before.checksum, before.state) == (after.size, after.checksum, after.state)

    def test_a_time_before_all_times_is_the_first_one(self, place: Place, session: Session) -> None:
        """Catalogues know none before 1970."""
        self.put(place, session, "file", b"1")
        session.set_mtime(f"{place.collection}/file", -5)
        assert 0 == session.find_objects(place.collection, ["file"])["file"].modified
