"""Runs that are one person's own: nobody else finds them, whatever the role; a token for some jobs reaches no CV."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from lading.accounts import people
from lading.accounts.roles import Role
from lading.cv.app import access, reviews
from lading.cv.app.reviews import Wanted
from tests.integration.cv.samples import RESUME
from tests.integration.web.conftest import PASSWORD, ProgramOf


@pytest.mark.django_db
def test_a_review_is_nobody_elses(program: ProgramOf) -> None:
    """Not in the list of runs, not by its number, not on a page."""
    ada, root = program(Role.VIEWER), program(Role.ADMINISTRATOR, name="root")
    owner = access.owner_of(people.find("ada").pk)
    document = reviews.upload(owner, "cv.json", json.dumps(RESUME).encode())
    run = reviews.begin(owner, document.pk, Wanted(day=date(2026, 11, 21))).run_id
    browser = Client()
    assert browser.login(username="root", password=PASSWORD)

    assert ada.get(f"/runs/{run}")["run"] == run
    assert root.ask("GET", f"/runs/{run}")[0] == 404
    assert root.ask("GET", f"/runs/{run}/events")[0] == 404
    assert [] == root.get("/runs")["items"] == root.get("/runs?kind=cv-review")["items"]
    assert browser.get(f"/runs/{run}/").status_code == 404
    assert [one["id"] for one in ada.get("/cv/documents")] == [document.pk]
    assert root.ask("GET", f"/cv/documents/{document.pk}")[0] == 404


@pytest.mark.django_db
def test_a_token_for_some_jobs_reaches_no_cv(program: ProgramOf) -> None:
    """It was made for something else."""
    assert program(Role.OPERATOR, "landing*").ask("GET", "/cv/documents")[0] == 403
