"""From names of the source to logical paths."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base.errors import NameRefused
from lading.base.paths import LONGEST_LOGICAL_PATH, from_bytes, to_bytes
from lading.ingest.engine.naming import ATTRIBUTE, PREFIX, UNIT, Name, Naming

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
    assert (attribute, unit) == (ATTRIBUTE, UNIT)
    assert urlsafe_b64decode(value) == b"/data/folder/caf\xe9"


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
