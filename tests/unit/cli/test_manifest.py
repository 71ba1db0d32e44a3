"""`lading manifest`: its words, exit codes and sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lading.cli.main import main
from lading.ingest.engine.custody import HmacKey, Signer, SigningKey, sealed
from lading.web.secret_key import secret_key

LINES = [{"path": f"file-{number}", "outcome": "created"} for number in range(4)]


def lading(*words: str) -> Result:
    return CliRunner().invoke(main, ["manifest", *words])


def written(home: Path, run: int, key: Signer | None = None, *, of_run: int | None = None) -> Path:
    """Write a manifest into the home as a worker does."""
    path = home / "manifests" / f"run-{run}.jsonl"
    path.parent.mkdir(exist_ok=True)
    head = {"run": run if of_run is None else of_run, "ended": "complete"}
    path.write_bytes(b"".join(sealed(head, LINES, key or HmacKey(secret_key(home / "secret_key")))))
    return path


def test_a_whole_manifest_is_proven(home: Path) -> None:
    """By the number of its run, or by its path."""
    path = written(home, 7)

    for which in ("7", str(path)):
        done = lading("verify", which)
        assert (done.exit_code, done.stdout) == (
            0,
            f"{path}: whole. 6 lines of run 7, signed by hmac-sha256 {HmacKey(secret_key(home / 'secret_key')).id}\n",
        )


def test_the_first_altered_line_is_named(home: Path) -> None:
    """Exit 1, with its number."""
    path = written(home, 7)
    path.write_bytes(path.read_bytes().replace(b"file-2", b"file-9"))

    done = lading("verify", "7")

    assert done.exit_code == 1
    assert f"{path}: line 4: it is not the line that was written here." in done.stderr


def test_a_program_is_told_the_same(home: Path) -> None:
    """One object with a schema."""
    path = written(home, 7)
    good = json.loads(lading("verify", "7", "--json").stdout)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    cut = lading("verify", "7", "--json")

    assert (good["schema"], good["good"], good["finding"], good["lines"], good["run"]) == (1, True, "whole", 6, 7)
    found = json.loads(cut.stdout)
    assert (cut.exit_code, found["good"], found["finding"], found["first_altered_line"]) == (1, False, "cut-off", 5)


def test_the_manifest_of_another_run_is_not_that_of_this_one(home: Path) -> None:
    """Genuine as it is: somebody put it there."""
    written(home, 7, of_run=6)

    done = lading("verify", "7", "--json")

    assert (done.exit_code, json.loads(done.stdout)["finding"]) == (1, "other-run")
    assert "of run 6, not of run 7" in lading("verify", "7").stderr


def test_a_key_pair_lets_others_verify(home: Path, tmp_path: Path) -> None:
    """They need the public half, no home and no secret."""
    made = lading("keygen", str(tmp_path / "key"))
    path = written(home, 7, SigningKey.load(tmp_path / "key"))
    (home / "secret_key").unlink(missing_ok=True)

    assert made.exit_code == 0
    assert f"export LADING_MANIFEST_KEY_FILE={tmp_path / 'key'}" in made.stderr
    done = lading("verify", str(path), "--public-key", str(tmp_path / "key.pub"))
    assert (done.exit_code, "signed by ed25519" in done.stdout) == (0, True)


def test_a_key_file_of_the_settings_verifies_what_it_signed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what the installation signed before it was set."""
    lading("keygen", str(tmp_path / "key"))
    monkeypatch.setenv("LADING_MANIFEST_KEY_FILE", str(tmp_path / "key"))
    written(home, 7, SigningKey.load(tmp_path / "key"))
    written(home, 8)

    assert (lading("verify", "7").exit_code, lading("verify", "8").exit_code) == (0, 0)


def test_another_key_is_another_signer(home: Path, tmp_path: Path) -> None:
    """Exit 1: it is not what this installation signed."""
    written(home, 7, HmacKey("another"))
    secret_key(home / "secret_key")

    done = lading("verify", "7")

    assert (done.exit_code, "signed with another key" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "it is empty"), ("path,outcome\n", "it is no manifest"), ('{"manifest": 1, "run": 7}\n', "did not sign")],
)
def test_what_is_no_manifest_is_no_forgery(home: Path, tmp_path: Path, text: str, told: str) -> None:
    """Exit 2, with a sentence."""
    secret_key(home / "secret_key")
    (tmp_path / "file").write_text(text)

    done = lading("verify", str(tmp_path / "file"))

    assert (done.exit_code, told in done.stderr) == (2, True)


def test_what_cannot_be_read_or_proven_is_said(home: Path, tmp_path: Path) -> None:
    """Exit 2: no such run, no such file, a folder, no key; and no key is made to look."""
    written(home, 7, HmacKey("x"))

    assert (lading("verify", "7").exit_code, (home / "secret_key").exists()) == (2, False)
    secret_key(home / "secret_key")
    for which, told in (
        ("99", "There is no manifest"),
        ("no/file", "There is no manifest"),
        (str(home), "Is a directory"),
    ):
        done = lading("verify", which)
        assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    done = lading("verify", "7", "--public-key", str(tmp_path / "none"))
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)


@pytest.mark.parametrize("words", [["--help"], ["-h"], []])
def test_help_names_what_there_is(words: list[str]) -> None:
    """The group's own, not that of `print`."""
    done = lading(*words)

    assert "keygen" in done.output
    assert "verify" in done.output
