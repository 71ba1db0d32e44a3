"""The API against its own description: whatever is sent, the answer is one of those that are described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from lading.accounts.roles import Role
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import DeletionList, Job
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run
from tests.integration.web.conftest import COLLECTION, ProgramOf

#: requests for each operation: more are a matter of the soak
EXAMPLES = 3

pytestmark = pytest.mark.django_db

#: an event stream of a run that goes on never ends
ENDLESS = "/api/v1/runs/{run}/events"


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """Let requests leave the connection open: what this test wrote is in its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(program: ProgramOf, allowed: Path) -> str:
    """Return the token of an administrator; there are a run and a job of number 1."""
    options = Definition(source=str(allowed), destination=COLLECTION).options()
    Job.objects.create(name="weekly", source=str(allowed), destination=COLLECTION, options=options, created_at=now())
    Run.objects.create(kind="ingest", title="a", job_id=Job.objects.get().pk, options=options, created_at=now())
    DeletionList.objects.create(run=Run.objects.get(), job_id=Job.objects.get().pk, objects_planned=1, decided_at=now())
    return program(Role.ADMINISTRATOR).secret


def test_every_answer_is_as_described(secret: str) -> None:
    """For each operation: a few requests that fit the description and some that do not, always the same ones."""
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    tried = [operation for operation in operations if operation.path != ENDLESS]
    for operation in sorted(tried, key=lambda one: one.method == "delete"):  # what is removed cannot be asked for
        _try(operation, secret)
    assert len(tried) >= 40


def _try(operation: Any, secret: str) -> None:
    known = {"run": Run.objects.earliest("pk").pk, "name": "weekly", "code": "NOT_FOUND"}

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    def asks(case: Any) -> None:
        case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        answer: Response = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(
            answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
        )

    asks()
