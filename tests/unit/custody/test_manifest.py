"""No byte of a manifest changes unseen: properties over small manifests, and what is said of each kind of change."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lading.ingest.engine.custody import (
    CHECKPOINT_EVERY,
    Finding,
    HmacKey,
    KeyRing,
    NotAManifest,
    PublicKey,
    Signer,
    SigningKey,
    Verdict,
    generate,
    sealed,
    verify,
)
from lading.ingest.engine.custody.chain import Chain, linked

OURS = HmacKey("the installation's secret")
RING = KeyRing(keys=(OURS,))
HEAD = {"run": 7, "job": "nightly"}


def lines(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"path": f"folder/file-{number}", "outcome": "created", "code": "", "reason": "Ä\udc80"}


def written(count: int, key: Signer = OURS) -> bytes:
    return b"".join(sealed(HEAD, lines(count), key))


def found(data: bytes, ring: KeyRing = RING) -> Verdict:
    return verify(io.BytesIO(data), ring)


def is_whole(data: bytes) -> bool:
    try:
        return found(data).finding is Finding.WHOLE
    except NotAManifest:
        return False


SMALL = written(5)
LONG = written(2 * CHECKPOINT_EVERY + 500)


@pytest.mark.parametrize("count", [0, 1, 5, CHECKPOINT_EVERY - 2, CHECKPOINT_EVERY - 1, CHECKPOINT_EVERY, 2_500])
def test_what_was_written_is_whole(count: int) -> None:
    """Whatever the number of lines is to that of the checkpoints."""
    verdict = found(written(count))

    assert (verdict.finding, verdict.proven) == (Finding.WHOLE, written(count).count(b"\n"))
    assert (verdict.head["run"], verdict.head["job"], verdict.head["manifest"]) == (7, "nightly", 2)


def test_every_changed_byte_is_found() -> None:
    """Each byte of a small manifest, changed by one bit, in each of its bits."""
    for at in range(len(SMALL)):
        for bit in range(8):
            changed = bytearray(SMALL)
            changed[at] ^= 1 << bit
            assert not is_whole(bytes(changed)), (at, bit)


@given(at=st.integers(0, len(LONG) - 1), other=st.integers(0, 255))
def test_any_other_byte_anywhere_is_found(at: int, other: int) -> None:
    """In a manifest with checkpoints."""
    assume(LONG[at] != other)

    assert not is_whole(LONG[:at] + bytes([other]) + LONG[at + 1 :])


@given(at=st.integers(0, len(SMALL)), more=st.binary(min_size=1, max_size=40))
def test_anything_inserted_is_found(at: int, more: bytes) -> None:
    """Behind the end, too."""
    assert not is_whole(SMALL[:at] + more + SMALL[at:])


@given(length=st.integers(0, len(LONG) - 1))
def test_any_truncation_is_found(length: int) -> None:
    """Wherever it is cut."""
    assert not is_whole(LONG[:length])


@given(data=st.data())
def test_the_first_line_that_is_wrong_is_named(data: st.DataObject) -> None:
    """For a line that was altered, removed, doubled, or swapped with another one."""
    rows = LONG.splitlines(keepends=True)
    first = data.draw(st.integers(1, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    how = data.draw(st.sampled_from(["alter", "remove", "double", "swap"]))
    at = first
    if how == "alter":
        rows[first] = rows[first].replace(b'"', b"'", 1)
    elif how == "remove":
        del rows[first]
    elif how == "double":
        rows.insert(first, rows[first])
        at = first + 1
    else:
        rows[first], rows[second] = rows[second], rows[first]

    verdict = found(b"".join(rows))

    assert (verdict.finding, verdict.line) == (Finding.ALTERED, at + 1)
    assert verdict.proven == at // CHECKPOINT_EVERY * CHECKPOINT_EVERY


def forged(data: bytes, at: int) -> bytes:
    """Return the manifest with another word in a line and all later `chain` values made anew: no key is needed."""
    chain, made = Chain(), []
    for number, row in enumerate(data.splitlines(keepends=True)):
        body = row[: row.rindex(b', "chain"')]
        body = body.replace(b"created", b"deleted") if number == at else body
        made.append(linked(body, chain.add(body)))
    return b"".join(made)


@pytest.mark.parametrize("at", [1, 998, 1_200, 1_998, 2_100])
def test_a_forger_who_makes_the_chain_anew_meets_a_signature(at: int) -> None:
    """It is told between which signatures the forger was at work."""
    verdict = found(forged(LONG, at))

    assert (verdict.finding, verdict.line) == (Finding.ALTERED, None)
    assert verdict.proven == at // CHECKPOINT_EVERY * CHECKPOINT_EVERY
    assert f"lines {verdict.proven + 1:,} to" in verdict.problem


def test_an_end_cannot_be_moved_forward() -> None:
    """The signature at a checkpoint is none for an end."""
    rows = LONG.splitlines(keepends=True)
    checkpoint = json.loads(rows[CHECKPOINT_EVERY - 1])
    chain, made = Chain(), list[bytes]()
    bodies = [row[: row.rindex(b', "chain"')] for row in rows[: CHECKPOINT_EVERY - 1]]
    end = {"end": checkpoint["checkpoint"], "signature": checkpoint["signature"]}
    made.extend(linked(body, chain.add(body)) for body in (*bodies, json.dumps(end)[:-1].encode()))

    assert found(b"".join(made)).finding is Finding.ALTERED


def test_a_cut_between_lines_says_where_it_stops() -> None:
    """Without its end a manifest is not whole, even if all that is there is right."""
    rows = SMALL.splitlines(keepends=True)

    verdict = found(b"".join(rows[:-1]))

    assert (verdict.finding, verdict.line) == (Finding.CUT_OFF, len(rows) - 1)


def test_another_installation_did_not_sign_it() -> None:
    """A forger's own key is another one."""
    verdict = found(written(3, HmacKey("another secret")))

    assert verdict.finding is Finding.OTHER_KEY
    assert "another key" in verdict.problem


def test_an_id_is_no_proof() -> None:
    """Who claims the right key without having it is found out."""

    class Pretender(HmacKey):
        id = OURS.id

    assert found(written(3, Pretender("another secret"))).finding is Finding.ALTERED


def test_a_public_key_verifies_and_cannot_sign(tmp_path: Path) -> None:
    """Others need the public half only; it is beside the key and can be read from it."""
    public = generate(tmp_path / "key")
    signing = SigningKey.load(tmp_path / "key")
    data = written(3, signing)

    for path in ("key.pub", "key"):
        assert found(data, KeyRing(keys=(PublicKey.load(tmp_path / path),))).finding is Finding.WHOLE
    assert found(data).finding is Finding.OTHER_KEY
    assert public.id == signing.id
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    changed = data.replace(b"file-1", b"file-9")
    assert found(changed, KeyRing(keys=(public,))).finding is Finding.ALTERED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"path,outcome\n", "no manifest"),
        (b'{"manifest": 1, "run": 3}\n', "did not sign"),
        (b'{"manifest": 3, "run": 3}\n', "newer"),
    ],
)
def test_what_is_no_signed_manifest_is_said_to_be_none(data: bytes, told: str) -> None:
    """There is nothing to verify, which is not the same as being wrong."""
    with pytest.raises(NotAManifest, match=told):
        found(data)


@pytest.mark.parametrize(
    "body", [b'{"manifest": 2, [', b'{"manifest": 2, "signature": 3', b'{"manifest": 2, "signature": {}']
)
def test_a_head_that_makes_no_sense_is_altered(body: bytes) -> None:
    """Even with the right chain."""
    assert found(linked(body, Chain().add(body))).finding is Finding.ALTERED


def test_memory_stays_flat() -> None:
    """A hundred times the lines take no more memory, to write and to verify."""

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            data = hashlib.sha256()
            for row in sealed(HEAD, lines(count), OURS):
                data.update(row)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 2 * peak(200) + 50_000
