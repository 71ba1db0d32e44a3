"""The API over a ledger: who may, what is refused and how, pages, keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lading.accounts import people, tokens
from lading.accounts.models import Answer, Entry, Token
from lading.accounts.roles import Role
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState, outcome_id
from tests.integration.web.conftest import COLLECTION, Program, ProgramOf

pytestmark = pytest.mark.django_db


_OPTIONS = Definition(source="/data", destination=COLLECTION).options()


def run_of(job: Job | None = None, state: RunState = RunState.DONE, **more: Any) -> Run:
    told = {"kind": "ingest", "title": "a → b", "created_at": now(), "options": job.options if job else _OPTIONS}
    return Run.objects.create(job_id=job.pk if job else None, state=state, **told | more)


def with_outcomes(run: Run, **numbers: int) -> None:
    """Write outcomes as a batch does."""
    batch = Batch.objects.create(
        run=run, kind="filesystem.transfer", queue="filesystem", state=BatchState.DONE, **numbers
    )
    rows = [(kind, number) for kind in numbers for number in range(numbers[kind])]
    Outcome.objects.bulk_create(
        Outcome(
            id=outcome_id(batch.pk, place),
            run=run,
            subject=f"folder/{kind}-{number:04}",
            outcome=kind,
            code="CHECKSUM_MISMATCH" if kind == Kind.FAILED.value else "",
            at=0,
        )
        for place, (kind, number) in enumerate(rows)
    )


# --- who may ---------------------------------------------------------------------------------------------------------


def test_nobody_is_told_how_to_sign_in() -> None:
    """401 as problem+json, with the code of the catalogue."""
    answer = Client().get("/api/v1/runs")

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "NOT_SIGNED_IN"
    assert Client(enforce_csrf_checks=True).post("/api/v1/runs/1/pause").status_code == 401


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        (Role.VIEWER, "GET", "/runs", 200),
        (Role.VIEWER, "POST", "/runs/1/pause", 403),
        (Role.OPERATOR, "POST", "/runs/1/pause", 404),
        (Role.OPERATOR, "GET", "/audit", 403),
        (Role.OPERATOR, "PUT", "/limits", 403),
        (Role.ADMINISTRATOR, "GET", "/audit", 200),
        (Role.ADMINISTRATOR, "GET", "/accounts", 200),
    ],
)
def test_each_role_may_what_it_is_for(program: ProgramOf, role: Role, method: str, path: str, status: int) -> None:
    """Reading takes a viewer, changing an operator, people and limits an administrator."""
    assert program(role).ask(method, path, {} if method == "PUT" else None)[0] == status
    refused = Entry.objects.filter(action="refused", result="NOT_PERMITTED", subject=f"{method} /api/v1{path}")
    assert refused.count() == (status == 403)


def test_a_token_ends_with_its_revocation_its_person_or_its_time(program: ProgramOf) -> None:
    """Each of them alone; a token never does more than its person may by then."""
    ada = program(Role.OPERATOR)
    assert ada.get("/me")["role"] == "operator"
    people.set_role("ada", Role.VIEWER)
    assert ada.get("/me")["role"] == "viewer"

    Token.objects.update(expires_at=now() - 1)
    assert ada.ask("GET", "/me")[0] == 401
    Token.objects.update(expires_at=None)
    people.set_active("ada", active=False)
    assert ada.ask("GET", "/me")[0] == 401
    people.set_active("ada", active=True)
    tokens.revoke(Token.objects.get().prefix)
    assert ada.ask("GET", "/me")[0] == 401


def test_the_ledger_has_no_secret(program: ProgramOf) -> None:
    """A token is told once; a request that makes one is kept nowhere."""
    ada = program(Role.OPERATOR)
    status, made = ada.ask("POST", "/me/tokens", {"role": "operator", "label": "ci"}, Idempotency_Key="k")

    assert (status, made["role"]) == (201, "operator")
    assert Program(made["secret"], Client()).get("/me")["name"] == "ada"
    stored = str(list(Token.objects.values())) + str(list(Entry.objects.values()))
    assert made["secret"].split("_", 2)[2] not in stored
    assert not Answer.objects.exists()
    assert ada.ask("POST", "/me/tokens", {"role": "administrator"})[0] == 403


def test_a_browser_needs_the_token_of_a_page(person: Any) -> None:
    """The session alone may read; what changes something needs the CSRF token, too."""
    person("ada", Role.OPERATOR)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.find("ada"))

    assert browser.get("/api/v1/runs").status_code == 200
    refused = browser.post("/api/v1/runs/1/pause")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_PERMITTED")
    page = browser.get("/password/")
    sent = {"X-CSRFToken": str(page.context["csrf_token"])}
    assert browser.post("/api/v1/runs/1/pause", headers=sent).status_code == 404


# --- runs and outcomes -----------------------------------------------------------------------------------------------


def test_runs_are_paged_by_their_numbers(program: ProgramOf) -> None:
    """Newest first, each once, whatever begins meanwhile; states and titles filter."""
    ada = program(Role.VIEWER)
    numbers = [run_of(state=RunState.FAILED if number % 2 else RunState.DONE).pk for number in range(5)]

    first = ada.get("/runs?limit=2")
    run_of()
    second = ada.get(f"/runs?limit=3&cursor={first['next']}")
    assert [item["run"] for item in first["items"] + second["items"]] == numbers[::-1]
    assert (first["schema"], second["next"]) == (1, None)
    assert [item["state"] for item in ada.get("/runs?state=failed")["items"]] == ["failed", "failed"]
    assert ada.ask("GET", "/runs?cursor=nonsense")[1]["code"] == "REQUEST_INVALID"
    assert ada.ask("GET", "/runs?limit=0")[1]["errors"][0]["place"] == "query.limit"


def test_outcomes_are_paged_filtered_and_searched(program: ProgramOf) -> None:
    """By outcome, code and part of the path; each row once."""
    ada, run = program(Role.VIEWER), run_of()
    with_outcomes(run, created=120, failed=3)
    path = f"/runs/{run.pk}/outcomes"

    seen, cursor = [], ""
    while cursor is not None:
        page = ada.get(f"{path}?limit=50&cursor={cursor}")
        seen += [item["path"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 123
    assert [item["code"] for item in ada.get(f"{path}?outcome=failed")["items"]] == ["CHECKSUM_MISMATCH"] * 3
    assert [item["path"] for item in ada.get(f"{path}?text=created-0007")["items"]] == ["folder/created-0007"]
    assert ada.get(f"{path}?code=NAME_REFUSED")["items"] == []
    assert ada.get(f"/runs/{run.pk}/codes")["items"][0]["count"] == 3
    assert ada.get(f"/runs/{run.pk}")["counts"]["created"] == 120


def test_a_manifest_is_downloaded(program: ProgramOf) -> None:
    """As JSON lines, or as CSV with a head; the signed file of a run that has none is not found."""
    ada, run = program(Role.VIEWER), run_of()
    with_outcomes(run, created=2)

    assert ada.ask("GET", f"/runs/{run.pk}/manifest")[1].count(b'"outcome": "created"') == 2
    assert (
        ada.ask("GET", f"/runs/{run.pk}/manifest?form=csv")[1].splitlines()[0].startswith(b"path,logical_path,outcome")
    )
    assert ada.ask("GET", f"/runs/{run.pk}/manifest?form=signed")[1]["code"] == "NOT_FOUND"


def test_a_run_is_paused_and_the_trail_says_by_whom(program: ProgramOf) -> None:
    """202 with the address of the run; what cannot be done is 409, and in the trail as well."""
    ada, run = program(), run_of(state=RunState.RUNNING)
    answer = ada.answer("POST", f"/runs/{run.pk}/pause")

    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1/runs/{run.pk}")
    assert Run.objects.get().state == RunState.PAUSED
    status, problem = ada.ask("POST", f"/runs/{run.pk}/pause")
    assert (status, problem["code"], problem["remedy"]) == (409, "USAGE", "mend the command")
    trail = list(Entry.objects.order_by("pk").values_list("user", "action", "subject", "result", "address"))
    assert trail == [
        ("ada", "run.pause", f"run {run.pk}", "ok", "127.0.0.1"),
        ("ada", "run.pause", f"run {run.pk}", "USAGE", "127.0.0.1"),
    ]
    assert Entry.objects.first() is not None
    assert ada.ask("PATCH", f"/runs/{run.pk}", {"priority": 7})[1]["priority"] == 7


def test_what_there_is_not_is_a_problem_too(program: ProgramOf) -> None:
    """An address that there is not, and a code that there is not."""
    ada = program(Role.VIEWER)

    assert ada.ask("GET", "/nonsense")[1]["code"] == "NOT_FOUND"
    assert ada.ask("GET", "/codes/NONSENSE")[1]["code"] == "NOT_FOUND"
    assert ada.get("/codes/not-found")["code"] == "NOT_FOUND"
