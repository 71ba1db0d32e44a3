"""Service tokens for CVs: one for reviews alone, one for the check alone; their shares of a person's quotas; webhooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lading import services
from lading.accounts import people, tokens
from lading.accounts.models import Token
from lading.accounts.roles import Area, Role
from lading.accounts.tokens import Scope
from lading.base import config
from lading.base.errors import LadingError
from lading.orchestration import broker
from tests.integration.cv.samples import RESUME
from tests.integration.web.conftest import Program, ProgramOf

pytestmark = pytest.mark.django_db
CONTENT = json.dumps(RESUME).encode()

MakeToken = Callable[..., Program]


@pytest.fixture
def made(embedded: services.Holder, program: ProgramOf) -> MakeToken:
    """Return a function that makes a token of ada's for one area."""
    embedded.restart_dead()
    broker.client().flushall()
    program(Role.ADMINISTRATOR)

    def make(only: Area | None) -> Program:
        role = Role.VIEWER if only else Role.ADMINISTRATOR
        return Program(tokens.make(people.find("ada"), Scope(role=role, only=only))[1], Client())

    return make


def post_file(program: Program, path: str, content: bytes = CONTENT) -> Any:
    """Send a file as a form does."""
    return program.client.post(
        f"/api/v1/cv/{path}",
        {"file": SimpleUploadedFile("cv.json", content)},
        headers={"Authorization": f"Bearer {program.secret}"},
    )


#: what has to do with jobs, files, the system or accounts
ELSEWHERE = [
    ("GET", "/runs"),
    ("GET", "/jobs"),
    ("GET", "/limits"),
    ("GET", "/health"),
    ("GET", "/me"),
    ("GET", "/me/tokens"),
    ("POST", "/me/tokens"),
    ("GET", "/accounts"),
    ("GET", "/audit"),
]


@pytest.mark.parametrize("only", [Area.CV, Area.LINT])
def test_a_token_for_cvs_reaches_nothing_else(made: MakeToken, only: Area) -> None:
    """Not even where its person may do everything; nor does it make a token that could."""
    token = made(only)
    refused = {(method, path): token.ask(method, path, {} if method == "POST" else None) for method, path in ELSEWHERE}

    assert {403} == {status for status, _ in refused.values()}, refused
    assert {"NOT_PERMITTED"} == {told["code"] for _, told in refused.values()}
    assert 2 == Token.objects.count()


def test_every_operation_but_those_of_cvs_refuses_such_a_token(made: MakeToken) -> None:
    """What is added later is refused, too: the description of the API is gone through."""
    from lading.web.api import api

    token, opened = made(Area.CV), []
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method in operations:
            plain = path.removeprefix("/api/v1")
            for name in ("run", "job", "token", "zone", "code", "name"):
                plain = plain.replace("{" + name + "}", "1")
            if "/cv/" not in path and token.ask(method.upper(), plain, {})[0] != 403:
                opened.append(f"{method.upper()} {path}")

    # those that say of one's own reviews how far they are; of other runs they say that there is none
    assert ["GET /api/v1/runs/{run}", "GET /api/v1/runs/{run}/events"] == sorted(opened)


def test_a_token_for_cvs_reviews_and_follows(made: MakeToken) -> None:
    """The run of a review of its person's is the one thing beside `/cv` that it sees."""
    token = made(Area.CV)
    document = post_file(token, "documents").json()["id"]
    status, review = token.ask("POST", f"/cv/documents/{document}/reviews", {})

    assert (202, review["run"]) == (status, token.get(f"/runs/{review['run']}")["run"])
    assert 200 == token.answer("GET", f"/runs/{review['run']}/events").status_code
    assert 403 == token.ask("POST", f"/runs/{review['run']}/stop")[0]
    assert 202 == token.ask("POST", f"/cv/reviews/{review['id']}/stop", {})[0]
    assert 200 == post_file(token, "lint").status_code


def test_runs_of_jobs_are_not_there_for_such_a_token(made: MakeToken) -> None:
    """By number either; who may do everything sees it."""
    from lading.orchestration.ledger.clock import now
    from lading.orchestration.models import Run

    run = Run.objects.create(kind="ingest", title="/data → /tempZone", created_at=now(), options={})

    assert 404 == made(Area.CV).ask("GET", f"/runs/{run.pk}")[0]
    assert 404 == made(Area.CV).ask("GET", f"/runs/{run.pk}/events")[0]
    assert 403 == made(Area.LINT).ask("GET", f"/runs/{run.pk}")[0]
    assert 200 == made(None).ask("GET", f"/runs/{run.pk}")[0]


def test_a_token_for_the_check_checks_and_sees_no_cv(made: MakeToken) -> None:
    """Nothing that is stored is within its reach."""
    token = made(Area.LINT)

    assert 200 == post_file(token, "lint").status_code
    assert 403 == post_file(token, "documents").status_code
    refused = [token.ask("GET", f"/cv/{path}")[0] for path in ("documents", "reviews", "jobs", "webhooks", "model")]
    assert {403} == {*refused, token.ask("DELETE", "/cv/everything")[0]}


def test_figures_are_not_for_such_a_token(made: MakeToken) -> None:
    """From another machine they take a token of somebody who may look at runs."""
    statuses = [
        made(only).client.get(
            "/metrics",
            headers={"Authorization": f"Bearer {made(only).secret}", "X-Forwarded-For": "192.0.2.1"},
        )
        for only in (Area.CV, None)
    ]

    assert [True, False] == [answer.status_code in {401, 403, 404} for answer in statuses]


def test_a_token_for_cvs_is_for_no_jobs(made: MakeToken) -> None:
    """One or the other; the shell and the API say so."""
    with pytest.raises(LadingError, match="for no jobs"):
        tokens.make(people.find("ada"), Scope(only=Area.CV, jobs=["a*"]))
    whole = made(None)
    assert 201 == whole.ask("POST", "/me/tokens", {"only": "cv-lint"})[0]
    assert "cv-lint" == whole.get("/me/tokens")["items"][0]["only"]
    assert 422 == whole.ask("POST", "/me/tokens", {"only": "everything"})[0]


def test_a_token_has_a_share_of_its_persons_quota(made: MakeToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that runs away is told so, and when there is more; the person and other tokens have what is left."""
    monkeypatch.setenv("LADING_CV__LINTS_PER_MINUTE", "4")
    monkeypatch.setattr("lading.cv.app.quotas.time.time", lambda: 1_800_000_000.0)
    config.current.cache_clear()
    runaway, other, whole = made(Area.LINT), made(Area.CV), made(None)
    first = [post_file(runaway, "lint") for _ in range(4)]
    rest = [post_file(token, "lint") for token in (other, whole, whole)]
    monkeypatch.undo()
    config.current.cache_clear()

    assert [200, 200, 429, 429] == [answer.status_code for answer in first]
    assert {"CV_QUOTA_SPENT"} == {answer.json()["code"] for answer in first[2:]}
    assert all(1 <= int(answer["Retry-After"]) <= 60 for answer in first[2:])
    # what was refused did not count for the person: two are left, then the person's own quota is spent
    assert [200, 200, 429] == [answer.status_code for answer in rest]


def test_webhooks_by_the_api(made: MakeToken) -> None:
    """The key is told once; a token sees and ends its own, the person all."""
    token, other, whole = made(Area.CV), made(Area.CV), made(None)
    status, first = token.ask("POST", "/cv/webhooks", {"url": "https://hooks.example/a"})
    assert (201, 64) == (status, len(first["key"]))
    assert first["token"] in token.secret
    assert [{"id", "url", "token", "created_at"}] == [set(one) for one in token.get("/cv/webhooks")]
    assert [] == other.get("/cv/webhooks")
    assert 404 == other.ask("DELETE", f"/cv/webhooks/{first['id']}")[0]
    status, refused = token.ask("POST", "/cv/webhooks", {"url": "https://10.0.0.1/a"})
    assert (422, "CV_WEBHOOK_REFUSED") == (status, refused["code"])
    assert 204 == token.ask("DELETE", f"/cv/webhooks/{first['id']}")[0]
    assert [] == whole.get("/cv/webhooks")
