"""Character maps: what is stored, that no two names are stored alike, and the way back."""

from __future__ import annotations

from hashlib import sha224

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lading.ingest.engine.character_map import UNCHANGED, CharacterMap, Pairs

ALNUM: Pairs = (("regex:[^a-zA-Z0-9]", "_"),)
DOTS: Pairs = (("regex:[^a-zA-Z0-9.]", "."),)  # leaves no separator alone
SPACE: Pairs = ((" ", "_"),)
SHIPPED: Pairs = (("!~01", "_"), ("regex:[\u0100-\U00101fff]", "~"))
REMOVES: Pairs = (("!", ""), ("regex:a+", "b"))
SWAPS: Pairs = (("-", "~"), ("~", "_"))
MAPS = [ALNUM, DOTS, SPACE, SHIPPED, REMOVES, SWAPS, (("abcdefghijklmnopqrstuvwxyz", "A"),), (("regex:^.", "0"),)]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("pairs", "name", "stored"),
    [
        (ALNUM, "plain", "plain"),
        (ALNUM, "a b", "a_b_E4"),
        (ALNUM, "data 2024.csv", "data_2024_csv_YfoG4"),
        (ALNUM, "!first", "_first_x"),
        (ALNUM, "ünïcödé", "_n_c_d__RygPp2rxAkMkY4j"),
        (ALNUM, "日本語.txt", "____txt_OimTyX3JIcX4se9eb6"),
        (ALNUM, "!" * 13, "_" * 13 + "_XxUTQWvCnIoKEVUqSW03pOQcrIkGgcP9t1"),
        (ALNUM, "!" * 14, "_" * 14 + "_wFBUtNqVdhvQ37QfUbD18ddTkO5ba3xkKgQ6Qb"),
        (SPACE, " ", "_-w"),
        (SPACE, "trailing ", "trailing_-yx"),
        (
            SHIPPED,
            "#041!2~93#041!2\u00ff9\U00101010Z",
            "#_4__2_93#_4__2\u00ff9~Z-yqDgYlAuvsbUxkSuZYPTAImB7",
        ),
        (SHIPPED, "~", "_-84"),
        (SWAPS, "a-b", "a_b_R4"),
        (SWAPS, "a~b", "a_b_a6"),
        ((("\\", "_"), ("#", "-")), "a\\b#c", "a_b-c-beHx1"),
        ((("regex:[^a-zA-Z0-9]", "x"),), "a b", "axbE4"),
        ((("abcdefghijklmnopqrstuvwxyz", "A"),), "Hello", "HAAAA-FCZEASIGGHR"),
        ((("aeiou", "*"), ("*?", "_")), "banana?", "b_n_n__-IOzmqRsKFh"),
    ],
)
def test_names_are_those_that_the_existing_ingest_framework_gives(pairs: Pairs, name: str, stored: str) -> None:
    """So that who moves from it finds the same objects; the names were made by it."""
    assert stored == CharacterMap(pairs).stored(name)


def number_of(suffix: str) -> int:
    """Return the number that a suffix of all digits and letters is."""
    return sum(DIGITS.index(digit) * 62**at for at, digit in enumerate(suffix))


@pytest.mark.parametrize("name", ["a!", "!a", "!", "!!", "aa!"])
def test_a_name_that_loses_characters_tells_its_digest(name: str) -> None:
    """A number of what changed could not tell where the name went on, and `a!` would be stored as `a`."""
    changed, _, suffix = CharacterMap(REMOVES).stored(name).rpartition("-")

    assert CharacterMap(REMOVES).translate(name) == changed
    assert int.from_bytes(sha224(name.encode()).digest()) == number_of_digits(suffix)


def number_of_digits(suffix: str) -> int:
    """Return the number of a suffix under the map that removes; `a` becomes `b`, so it is no digit."""
    digits = DIGITS.replace("a", "")
    return sum(digits.index(digit) * len(digits) ** at for at, digit in enumerate(suffix))


def test_a_name_that_reads_as_if_it_were_stored_is_told_apart() -> None:
    """`_first_x` is what `!first` is stored as, so a file that has this name gets another one."""
    stored = CharacterMap(ALNUM).stored("_first_x")

    assert stored.startswith("_first_x_")
    assert int.from_bytes(sha224(b"_first_x").digest()) == number_of(stored.rpartition("_")[2])


def test_one_that_only_looks_a_little_like_it_is_kept() -> None:
    """Its number tells of nothing that the map would have changed."""
    for name in ("scan_a1", "a_b_c", "_", "__init__", "x_", "_x", "plot_A", "a_b_E4x"):
        assert name == CharacterMap(ALNUM).stored(name)


def test_b34_what_a_map_leaves_alone_is_asked_of_each_map() -> None:
    """A map that was used before in the same process has no say in the separator or the digits."""
    first, second = CharacterMap((("-~0123456789", "_"),)), CharacterMap(SPACE)
    before = second.stored("a b")

    assert "a_b_Pf" == first.stored("a-b")
    assert "a_b-E4" == before == second.stored("a b") == CharacterMap(SPACE).stored("a b")


TEXTS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=24)
ODD = st.text(st.sampled_from("aAbx0z!~-_ .#é\u0301\U0001f600"), min_size=1, max_size=12)


@st.composite
def names(draw: st.DrawFn, characters: CharacterMap) -> list[str]:
    """Names, and names that others are stored as."""
    some = draw(st.lists(st.one_of(TEXTS, ODD), min_size=1, max_size=8))
    twice = [characters.stored(name) for name in some]
    return sorted({*some, *twice, *map(characters.stored, twice), *map(characters.translate, some)} - {""})


@given(st.data(), st.sampled_from(MAPS))
def test_no_two_names_are_stored_alike(data: st.DataObject, pairs: Pairs) -> None:
    """Nor is one stored as something that the other one already is."""
    characters = CharacterMap(pairs)
    some = data.draw(names(characters))

    assert len(some) == len({characters.stored(name) for name in some})


@given(st.data(), st.sampled_from(MAPS))
def test_a_suffix_tells_the_original_or_says_that_it_does_not(data: st.DataObject, pairs: Pairs) -> None:
    """Never another name."""
    characters = CharacterMap(pairs)
    for name in data.draw(names(characters)):
        stored = characters.stored(name)

        assert characters.original(stored) in ({None} if stored == name else {None, name})


@given(st.one_of(TEXTS, ODD))
@example("!first")
def test_few_changes_are_always_told(name: str) -> None:
    """Up to four changed characters take fewer than 28 bytes."""
    characters = CharacterMap(ALNUM)
    changed = characters.translate(name)
    if 0 < sum(one != other for one, other in zip(name, changed, strict=True)) <= 4:
        assert name == characters.original(characters.stored(name))


@given(TEXTS)
def test_the_empty_map_changes_nothing(name: str) -> None:
    """Not even a name that ends like a digest."""
    assert name == UNCHANGED.stored(name)
    assert f"{name}-{'9' * 37}" == UNCHANGED.stored(f"{name}-{'9' * 37}")


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ((("", "_"),), "empty"),
        ((("regex:", "_"),), "empty"),
        ((("a", "bc"),), "only one character"),
        ((("a", "/"),), "only one character"),
        ((("a", "\0"),), "only one character"),
        ((("a\0", "b"),), "only one character"),
        ((("a", "\udcff"),), "only one character"),
        ((("regex:[", "_"),), "regular expression"),
        ((("regex:.", "_"),), "fewer than two digits"),
        ((("regex:[b-zA-Z0-9]", ""),), "fewer than two digits"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(pairs: Pairs, why: str) -> None:
    """Before any name is stored under it."""
    with pytest.raises(ValueError, match=why):
        CharacterMap(pairs)


def test_maps_are_applied_in_order() -> None:
    """Each to what the one before gave."""
    assert "cc" == CharacterMap((("a", "b"), ("b", "c"))).translate("ab")
    assert "cb" == CharacterMap((("b", "c"), ("a", "b"))).translate("ba")


def test_two_maps_share_a_digest_only_if_they_are_equal() -> None:
    """The order counts, and no map has the digest of none."""
    a, b = ("a", "b"), ("c", "d")

    assert CharacterMap((a, b)).digest == CharacterMap((a, b)).digest
    assert 4 == len({CharacterMap(pairs).digest for pairs in ((a, b), (b, a), (a,), ())})
    assert "" == UNCHANGED.digest
