"""The pages without any script: upload, findings beside the page, one suggestion at a time, versions, taking away."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from lading.cv.app.models import Artefact, Document, Finding, JobAdvertisement, PagePicture, Review, Suggestion
from lading.orchestration.models import Outcome, Run
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
    """Each finding leads to its line, and the line is marked where it stands: on the picture of the page."""
    address = upload(browser, PDF.read_bytes(), "henrik.pdf", job="Requirements:\n- Python\n- Terraform\n")
    text = page_of(browser, address)
    lines = {one for one in Finding.objects.values_list("line", flat=True) if one}

    assert lines
    assert all(f'href="#line-{line}"' in text for line in lines)
    assert {f'id="line-{line}"' for line in lines} == set(re.findall(r'id="line-\d+"', text))
    assert "Against the advertisement" in text
    assert "Not assessed: " in text
    document = Document.objects.get().pk
    place = f"/cv/documents/{document}/pages/1"
    assert f'<img src="{place}" width="893" height="1263" alt=' in text
    picture = browser.get(place)
    assert picture.content.startswith(b"\x89PNG")
    assert ("image/png", "private, no-store") == (picture["Content-Type"], picture["Cache-Control"])
    assert {404} == {Client(headers={"X-User": "2"}).get(place).status_code, browser.get(f"{place}7").status_code}
    browser.post(f"/cv/documents/{document}/delete")
    assert 404 == browser.get(place).status_code
    assert not PagePicture.objects.exists()


def test_a_page_that_has_no_picture_shows_what_software_reads(browser: Client) -> None:
    """The review goes on without; the marks stand on the text."""
    turned = PDF.read_bytes().replace(b"/Rotate 0", b"/Rotate 90")
    assert turned != PDF.read_bytes()
    text = page_of(browser, upload(browser, turned, "turned.pdf"))

    assert ("done", "CV_PAGE_NOT_DRAWN") == (Run.objects.get().state, Outcome.objects.exclude(code="").get().code)
    assert "<img" not in text
    assert "as software reads it" in text
    assert 'id="line-' in text


def test_a_page_is_told_what_it_lacks_and_nothing_else(browser: Client) -> None:
    """What somebody is typing in is never replaced; one that has seen all is told how the review stands."""
    address = upload(browser, json.dumps(UNTIDY).encode(), "ada.json")
    keys = re.findall(r'<article class="cv-card" id="(suggestion-[0-9a-f]+)"', page_of(browser, address))
    Run.objects.update(state="running", stage="checking")
    Suggestion.objects.filter(key=keys[1]).update(is_partial=True)
    asks = re.search(r'hx-get="([^"]+)"', page_of(browser, address))
    assert asks is not None
    place = html.unescape(asks[1])
    assert place.endswith(f"&heard={keys[1]}")
    assert "found" in place
    told = browser.get(place).content.decode()
    assert 'id="found"' not in told
    assert not re.findall(r'<article class="cv-card', told)
    Suggestion.objects.filter(key=keys[1]).update(is_partial=False)
    whole = browser.get(place).content.decode()
    assert [keys[1]] == re.findall(r'<article class="cv-card" id="([^"]+)" hx-swap-oob="true"', whole)
    Suggestion.objects.filter(key=keys[1]).delete()
    assert f'<div id="{keys[1]}" hx-swap-oob="delete">' in browser.get(place).content.decode()
    first = browser.get(f"{address}/live").content.decode()
    assert 'id="found"' in first
    assert len(keys) - 1 == len(re.findall(r'<article class="cv-card" id="[^"]+" aria', first))


def test_a_page_is_not_told_of_the_end_before_it_has_all(browser: Client) -> None:
    """The review ends while the page is made: what was read before may lack something, so the page asks once more."""
    address = upload(browser, json.dumps(UNTIDY).encode(), "ada.json")
    Run.objects.update(state="running")

    def ending(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if 'FROM "cv_suggestion"' in sql:
            Run.objects.update(state="done")
        return result

    with connection.execute_wrapper(ending):
        early = browser.get(f"{address}/live").content.decode()

    assert 'hx-get="' in early
    assert 'hx-get="' not in browser.get(f"{address}/live").content.decode()


def test_a_check_shows_findings_and_keeps_nothing(browser: Client) -> None:
    """No row, no picture; a file that cannot be read is told on the page, with what was typed in beside it."""
    file = SimpleUploadedFile("ada.json", json.dumps(UNTIDY).encode())
    answer = browser.post("/cv/upload", {"file": file, "job": "Requirements:\n- Terraform\n", "keep": "nothing"})
    text = answer.content.decode()

    assert 200 == answer.status_code
    assert "What software loses" in text
    assert "A link does not begin with https://" in text
    assert "<img" not in text
    assert not any(kind.objects.exists() for kind in (Document, Review, PagePicture, JobAdvertisement, Run))
    bad = browser.post("/cv/upload", {"file": SimpleUploadedFile("x", b"%PDF-1.7"), "job": "Rigger", "keep": "nothing"})
    assert (422, True, True) == (bad.status_code, b"CV_BROKEN" in bad.content, b">Rigger</textarea>" in bad.content)


def test_a_file_that_is_no_cv_is_told_with_its_code(browser: Client) -> None:
    """What cannot be read is told where the review would be, with what to do; no findings are promised."""
    text = page_of(browser, upload(browser, b"%PDF-1.7 and no more", "broken.pdf"))

    assert "The file cannot be reviewed" in text
    assert "CV_BROKEN" in text
    assert "Suggestions</h2>" not in text
    assert "CV_BROKEN" in page_of(browser, "/cv/")


def test_one_suggestion_at_a_time_then_taken_away(browser: Client) -> None:
    """Accept, edit, reject, all safe ones; what is stale is told on the page and changes nothing."""
    address = upload(browser, json.dumps(UNTIDY).encode(), "ada.json")
    keys = re.findall(r'id="(suggestion-[0-9a-f]+)"', page_of(browser, address))
    first = {"version": 1, "suggestion": keys[0], "choice": "accept"}
    assert 302 == browser.post(f"{address}/decide", first).status_code
    stale = browser.post(f"{address}/decide", first)
    assert (409, True) == (stale.status_code, b'role="alert"' in stale.content)
    assert 302 == browser.post(f"{address}/decide", {"version": 2, "choice": "safe"}).status_code
    assert "You accepted it" in page_of(browser, address)
    assert 422 == browser.post(f"{address}/decide", {"version": 3, "choice": "nonsense"}).status_code
    question = re.search(
        r'id="(suggestion-[0-9a-f]+)-text" name="text" rows="2">Built a dock', page_of(browser, address)
    )
    assert question is not None
    answer = {
        "version": 3,
        "suggestion": question[1],
        "choice": "edit",
        "text": "Built a dock & 11 piers for small boats",
    }
    assert f"{address}#{question[1]}" == browser.post(f"{address}/decide", answer)["Location"]

    document = Document.objects.get().pk
    changes = page_of(browser, f"/cv/documents/{document}/versions")
    assert "What changed since version 1" in changes
    assert "<ins>&amp; 11 piers </ins>" in changes
    assert "<del>python</del>" in changes
    assert "<ins>&amp; 11" not in page_of(browser, f"/cv/documents/{document}/versions?since=1&to=3")
    browser.post(f"/cv/documents/{document}/renderings", {"version": 3, "format": "txt", "template": "plain"})
    made = Artefact.objects.get()
    assert made.run_id is not None
    to_end(made.run_id)
    assert "being made" not in page_of(browser, f"/cv/documents/{document}/versions")
    assert "read again: all" in page_of(browser, f"/cv/documents/{document}/files")
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
    gets = (
        address,
        f"{address}/live",
        f"/cv/documents/{document}/files",
        f"/cv/documents/{document}/versions",
        f"/cv/documents/{document}/original",
    )
    assert {404} == {stranger.post(place).status_code for place in posts}
    assert {404} == {stranger.get(place).status_code for place in gets}
    assert 401 == Client().get(address).status_code
    assert 1 == Review.objects.count()
    bad = browser.post("/cv/upload", {"file": SimpleUploadedFile("x.png", b"\x89PNG\r\n")})
    assert (415, True) == (bad.status_code, b"PNG picture" in bad.content)
