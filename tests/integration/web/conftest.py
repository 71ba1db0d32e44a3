"""People who use the web, and what they may touch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lading.accounts import people, tokens
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.base import config

#: long enough, and none of the usual ones
PASSWORD = "three green bicycles"
COLLECTION = "/tempZone/home/rods"


@dataclass(frozen=True)
class Program:
    """A program with a token: asks the API, gives back status and JSON."""

    secret: str
    client: Client

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.answer(method, path, body, **headers)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        is_json = "json" in answer.headers.get("Content-Type", "") and "x-nd" not in answer.headers["Content-Type"]
        return answer.status_code, json.loads(content) if content and is_json else content

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}"} | {
            name.replace("_", "-"): one for name, one in headers.items()
        }
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1{path}", data, "application/json", headers=sent)

    def get(self, path: str) -> Any:
        status, found = self.ask("GET", path)
        assert status == 200, found
        return found


ProgramOf = Callable[..., Program]


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    """Hash passwords in no time; what the product hashes them with is verified, too."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def person(db: None) -> Callable[[str, Role], None]:
    """Return a function that makes an account."""

    def make(name: str, role: Role) -> None:
        people.create(name, role, PASSWORD)

    return make


@pytest.fixture
def program(person: Callable[[str, Role], None]) -> ProgramOf:
    """Return a function that makes an account with a token and gives back the program that has it."""

    def make(role: Role = Role.OPERATOR, *jobs: str, name: str = "ada") -> Program:
        person(name, role)
        return Program(tokens.make(people.find(name), Scope(role=role, jobs=jobs))[1], Client())

    return make


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return a folder that runs may read which came by the web; they may write to the collection of the tests."""
    monkeypatch.setenv("LADING_ALLOWED__SOURCES", str(tmp_path))
    monkeypatch.setenv("LADING_ALLOWED__DESTINATIONS", COLLECTION)
    config.current.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    config.current.cache_clear()
