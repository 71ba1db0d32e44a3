"""What arrives in a zone: bytes in the vault, permissions, metadata, rights."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from irods.access import iRODSAccess

from lading.base.cancellation import Unlimited
from lading.base.errors import AccessDenied, DestinationRefused, LadingError, Refused
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.irods import IrodsDestination, TransferSettings, open_destination
from lading.ingest.engine.destinations.irods.pool import pool_of
from lading.ingest.engine.destinations.slots import LocalSlots
from lading.ingest.engine.values import PutMode, ReplicaState, Target
from lading.zone.testing import RunningZone, zone_process
from tests.certificates import Authority
from tests.contract.destinations.zone_place import ZonePlace
from tests.integration.irods.trusted import Trust

MIB = 1 << 20
DATA = b"some bytes"
CHECKSUM = checksum_of("sha256", DATA)


@pytest.fixture(scope="module", params=["in clear", "over TLS"])
def zone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningZone]:
    """Return a zone of either kind: what arrives is the same."""
    settings = None
    if request.param == "over TLS":
        settings = Trust(Authority.make(tmp_path_factory.mktemp("trust") / "ca")).settings()
    with zone_process(settings=settings) as running:
        yield running


@pytest.fixture
def alice(place: ZonePlace) -> IrodsDestination:
    """Alice has no rights but those of her own home."""
    name = f"alice{place.number}"
    with place.library() as admin:
        admin.users.create(name, "rodsuser")
        admin.users.modify(name, "password", "apass")
    profile = replace(place.profile, user=name, password="apass", source=None)
    return open_destination(profile, token=Unlimited(), slots=LocalSlots(4), settings=TransferSettings())


@pytest.mark.parametrize("streams", [1, 2, 4])
def test_a_large_file_arrives_byte_by_byte(make_place: Callable[..., ZonePlace], streams: int) -> None:
    """Over one connection or several, chunks as uneven as can be, windows small."""
    place = make_place(TransferSettings(chunk_bytes=MIB, large_streams=streams, bytes_in_flight=3 * MIB))
    source = random.Random(streams)
    pieces = [source.randbytes(source.randrange(1, 3 * MIB)) for _ in range(20)]
    size = sum(map(len, pieces))
    path = f"{place.collection}/large"
    with place.destination.session(4) as session:
        stored = session.put_stream(Target(path=path, mode=PutMode.CREATE), size, iter(pieces), lambda _sent: None)
    assert checksum_of("sha256", b"".join(pieces)) == stored.checksum
    assert hashlib.sha256(b"".join(pieces)).digest() == hashlib.sha256(place.stored_bytes(path)).digest()


def test_permissions_come_with_a_put(place: ZonePlace, alice: IrodsDestination) -> None:
    """In the one call of a small file, and after the close of a stream."""
    user = f"alice{place.number}"
    acls = (("read", user), ("modify_object", f"public#{place.zone.zone}"))
    small = Target(path=f"{place.collection}/small", mode=PutMode.CREATE, acls=acls)
    large = Target(path=f"{place.collection}/large", mode=PutMode.CREATE, acls=acls)
    with place.destination.session() as session:
        session.put(small, DATA, CHECKSUM)
        session.put_stream(large, len(DATA), iter([DATA]), lambda _sent: None)
    with place.library() as library:
        for target in (small, large):
            granted = {
                (access.user_name, access.access_name)
                for access in library.acls.get(library.data_objects.get(target.path))
            }
            assert {(user, "read_object"), ("public", "modify_object"), ("rods", "own")} == granted


def test_a_permission_for_nobody_leaves_nothing_good(place: ZonePlace) -> None:
    """The put fails, and putting again with REPLACE repairs it."""
    target = Target(path=f"{place.collection}/file", mode=PutMode.CREATE, acls=(("read", "no-such-user"),))
    with place.destination.session() as session:
        with pytest.raises(Refused, match="CAT_INVALID_USER"):
            session.put(target, DATA, CHECKSUM)
        left = session.find_objects(place.collection, ["file"])
        assert ReplicaState.GOOD not in {item.state for item in left.values()}
        session.put(Target(path=target.path, mode=PutMode.REPLACE), DATA, CHECKSUM)
        assert ReplicaState.GOOD is session.find_objects(place.collection, ["file"])["file"].state


def test_a_stranger_may_not_write(place: ZonePlace, alice: IrodsDestination) -> None:
    """Neither put nor make collections, and is told so before a run begins."""
    target = Target(path=f"{place.collection}/file", mode=PutMode.CREATE)
    with alice.session() as session:
        with pytest.raises(LadingError):
            session.put(target, DATA, CHECKSUM)
        with pytest.raises(LadingError):
            session.make_collection(f"{place.collection}/sub")
    with pytest.raises(DestinationRefused, match=f"alice{place.number}"):
        alice.check_destination(f"{place.collection}/sub")


def test_a_user_may_write_at_home(place: ZonePlace, alice: IrodsDestination) -> None:
    """And below it, where nothing is yet."""
    alice.check_destination(f"/{place.zone.zone}/home/alice{place.number}/new/folder")


def test_a_group_lets_its_members_write(place: ZonePlace, alice: IrodsDestination) -> None:
    """Rights come from groups as well."""
    group = f"group{place.number}"
    with place.library() as admin:
        admin.groups.create(group)
        admin.groups.addmember(group, f"alice{place.number}")
    with place.destination.session() as session:
        session.make_collection(f"{place.collection}/shared")
    with place.library() as admin:
        for level, collection in (("read", place.collection), ("write", f"{place.collection}/shared")):
            admin.acls.set(iRODSAccess(level, collection, group))
    alice.check_destination(f"{place.collection}/shared")
    with pytest.raises(DestinationRefused):
        alice.check_destination(place.collection)


def test_only_an_administrator_changes_a_registration(place: ZonePlace, alice: IrodsDestination) -> None:
    """The error names the right that is needed."""
    home = f"/{place.zone.zone}/home/alice{place.number}"
    with alice.session() as session:
        session.put(Target(path=f"{home}/file", mode=PutMode.CREATE), DATA, CHECKSUM)
        listed = session.find_objects(home, ["file"])["file"]
        with pytest.raises(AccessDenied, match="rodsadmin"):
            session.update_registered(f"{home}/file", listed, 5, 1_700_000_000)


def test_md5_is_the_scheme_of_a_zone_that_has_it(place: ZonePlace) -> None:
    """The profile says so, and the catalogue keeps bare hexadecimal digits."""
    destination = open_destination(
        replace(place.profile, hash_scheme="MD5"),
        token=Unlimited(),
        slots=LocalSlots(1),
        settings=TransferSettings(chunk_bytes=MIB),
    )
    checksum = hashlib.md5(DATA).hexdigest()
    assert "md5" == destination.traits().hash_name
    with destination.session() as session:
        session.put(Target(path=f"{place.collection}/file", mode=PutMode.CREATE), DATA, checksum)
        assert checksum == session.find_objects(place.collection, ["file"])["file"].checksum


def test_a_second_session_costs_no_login(place: ZonePlace) -> None:
    """Destinations of one profile share the idle connections of the process."""
    first, second = place.destination, ZonePlace(place.zone).destination
    with first.session() as session:
        session.has_collection(place.collection)
    before = pool_of(place.profile).idle()
    with second.session() as session:
        session.has_collection(place.collection)
        assert before - 1 == pool_of(place.profile).idle()
    assert before == pool_of(place.profile).idle()
