"""`lading verify`, `adopt` and `sync --recheck` as a person uses them: marks, exit codes, and what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.acceptance.conftest import Done, Place, fill

pytestmark = pytest.mark.acceptance


def marks(done: Done) -> set[tuple[str, str, str]]:
    """Return mark, path and code of each listed path."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.out.splitlines()]
    return {(line["mark"], line["path"], line["code"]) for line in lines if "mark" in line}


def vault_file(place: Place, path: str) -> Path:
    with oracle.session(place.home) as irods:
        return Path(irods.data_objects.get(f"{place.collection}/{path}").replicas[0].path)


def test_verify_lists_marks_and_exits_by_outcome(place: Place) -> None:
    """0: all the same. 1: something is not. Repair mends it, and then it is 0 again."""
    fill(place.source, 60)
    place.sync()
    words = ("verify", str(place.source), place.collection)
    same = place.run(*words, "--checksum=both", "--json")
    assert (0, set()) == (same.code, marks(same)), same.err
    assert 60 == same.json["marks"]["same"] == same.json["content_read"]

    (place.source / "new").write_bytes(b"new")
    damaged = vault_file(place, "folder-000/file-00003.dat")
    damaged.write_bytes(b"#" * damaged.stat().st_size)
    told = place.run(*words, "--checksum", "server")
    assert 1 == told.code
    assert ["* folder-000/file-00003.dat  (STORED_DIFFERS)", "+ new"] == sorted(told.out.splitlines()[:2])

    mended = place.run(*words, "--checksum", "server", "--repair", "--json")
    repaired = {("*", "folder-000/file-00003.dat", "REPAIRED"), ("+", "new", "REPAIRED")}
    assert (0, repaired) == (mended.code, marks(mended)), mended.err
    assert [] == oracle.differences(place.source, place.home, place.collection)
    assert 0 == place.run(*words, "--checksum").code


def test_a_job_lends_its_options(place: Place) -> None:
    """What the job leaves out is not missing; `--name` alone is enough; options of the job stay."""
    fill(place.source, 5)
    (place.source / "x.tmp").write_bytes(b"x")
    place.sync("--exclude", "*.tmp", "--name", "mine")
    for words in (["--name", "mine"], [str(place.source), place.collection, "--name", "mine"]):
        done = place.run("verify", *words, "--all", "--json")
        assert (0, 5) == (done.code, len(marks(done))), done.err

    assert "*.tmp" in place.run("jobs", "show", "mine").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["/nowhere/at/all", "/tempZone/home/rods/x"], 2, "/nowhere/at/all"),
        (["SOURCE", "/otherZone/home/x"], 2, "otherZone"),
        (["SOURCE", "/tempZone/home/rods/x", "--sample", "0/3"], 2, "--sample"),
        (["--name", "nobody"], 2, "nobody"),
    ],
)
def test_wrong_words_are_refused(place: Place, words: list[str], code: int, said: str) -> None:
    """Before any run begins."""
    done = place.run("verify", *[str(place.source) if word == "SOURCE" else word for word in words])

    assert (code, True) == (done.code, said in done.err), done.err
    assert [] == place.rows("SELECT id FROM orchestration_run")


def test_a_zone_that_is_not_reachable_is_an_exit_code_of_its_own(place: Place, tmp_path: Path) -> None:
    """4: nothing was compared."""
    profile = json.loads((place.home / "zone" / "irods_environment.json").read_text()) | {"irods_port": 1}
    other = tmp_path / "irods_environment.json"
    other.write_text(json.dumps(profile))
    place.settings["LADING_ZONE_PASSWORD"] = "x"

    assert 4 == place.run("verify", str(place.source), place.collection, "--zone", str(other)).code


def test_what_is_there_is_adopted_by_listings_and_nothing_is_sent(place: Place) -> None:
    """The forecast comes first; no answer is a no; then no byte travels, and a sync has nothing to do."""
    fill(place.source, 60)
    place.sync("--name", "first")
    place.run("jobs", "rm", "first")
    words = ("adopt", str(place.source), place.collection)
    unasked = place.run(*words)
    assert (2, True) == (unasked.code, "60 files to adopt" in unasked.out), unasked.err

    (place.source / "new").write_bytes(b"new")
    done = place.run(*words, "--yes", "--json")
    assert {"unchanged": 60, "skipped": 1, "created": 0}.items() <= done.json["counts"].items(), done.err
    assert (0, 0) == (done.code, done.json["bytes"])
    assert 2 * 3 >= done.json["irods_requests"]
    assert "new" not in oracle.zone_tree(place.home, place.collection)

    again = place.sync()
    assert {"created": 1, "unchanged": 60}.items() <= again.json["counts"].items()


def test_a_recheck_mends_what_vanished_in_irods(place: Place) -> None:
    """An ordinary sync believes its snapshot and says so; `--recheck` asks."""
    fill(place.source, 10)
    place.sync()
    with oracle.session(place.home) as irods:
        irods.data_objects.unlink(f"{place.collection}/folder-000/file-00003.dat", force=True)
    plain = place.run("sync", str(place.source), place.collection)
    assert (0, True) == (plain.code, "not compared with iRODS: 10 files, oldest" in plain.out), plain.err

    done = place.sync("--recheck")
    assert {"created": 1, "unchanged": 9}.items() <= done.json["counts"].items()
    assert [] == oracle.differences(place.source, place.home, place.collection)


def test_too_many_touched_files_are_held_with_an_exit_code(place: Place) -> None:
    """3: somebody has to say whether all of it is to be read."""
    fill(place.source, 40)
    place.sync()
    for path in place.source.rglob("*.dat"):
        path.chmod(0o640)
    held = place.run("sync", str(place.source), place.collection)
    assert (3, True) == (held.code, "--touched-limit 100%" in held.err), held.err

    allowed = place.sync("--touched-limit", "100%")
    assert (0, 40) == (allowed.code, allowed.json["counts"]["unchanged"]), allowed.err
