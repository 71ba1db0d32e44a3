"""An account that is deleted takes its CVs along: not a word of them in any table, in the ledger's file, or in Redis."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from lading.accounts import leaving, people, tokens
from lading.accounts.models import Entry
from lading.accounts.roles import Caller, Role
from lading.accounts.tokens import Scope
from lading.base import config
from lading.base.errors import LedgerUnreachable, UsageError
from lading.cv.app import access, artefacts, consents, deciding, endpoints, reviews
from lading.cv.app.deciding import Decided
from lading.cv.app.models import Choice, Document, Spending
from lading.cv.engine.render import Output, Template
from lading.orchestration import results
from lading.orchestration.models import Run
from tests.integration.cv.samples import JOB
from tests.integration.cv_app.conftest import CONTENT, Model, begin, carried, reviewed, to_end
from tests.integration.cv_app.test_privacy import PLANTED, _bytes_of, redis_content

PASSWORD = "three green bicycles"


def everything(owner: str) -> None:
    """Let a person have all that a person can have of CVs; one review is still under way."""
    document = reviews.upload(owner, "marlene.json", CONTENT)
    job = reviews.advertise(owner, JOB)
    consents.give(owner, endpoints.named("good"))
    review = reviewed(document, model="good", job_id=job.pk)
    key = next(row.key for row in deciding.suggestions(owner, review.pk) if row.section is not None)
    edit = Decided(suggestion=key, choice=Choice.EDIT, text="Built the Zwiebelturm of data")
    made = deciding.decide(owner, review.pk, 1, [edit])
    rendering = artefacts.render(owner, document.pk, made.number, Output.PDF, Template.PLAIN)
    assert rendering.run_id is not None
    to_end(rendering.run_id)
    carried(begin(document).run_id)
    for run_id in Run.objects.values_list("pk", flat=True):
        results.leave(run_id)


def all_tables() -> dict[str, str]:
    """Return all that the ledger has, table by table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = repr([tuple(bytes(v) if isinstance(v, memoryview) else v for v in r) for r in cursor])
    return found


def holding(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return which tables hold which words."""
    return [(table, word) for table, told in all_tables().items() for word in words if word in told]


def test_nothing_of_a_persons_cvs_is_left(worker: None, model: Model) -> None:
    """Tables are scanned, all of them; what a colleague stored is as it was, and the trail knows the name."""
    model("good")
    ada, _ = people.create("ada", Role.VIEWER, PASSWORD)
    grace, _ = people.create("grace", Role.ADMINISTRATOR, PASSWORD)
    owner, other = access.owner_of(ada.pk), access.owner_of(grace.pk)
    everything(owner)
    tokens.make(ada, Scope())
    theirs = reviews.upload(other, "theirs.txt", b"Jonas\njonas@beispiel.example\n")
    assert holding(PLANTED)
    assert holding((owner,))
    run_ids = list(Run.objects.values_list("pk", flat=True))

    people.delete("ada")

    assert [] == holding((*PLANTED, owner))
    assert not Spending.objects.exists()
    assert [theirs.pk] == [row.pk for row in Document.objects.all()]
    held = redis_content()
    assert [] == [word for word in (*PLANTED, owner) if word.encode() in held]
    assert not [run for run in run_ids if f"lading:run:{run}".encode() in held]
    file = config.current().database_file
    if connection.vendor == "sqlite" and file is not None:
        assert [] == [word for word in PLANTED if word.encode() in _bytes_of(file)]


def test_account_session_and_tokens_go_and_the_name_stays_taken(worker: None, client: Any) -> None:
    """Nobody comes after somebody under the same name: the trail, jobs and grants know people by it."""
    people.create("ada", Role.OPERATOR, PASSWORD)
    people.create("root", Role.ADMINISTRATOR, PASSWORD)
    assert client.post("/sign-in/", {"name": "ada", "password": PASSWORD}).status_code == 302
    secret = tokens.make(people.find("ada"), Scope(role=Role.OPERATOR))[1]
    from lading.accounts import managing

    managing.delete(_root(), "ada")

    assert not Session.objects.exists()
    assert client.get("/api/v1/me").status_code == 401
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    assert ["sign-in"] == [entry.action for entry in Entry.objects.filter(user="ada")]
    for name in ("ada", "ADA"):
        with pytest.raises(UsageError, match="was deleted"):
            people.create(name, Role.VIEWER)


def test_what_cannot_be_deleted_now_leaves_a_disabled_account(worker: None) -> None:
    """And no half of it that somebody could sign in to; deleting once more goes on."""
    people.create("ada", Role.OPERATOR, PASSWORD)
    people.create("root", Role.ADMINISTRATOR, PASSWORD)
    owner = access.owner_of(people.find("ada").pk)
    reviews.upload(owner, "marlene.json", CONTENT)
    is_away = True

    def fails(_key: int) -> None:
        if is_away:
            raise LedgerUnreachable("away")

    leaving.register("test", fails)
    try:
        with pytest.raises(LedgerUnreachable):
            people.delete("ada")
        assert not people.find("ada").is_active
        is_away = False
        people.delete("ada")
    finally:
        leaving._parts.pop("test")

    assert [] == holding((owner, "ada"))
    assert json.loads(CONTENT)["basics"]["name"] not in str(all_tables())


def _root() -> Caller:
    return Caller(user_id=people.find("root").pk, name="root", role=Role.ADMINISTRATOR)
