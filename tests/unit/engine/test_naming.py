"""From names of the source to logical paths."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64decode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base.errors import NameRefused
from lading.base.paths import LONGEST_LOGICAL_PATH, from_bytes, to_bytes
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.naming import MAPPED, NOT_UTF8, PREFIX, UNIT, Name, Naming
from lading.ingest.engine.rules import Rules

logical_path = Naming().logical_path
ROOT = "/zone/home/rods/in"
BAD = from_bytes(b"caf\xe9")
ELEMENTS = st.one_of(
    st.binary(min_size=1, max_size=6).filter(lambda raw: not {0, 47} & set(raw)).map(from_bytes),
    st.sampled_from([".", "..", PREFIX, PREFIX + "Y2Fm6Q==", BAD, "…", "a b", "'"]),
)
PATHS = st.lists(ELEMENTS, min_size=1, max_size=4).map("/".join)


def test_a_usual_name_is_kept() -> None:
    """With no AVU."""
    assert logical_path(ROOT, "a/é b.txt") == Name(f"{ROOT}/a/é b.txt", ())


def test_the_root_is_the_destination() -> None:
    """Also the zone's root, and with a slash too many."""
    assert logical_path(ROOT + "/", "").path == ROOT
    assert logical_path("/", "").path == "/"
    assert logical_path("/", "a").path == "/a"


def test_a_name_that_is_not_utf8_is_encoded_with_the_full_source_path() -> None:
    """And the AVU says how."""
    path, avus = logical_path(ROOT, f"folder/{BAD}", source_root="/data")
    ((attribute, value, unit),) = avus

    assert path == f"{ROOT}/folder/{PREFIX}{value}"
    assert (NOT_UTF8, UNIT) == (attribute, unit)
    assert b64decode(value) == b"/data/folder/caf\xe9"


def test_a_file_in_a_folder_that_is_not_utf8_keeps_its_name() -> None:
    """Only the folder's element is encoded, and the AVU is the folder's matter."""
    path, avus = logical_path(ROOT, f"{BAD}/file")

    assert path.startswith(f"{ROOT}/{PREFIX}")
    assert path.endswith("/file")
    assert avus == ()


@pytest.mark.parametrize("path", [".", "..", "a/../b", "a//b", "/a", "a/", "a/./b", "a\0"])
def test_what_could_lead_elsewhere_is_refused(path: str) -> None:
    """No element is empty, `.` or `..`."""
    with pytest.raises(NameRefused):
        logical_path(ROOT, path)


def test_the_longest_path_is_taken_and_a_longer_one_refused() -> None:
    """Bytes count, not characters."""
    room = LONGEST_LOGICAL_PATH - len(ROOT) - 1

    assert len(logical_path(ROOT, "a" * room).path) == LONGEST_LOGICAL_PATH
    with pytest.raises(NameRefused, match="1088 bytes"):
        logical_path(ROOT, "a" * (room - 1) + "é")


def mapped(path: str) -> Name | None:
    try:
        return logical_path(ROOT, path, source_root="/data")
    except NameRefused:
        return None


@given(PATHS)
def test_a_logical_path_is_valid_and_below_the_destination(path: str) -> None:
    """Whatever the names are."""
    name = mapped(path)

    if name is not None:
        inside = name.path.removeprefix(ROOT + "/")
        assert inside != name.path
        assert not {"", ".", ".."} & set(inside.split("/"))
        assert len(inside.split("/")) == len(path.split("/"))
        assert len(to_bytes(name.path)) <= LONGEST_LOGICAL_PATH
        name.path.encode()


@given(st.lists(PATHS, unique=True, min_size=2, max_size=8))
def test_two_paths_never_share_a_logical_path(paths: list[str]) -> None:
    """Nor does a name that looks like an encoded one."""
    found = [name.path for path in paths if (name := mapped(path)) is not None]

    assert len(found) == len(set(found))


def test_a_name_that_looks_encoded_is_encoded() -> None:
    """It would otherwise be taken for the other one."""
    encoded = logical_path(ROOT, BAD).path.removeprefix(ROOT + "/")

    assert logical_path(ROOT, encoded).path != logical_path(ROOT, BAD).path


def test_b33_a_name_with_a_slash_in_its_base64_stays_one_element() -> None:
    """The plain alphabet is used as long as it has no slash, so that objects of before are found; the AVU keeps it."""
    for path, kept in ((b"/d/\xff\xff\xff>", "L2Qv////Pg=="), (b"/d/\xfb\xef\xbe>", "L2Qv++++Pg==")):
        name = Naming().child(ROOT, from_bytes(path[3:]), from_bytes(path))
        encoded = name.path.removeprefix(f"{ROOT}/{PREFIX}")

        assert kept.replace("/", "_") == encoded
        assert "/" not in encoded
        assert path == (urlsafe_b64decode if "_" in encoded else b64decode)(encoded)
        assert ((NOT_UTF8, kept, UNIT),) == name.avus


def test_b4_names_that_begin_with_dots_keep_them() -> None:
    """`.data`, `..data` and `data` are three."""
    for name in (".data", "..data", "data", "...", "...x", "a..b", "x."):
        assert f"{ROOT}/{name}" == logical_path(ROOT, name).path
        assert f"{ROOT}/{name}/x" == logical_path(ROOT, f"{name}/x").path


MAP = Naming(characters=CharacterMap((("regex:[^a-zA-Z0-9]", "_"),)))


def test_a_map_changes_the_elements_below_the_destination_only() -> None:
    """The destination is what the job says it is; folders and files below are changed one by one."""
    path, avus = MAP.logical_path("/zone/home/my-lab", "a b/c d", source_root="/data")

    assert "/zone/home/my-lab/a_b_E4/c_d_E4" == path
    ((attribute, value, unit),) = avus
    assert (MAPPED, UNIT) == (attribute, unit)
    assert b"/data/a b/c d" == b64decode(value)


@pytest.mark.parametrize(
    ("path", "attribute"),
    [
        ("plain", None),
        ("a b", MAPPED),
        ("folder/plain", None),
        ("my folder/plain", MAPPED),
        ("my folder/in/it", MAPPED),
        (f"my folder/{BAD}", NOT_UTF8),
        (f"{BAD}/plain", None),
        (f"{BAD}/a b", MAPPED),
        (f"{BAD}/in it/plain", MAPPED),
    ],
)
def test_an_object_tells_the_source_path_if_the_map_changed_any_of_it(path: str, attribute: str | None) -> None:
    """Also when only a folder above it has another name, which carries no AVU of its own."""
    collection = MAP.logical_path(ROOT, path.rpartition("/")[0], source_root="/data").path
    name = MAP.data_object(collection, path, f"/data/{path}")

    assert MAP.child(collection, path.rpartition("/")[2], f"/data/{path}").path == name.path
    assert ([attribute] if attribute else []) == [avu[0] for avu in name.avus]
    assert all(to_bytes(f"/data/{path}") == b64decode(value) for _, value, _ in name.avus)


def test_bytes_that_are_no_text_are_encoded_and_not_mapped() -> None:
    """Also where the map would make a name that begins as encoded ones do."""
    encoded = PREFIX + "Y2Fm6Q=="
    for element in (BAD, PREFIX, encoded, encoded.replace("_", " ", 1)):
        path = Naming(characters=CharacterMap(((" ", "_"),))).child(ROOT, element, f"/data/{element}").path

        assert f"/data/{element}" == from_bytes(b64decode(path.removeprefix(f"{ROOT}/{PREFIX}"), "-_"))


@given(st.lists(PATHS, unique=True, min_size=2, max_size=8))
def test_two_paths_never_share_a_logical_path_under_a_map(paths: list[str]) -> None:
    """Whatever is changed or encoded."""
    naming, found = Naming(characters=CharacterMap((("regex:[^b-zA-Z0-9]", "_"),))), []
    for path in paths:
        with suppress(NameRefused):
            found.append(naming.logical_path(ROOT, path, source_root="/data").path)

    assert len(found) == len(set(found))


def test_a_map_is_part_of_what_a_snapshot_depends_on() -> None:
    """Under another map the objects lie elsewhere."""
    plain, mapped = Rules(destination=ROOT), Rules(destination=ROOT, naming=MAP)

    assert plain.digest != mapped.digest
    assert Rules(destination=ROOT, naming=Naming()).digest == plain.digest
