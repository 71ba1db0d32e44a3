"""The catalogue of codes: each code that the program uses has its entry, and the other way round."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import lading
from lading.base import codes
from lading.base.errors import LadingError, Remedy, UsageError

SOURCE = Path(lading.__file__).parent

#: what looks like a code and is none, by where it is
ELSEWHERE = (
    "zone/",  # the embedded zone has the names of iRODS
    "ingest/engine/destinations/irods/codes.py",  # as above
    "ingest/engine/destinations/irods/trust.py",  # as above
    "cv/engine/lint/",  # rules have a catalogue of their own
    "cv/engine/match/",
    "cv/engine/structure/",
    "cv/engine/extract/",  # names of the environment, forms of Unicode
    "cv/engine/guard/",  # currencies, forms of Unicode
    "cv/engine/improve/",  # suggestions have a catalogue of their own
    "cv/engine/model/",  # verbs of HTTP
    "cv/engine/render/",
    "web/",  # settings of Django
    "base/config",  # names of variables
    "services/parts.py",  # as above
    "migrations/",
)
NO_CODES = frozenset(
    {
        *("BEGIN", "COMMIT", "PGPASSWORD", "DISABLE_SERVER_SIDE_CURSORS"),  # SQL and its tools
        *("CELERY", "CELERY_SKIP_CHECKS", "DJANGO_SETTINGS_MODULE", "LADING_HOME", "LADING_SERVER", "REMOTE_ADDR"),
        *("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"),  # of HTTP
        *("NFC", "NFD", "O_PATH", "UTC"),
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "S256"),  # of single sign-on
        "PDF",
        *("AWS", "COMPOSITE", "ENABLED", "STANDARD"),  # words of object stores
        *("CRC32", "CRC32C", "CRC64NVME", "MD5", "SHA1", "SHA256"),
    }
)
_CODE = re.compile(r"[A-Z][A-Z0-9_]+[A-Z0-9]")
#: words of help texts: `metavar="SIZE"`
_HELP = frozenset({"metavar"})


def literals(tree: ast.AST) -> Iterator[str]:
    """Yield what looks like a code in a module, but for words of help and names that it exports."""
    aside = {id(constant) for node in ast.walk(tree) for part in _no_codes(node) for constant in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in aside and _CODE.fullmatch(str(node.value)):
            yield str(node.value)


def _no_codes(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a node whose texts are no codes."""
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
        return [node.value]
    if isinstance(node, ast.Call):
        return [keyword.value for keyword in node.keywords if keyword.arg in _HELP]
    return []


def used() -> set[str]:
    """Return every code that the program has as a text."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        name = file.relative_to(SOURCE).as_posix()
        if not any(part in name for part in ELSEWHERE):
            found.update(literals(ast.parse(file.read_text(encoding="utf-8"))))
    return found - NO_CODES


@cache
def errors() -> list[type[LadingError]]:
    """Return every class of the error tree, wherever it is defined."""
    for module in pkgutil.walk_packages([str(SOURCE)], "lading."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[LadingError]] = [LadingError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return [kind for kind in dict.fromkeys(found) if kind.__module__.startswith("lading.")]


def test_every_code_that_is_used_has_an_entry_and_the_other_way_round() -> None:
    """A code that nobody explains, and an explanation of what does not exist, are both mistakes."""
    of_cv = {kind.code for kind in errors() if kind.__module__.startswith("lading.cv.")}

    there = used() | of_cv

    assert (set(), set()) == (there - codes.catalogue().keys(), codes.catalogue().keys() - there)


def test_the_error_tree_and_the_catalogue_say_the_same_remedy() -> None:
    """The class decides what the program does, the entry what the reader is told."""
    told = {kind.__name__: codes.find(kind.code).remedy for kind in errors()}

    assert {kind.__name__: kind.remedy for kind in errors()} == told


def test_no_two_errors_have_the_same_code() -> None:
    """A code means one thing; a kind of an error may keep the code of what it is a kind of."""
    own = Counter(kind.code for kind in errors() if "code" in vars(kind))

    assert {} == {code: count for code, count in own.items() if count > 1}


@pytest.mark.parametrize("entry", codes.catalogue().values(), ids=lambda entry: entry.code)
def test_an_entry_is_a_code_a_sentence_and_something_to_do(entry: codes.Entry) -> None:
    """Codes fit the ledger's column; meanings are one sentence."""
    assert _CODE.fullmatch(entry.code)
    assert len(entry.code) <= 40
    assert entry.meaning[0].isupper() or entry.meaning.startswith("`")
    assert entry.meaning.endswith(".")
    assert ". " not in entry.meaning
    assert entry.action.endswith(".")


def test_information_is_the_remedy_of_no_error() -> None:
    """An error asks for something."""
    assert Remedy.INFORMATION not in {kind.remedy for kind in errors()}


def test_a_code_is_found_however_it_is_written() -> None:
    """People type what they read; who mistypes is told the nearest one."""
    assert codes.find("zone-unreachable") is codes.find(" ZONE_UNREACHABLE ")
    with pytest.raises(UsageError, match="Did you mean ZONE_UNREACHABLE"):
        codes.find("ZONE_UNREACHABEL")
    with pytest.raises(UsageError, match="lists them all"):
        codes.find("Q")
