"""What a request costs, counted: statements, which do not grow with how much a person has or how large it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lading.accounts import people, tokens
from lading.accounts.roles import Area, Role
from lading.accounts.tokens import Scope
from lading.cv.app import access, artefacts, quotas, reviews
from lading.cv.app.models import Document
from lading.cv.engine.render import Output, Template
from tests.integration.cv.samples import JOB, RESUME
from tests.integration.cv_app.conftest import CONTENT, begin, reviewed, to_end

CV = "/api/v1/cv"
PASSWORD = "three green bicycles"

#: the most statements of a request that looks; beyond it somebody asks row by row
READING = 13
#: of one that begins something: quota, run, batch, row, window
BEGINNING = 32


@pytest.fixture
def person(worker: None) -> str:
    """Return what somebody with an account owns things as."""
    people.create("ada", Role.VIEWER, PASSWORD)
    return access.owner_of(people.find("ada").pk)


@pytest.fixture
def program(person: str) -> Client:
    """Return a client with a token of theirs for CVs alone."""
    secret = tokens.make(people.find("ada"), Scope(only=Area.CV))[1]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    client.get(f"{CV}/documents")  # the first use of a token is noted
    return client


@pytest.fixture
def browser(person: str) -> Client:
    """Return their browser."""
    client = Client()
    assert client.login(username="ada", password=PASSWORD)
    return client


def filled(owner: str, number: int) -> dict[str, str]:
    """Let somebody have so many CVs, each with a review that waits, and one that has ended; return the addresses of all."""
    for each in range(number):
        other = json.loads(json.dumps(RESUME))
        other["basics"]["summary"] += f" For {each} years."
        begin(reviews.upload(owner, f"cv-{each}.json", json.dumps(other).encode()))
    document = reviews.upload(owner, "cv.json", CONTENT)
    job = reviews.advertise(owner, JOB)
    review = reviewed(document, job_id=job.pk)
    rendering = artefacts.render(owner, document.pk, 1, Output.PDF, Template.PLAIN)
    assert rendering.run_id is not None
    to_end(rendering.run_id)
    own = f"{CV}/documents/{document.pk}"
    return {
        "documents": f"{CV}/documents",
        "document": own,
        "original": f"{own}/original",
        "versions": f"{own}/versions",
        "changes": f"{own}/versions/1/changes",
        "jobs": f"{CV}/jobs",
        "reviews": f"{CV}/reviews",
        "review": f"{CV}/reviews/{review.pk}",
        "findings": f"{CV}/reviews/{review.pk}/findings",
        "report": f"{CV}/reviews/{review.pk}/report",
        "suggestions": f"{CV}/reviews/{review.pk}/suggestions",
        "rendering": f"{CV}/renderings/{rendering.pk}",
        "file": f"{CV}/renderings/{rendering.pk}/file",
        "model": f"{CV}/model",
        "webhooks": f"{CV}/webhooks",
        "run": f"/api/v1/runs/{review.run_id}",
        "page documents": "/cv/",
        "page review": f"/cv/reviews/{review.pk}",
        "page live": f"/cv/reviews/{review.pk}/live",
        "page versions": f"/cv/documents/{document.pk}/versions",
    }


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield the statements that are asked while the context lasts."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def counted(api: Client, browser: Client, addresses: Mapping[str, str]) -> Mapping[str, int]:
    """Return the statements of each address; every one is there."""
    found = {}
    for name, address in addresses.items():
        client = browser if name.startswith("page") else api
        assert 200 == client.get(address).status_code, name  # what is loaded once in a process is loaded
        with statements() as asked:
            client.get(address)
        found[name] = len(asked)
    return found


def test_looking_takes_few_statements_however_much_there_is(person: str, program: Client, browser: Client) -> None:
    """With one CV as with twenty."""
    few = counted(program, browser, filled(person, 1))
    many = counted(program, browser, filled(person, 20))

    assert few == many
    assert min(few.values()) > 0
    assert {} == {name: number for name, number in many.items() if number > READING}


def test_looking_does_not_read_what_is_large(person: str, program: Client) -> None:
    """The file, what was read of it and the report are fetched where they are handed out, and nowhere else."""
    hands_out = {"original": "content", "report": "report", "rendering": "report", "file": "content report"}
    for name, address in filled(person, 1).items():
        if name.startswith("page"):
            continue
        with statements() as asked:
            program.get(address)
        assert asked, name
        columns = {"content", "reading", "report"} - set(hands_out.get(name, "").split())
        fetched = " ".join(sql.partition(" FROM ")[0] for sql in asked)
        assert [] == [column for column in columns if f'."{column}"' in fetched], name


def test_beginning_takes_as_many_statements_beside_a_hundred_as_beside_none(
    person: str, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever begins a review asks nobody's queue row by row."""
    monkeypatch.setattr(quotas, "take", lambda *_: None)
    monkeypatch.setattr(quotas, "has_room", lambda _: None)
    numbers = [reviews.upload(person, f"{each}.txt", f"Ada Beispiel {each}".encode()).pk for each in range(103)]

    def began(document: int) -> int:
        with statements() as asked:
            answer = program.post(f"{CV}/documents/{document}/reviews", "{}", content_type="application/json")
        assert 202 == answer.status_code
        return len(asked)

    began(numbers.pop())
    first = began(numbers.pop())
    for number in numbers[:-1]:
        begin(Document.objects.get(pk=number))
    last = began(numbers[-1])

    assert last <= first
    assert last <= BEGINNING
