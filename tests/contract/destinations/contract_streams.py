"""Large objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from lading.base.errors import (
    ObjectExists,
    SourceChanged,
)
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.values import PutMode, ReplicaState, Stored, Target
from tests.contract.destinations.place import MIB, OnOnePlace, Place, create, ignore_progress, overwrite


class StreamsContract(OnOnePlace):
    """What every destination promises of large objects."""

    # --- large objects -----------------------------------------------------------------------------------------

    def test_a_stream_arrives_whole(self, place: Place, wide: AbstractContextManager[Session]) -> None:
        """Chunks of uneven sizes are stored in order and verified; progress adds up to the size."""
        chunks = [bytes([number % 251]) * (MIB + number) for number in range(11)]
        data = b"".join(chunks)
        sent: list[int] = []
        path = f"{place.collection}/large"
        with wide as session:
            stored = session.put_stream(create(path), len(data), iter(chunks), sent.append)
            listed = session.find_objects(place.collection, ["large"])["large"]
        assert Stored(size=len(data), checksum=self.checksum(place, data)) == stored
        assert (len(data), stored.checksum, ReplicaState.GOOD) == (listed.size, listed.checksum, listed.state)
        assert len(data) == sum(sent)
        assert data == place.stored_bytes(path)

    @pytest.mark.parametrize("chunks", [[], [b"one"]])
    def test_a_short_stream_arrives(self, place: Place, session: Session, chunks: list[bytes]) -> None:
        """An empty stream and one of a single chunk are streams as well."""
        path = f"{place.collection}/short"
        session.put_stream(create(path), sum(map(len, chunks)), iter(chunks), ignore_progress)
        assert b"".join(chunks) == place.stored_bytes(path)
        assert ReplicaState.GOOD is session.find_objects(place.collection, ["short"])["short"].state

    def test_a_stream_carries_avus(self, place: Place, session: Session) -> None:
        """Metadata comes with the transfer."""
        path = f"{place.collection}/large"
        target = Target(path=path, mode=PutMode.CREATE, avus=(("a;b", "v", ""),))
        session.put_stream(target, 3, iter([b"abc"]), ignore_progress)
        assert {("a;b", "v", "")} == place.avus(path)

    def test_a_stream_replaces_a_longer_object(self, place: Place, session: Session) -> None:
        """Nothing of the old bytes is left."""
        self.put(place, session, "file", b"x" * 1000)
        path = f"{place.collection}/file"
        session.put_stream(overwrite(path), 3, iter([b"new"]), ignore_progress)
        assert b"new" == place.stored_bytes(path)

    def test_a_stream_in_create_mode_never_overwrites(self, place: Place, session: Session) -> None:
        """`ObjectExists`, and the old bytes stay."""
        self.put(place, session, "file", b"old")
        path = f"{place.collection}/file"
        with pytest.raises(ObjectExists):
            session.put_stream(create(path), 3, iter([b"new"]), ignore_progress)
        assert b"old" == place.stored_bytes(path)

    @pytest.mark.parametrize("before", [None, b"old"])
    def test_a_stream_whose_source_fails_leaves_nothing_good(
        self, place: Place, wide: AbstractContextManager[Session], before: bytes | None
    ) -> None:
        """The source's own error is raised; a created object is gone, an overwritten one is not good or gone."""
        path = f"{place.collection}/file"

        def failing() -> Iterator[bytes]:
            yield b"1" * MIB
            yield b"2" * MIB
            raise SourceChanged("it moved")

        with wide as session:
            if before is not None:
                self.put(place, session, "file", before)
            with pytest.raises(SourceChanged, match="it moved"):
                session.put_stream(overwrite(path), 2 * MIB, failing(), ignore_progress)
            self.settled(place, session, "file")
            left = session.find_objects(place.collection, ["file"])
            assert [] == [listed for listed in left.values() if listed.state is ReplicaState.GOOD]
            assert before is not None or not left
            assert ReplicaState.GOOD is self.put(place, session, "file", b"again").state

    def test_a_stream_that_replaces_and_breaks_off_deletes_nothing(
        self, place: Place, wide: AbstractContextManager[Session]
    ) -> None:
        """The object keeps its number, its AVUs and its other replicas, and these are as good as they were."""

        def failing() -> Iterator[bytes]:
            yield from (b"1" * MIB, b"2" * MIB)
            raise SourceChanged("it moved")

        path = f"{place.collection}/file"
        with wide as session:
            self.put(place, session, "file", b"old")
            session.decorate(Target(path=path, mode=PutMode.REPLACE, avus=(("a", "v", ""),)))
            copy = Target(path=path, mode=PutMode.CREATE, resource=place.resource("archive"), beside=True)
            session.register(copy, place.file_on_resource("copy", b"old"), 3, 1_700_000_000)
            (number, _) = (one.object_id for one in session.replicas(place.collection, ["file"]))

            with pytest.raises(SourceChanged, match="it moved"):
                session.put_stream(overwrite(path), 4 * MIB, failing(), ignore_progress)

            left = {one.listed.replica_number: one for one in self.settled(place, session, "file")}
        assert [False, True] == [left[place_of].listed.state is ReplicaState.GOOD for place_of in (0, 1)]
        assert {number} == {one.object_id for one in left.values()}
        assert {("a", "v", "")} == place.avus(path)

    def test_a_stream_replaces_by_what_the_checksum_says(
        self, place: Place, wide: AbstractContextManager[Session]
    ) -> None:
        """Of several pieces; the other replicas are stale then."""
        path, data = f"{place.collection}/file", b"".join(bytes([number]) * MIB for number in range(5))
        with wide as session:
            self.put(place, session, "file", b"old")
            (before,) = session.replicas(place.collection, ["file"])
            stored = session.put_stream(overwrite(path), len(data), iter([data]), ignore_progress)
            (after,) = session.replicas(place.collection, ["file"])
        assert (self.checksum(place, data), ReplicaState.GOOD) == (stored.checksum, after.listed.state)
        assert (before.object_id, stored.checksum) == (after.object_id, after.listed.checksum)
        assert data == place.stored_bytes(path)

    @pytest.mark.parametrize("announced", [2, 4])
    def test_a_stream_of_another_size_than_announced_fails(
        self, place: Place, session: Session, announced: int
    ) -> None:
        """More or fewer bytes than announced mean that the source changed."""
        with pytest.raises(SourceChanged):
            session.put_stream(create(f"{place.collection}/file"), announced, iter([b"a", b"b", b"c"]), ignore_progress)
        assert {} == session.find_objects(place.collection, ["file"])
