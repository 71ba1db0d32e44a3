"""
The commands of the CV part, kept from every network by the kernel: what they do there, and that nothing of a CV acts.

`unshare` gives the command and every process it starts a network of its own in which there is nothing, not even the
address 127.0.0.1. Beside it a server listens whose address stands in the CV in every language of mark-up, and a file
whose path does.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from tests.corpus.cv.measure import FOLDER
from tests.integration.cv.samples import DAY, RESUME
from tests.not_run import not_run

pytestmark = pytest.mark.timeout(600)
_SECRET = "the 4711 secret words of another file"


def _can_part() -> bool:
    try:
        return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _run(*arguments: object, apart: bool = True, **around: Any) -> bytes:
    """Run `lading cv` in a process of its own, without a network where it is `apart`; return what it prints."""
    code = "import sys; from lading.cli.main import main; sys.argv[0] = 'lading'; main()"
    command = [sys.executable, "-c", code, "cv", *map(str, arguments)]
    done = subprocess.run(
        ["unshare", "-rn", *command] if apart else command,
        capture_output=True,
        timeout=500,
        check=False,
        cwd=around.get("cwd"),
        env={**os.environ, **around.get("env", {})},
    )
    assert done.returncode in {0, 1}, done.stderr.decode()
    return done.stdout


@pytest.fixture(autouse=True)
def _parted() -> None:
    if not _can_part():
        not_run("this machine lets nobody make a network of their own (unshare -rn)")


@pytest.mark.parametrize("name", ["mara.pdf", "jonas.docx", "priya.json", "bertram.pdf"])
def test_a_check_without_network_redis_or_home_says_the_same_to_the_byte(tmp_path: Path, name: str) -> None:
    """Other seeds of hashing, another folder, language, time zone and home: the same file, day and bytes."""
    day = ("--json", "--advice", "all", *DAY)
    plain = _run("lint", FOLDER / name, *day, apart=False)
    other = {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
        "LADING_HOME": str(tmp_path / "none"),
        "COLUMNS": "40",
    }
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / name
    copy.write_bytes((FOLDER / name).read_bytes())

    assert json.loads(plain)["rules"]
    assert plain == _run("lint", copy, *day, cwd=tmp_path, env=other)
    assert [copy.parent] == list(tmp_path.iterdir()), "a check leaves nothing behind"


@pytest.fixture
def trap() -> Iterator[tuple[str, socket.socket]]:
    """Return the address of a server that nobody may visit."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield f"127.0.0.1:{server.getsockname()[1]}", server


def _tricks(address: str, secret: Path) -> list[str]:
    return [
        f'#read("{secret}") and #image("{secret}")',
        f'#include "{secret}" #set text(white)',
        f"![logo](file://{secret}) and [here](http://{address}/markdown)",
        f'<img src="http://{address}/html"><link href="http://{address}/css"><script src="http://{address}/js"></script>',
        f"<iframe src=file://{secret}></iframe> see file://{secret}",
        f"\\input{{{secret}}} http://{address}/plain",
    ]


def _bare(text: str) -> str:
    return re.sub(r"[-\s\u200b\x00-\x1f\ufffe\u00ad]+", "", unicodedata.normalize("NFKC", text))


def _texts(path: Path) -> list[str]:
    """Return what two readers that are not Lading see of a file."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        first = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        return [first, "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)]
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            parts = package.read("word/document.xml").decode()
        return [re.sub(r"<[^>]+>", "", parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")]
    return []


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("form", ["pdf", "docx", "md", "txt", "json"])
def test_mark_up_in_a_cv_is_text_and_reaches_nothing(
    tmp_path: Path, trap: tuple[str, socket.socket], form: str, *, apart: bool
) -> None:
    """Set letter by letter on both readers; no visit where there is a network, the same bytes where there is none."""
    address, server = trap
    secret = tmp_path / "secret.txt"
    secret.write_text(_SECRET, encoding="utf-8")
    tricks = _tricks(address, secret)
    work = [{**RESUME["work"][0], "highlights": tricks}]
    cv, out = tmp_path / "cv.json", tmp_path / f"out.{form}"
    cv.write_text(json.dumps({**RESUME, "work": work}), encoding="utf-8")
    _run("render", cv, "--format", form, "-o", out, apart=apart)

    with pytest.raises(TimeoutError):
        server.accept()
    assert _SECRET.encode() not in out.read_bytes()
    for text in _texts(out):
        assert _bare(_SECRET) not in _bare(text)
        assert [] == [trick for trick in tricks if _bare(trick) not in _bare(text)]


@pytest.mark.parametrize("name", ["henrik.pdf", "fiona.pdf", "fiona2.pdf", "fiona3.pdf", "noor.docx"])
def test_hidden_text_is_a_finding_and_is_sent_to_no_model(name: str) -> None:
    """White, tiny, off the page, marked as hidden: the check says so, and the exact text for a model has no word of it."""
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    model = {"LADING_CV__MODEL_URL": "http://127.0.0.1:9/v1", "LADING_CV__MODEL_NAME": "any"}
    rules = {rule["code"]: rule for rule in json.loads(_run("lint", FOLDER / name, "--json", *DAY))["rules"]}
    sent = _run("models", FOLDER / name, env=model).decode()
    told = _run("models", FOLDER / name, "--json", env=model).decode()

    assert "failed" == rules["HIDDEN_TEXT"]["outcome"]
    assert expected["hidden"] in json.dumps(rules["HIDDEN_TEXT"], ensure_ascii=False)
    assert expected["work"][0]["highlights"][0].split()[0] in sent
    hidden = expected["hidden"].split()
    for words in (sent, told):
        assert [] == [pair for pair in pairwise(hidden) if " ".join(pair) in words]
