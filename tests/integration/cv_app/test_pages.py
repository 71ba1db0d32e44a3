"""The pages without any script: upload, findings beside the page, one suggestion at a time, versions, taking away."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lading.cv.app.models import Artefact, Document, Finding, Review
from lading.orchestration.models import Run
from tests.integration.cv_app.conftest import UNTIDY, Model, to_end

HERE = Path(__file__).parent
PDF = HERE.parents[1] / "corpus" / "cv" / "files" / "henrik.pdf"


@pytest.fixture
def browser(worker: None, settings: Any) -> Client:
    """Return the browser of the first person."""
    settings.ROOT_URLCONF = "tests.integration.cv_app.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_URL = "/static/"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(HERE / "templates")],
            "APP_DIRS": True,
        }
    ]
    return Client(headers={"X-User": "1"})


def upload(browser: Client, content: bytes, name: str, job: str = "") -> str:
    """Upload a CV, let its review end, return the address of its page."""
    answer = browser.post("/cv/upload", {"file": SimpleUploadedFile(name, content), "job": job})
    assert 302 == answer.status_code, answer.content
    to_end(Run.objects.latest("pk").pk)
    return str(answer["Location"])


def page_of(browser: Client, address: str) -> str:
    """Return a page, which needs neither script nor inline style."""
    answer = browser.get(address)
    assert 200 == answer.status_code
    text: str = answer.content.decode()
    assert not re.search(r"<script|<[^>]*\s(?:style|on\w+)=", text)
    return text


def test_findings_are_marked_beside_the_page(browser: Client) -> None:
    """Each finding leads to its line, and the line is marked where it stands."""
    address = upload(browser, PDF.read_bytes(), "henrik.pdf", job="Requirements:\n- Python\n- Terraform\n")
    text = page_of(browser, address)
    lines = {one for one in Finding.objects.values_list("line", flat=True) if one}

    assert "<svg" in text
    assert lines
    assert all(f'href="#line-{line}"' in text for line in lines)
    assert {f'id="line-{line}"' for line in lines} == set(re.findall(r'id="line-\d+"', text))
    assert "Against the advertisement" in text
    assert 200 == browser.get(f"{address}/state").status_code


def test_one_suggestion_at_a_time_then_taken_away(browser: Client) -> None:
    """Accept, edit, reject, all safe ones; what is stale is told on the page and changes nothing."""
    address = upload(browser, json.dumps(UNTIDY).encode(), "ada.json")
    keys = re.findall(r'id="(suggestion-[0-9a-f]+)"', page_of(browser, address))
    first = {"version": 1, "suggestion": keys[0], "choice": "accept"}
    assert 302 == browser.post(f"{address}/decide", first).status_code
    stale = browser.post(f"{address}/decide", first)
    assert (409, True) == (stale.status_code, b'role="alert"' in stale.content)
    assert 302 == browser.post(f"{address}/decide", {"version": 2, "choice": "safe"}).status_code
    assert "You chose: accept" in page_of(browser, address)
    assert 422 == browser.post(f"{address}/decide", {"version": 3, "choice": "nonsense"}).status_code

    document = Document.objects.get().pk
    assert "What changed since version 1" in page_of(browser, f"/cv/documents/{document}/versions")
    browser.post(f"/cv/documents/{document}/renderings", {"version": 3, "format": "txt", "template": "plain"})
    made = Artefact.objects.get()
    assert made.run_id is not None
    to_end(made.run_id)
    assert f"/cv/renderings/{made.pk}/file" in page_of(browser, f"/cv/documents/{document}/versions")
    assert b"Ada Beispiel" in browser.get(f"/cv/renderings/{made.pk}/file").content
    assert 302 == browser.post(f"/cv/documents/{document}/delete").status_code
    assert "No CVs yet" in page_of(browser, "/cv/")


def test_a_model_is_asked_after_its_text_was_shown(browser: Client, model: Model) -> None:
    """What would be sent stands on a page; sending it is a button there."""
    address = upload(browser, json.dumps(UNTIDY).encode(), "ada.json")
    model("good")
    assert "see what would be sent" in page_of(browser, address)
    shown = page_of(browser, f"{address}/outgoing")
    assert "maintenance of three cranes" in shown
    assert "Ada" not in shown
    sent = browser.post(f"{address}/model", {"model": "good"})
    to_end(Run.objects.latest("pk").pk)

    assert "by the model" in page_of(browser, str(sent["Location"]))


def test_text_is_text_and_strangers_see_nothing(browser: Client) -> None:
    """Mark-up in a CV is shown as it stands; somebody else's pages are not there."""
    evil = {**UNTIDY, "basics": {**UNTIDY["basics"], "name": "<img src=x onerror=alert(1)>"}}
    address = upload(browser, json.dumps(evil).encode(), '"><script>x</script>.json')
    stranger, document = Client(headers={"X-User": "2"}), Document.objects.get().pk

    assert "&lt;img src=x" in page_of(browser, address)
    page_of(browser, "/cv/")
    posts = (f"{address}/decide", f"{address}/act", f"{address}/model", f"/cv/documents/{document}/delete")
    gets = (address, f"{address}/state", f"/cv/documents/{document}/versions", f"/cv/documents/{document}/original")
    assert {404} == {stranger.post(place).status_code for place in posts}
    assert {404} == {stranger.get(place).status_code for place in gets}
    assert 401 == Client().get(address).status_code
    assert 1 == Review.objects.count()
    bad = browser.post("/cv/upload", {"file": SimpleUploadedFile("x.png", b"\x89PNG\r\n")})
    assert (415, True) == (bad.status_code, b"PNG picture" in bad.content)
