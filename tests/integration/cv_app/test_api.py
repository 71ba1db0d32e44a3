"""The API: 202 and where to look, a person's own things alone, files as attachments, a check of which nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lading.cv.app.models import Document, Review
from lading.orchestration import broker
from lading.orchestration.models import Run
from tests.integration.cv_app.conftest import CONTENT, UNTIDY, Model, to_end

CV = "/api/v1/cv"


@pytest.fixture
def api(worker: None, settings: Any) -> Client:
    """Return a browser of the first person."""
    settings.ROOT_URLCONF = "tests.integration.cv_app.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    return Client(headers={"X-User": "1"})


def upload(api: Client, content: bytes = CONTENT, name: str = "cv.json") -> Any:
    """Upload a file."""
    return api.post(f"{CV}/documents", {"file": SimpleUploadedFile(name, content)})


def send(api: Client, path: str, value: object, **headers: str) -> Any:
    """Post JSON."""
    return api.post(f"{CV}/{path}", json.dumps(value), content_type="application/json", headers=headers)


def reviewed(api: Client, document: int, **wanted: object) -> int:
    """Return the number of a review that has ended."""
    answer = send(api, f"documents/{document}/reviews", wanted)
    assert 202 == answer.status_code, answer.content
    to_end(answer.json()["run"])
    return int(answer.json()["id"])


def test_from_upload_to_a_file_taken_away(api: Client) -> None:
    """Everything that takes a while is answered at once, with the place to look at."""
    uploaded = upload(api, json.dumps(UNTIDY).encode())
    document = uploaded.json()["id"]
    begun = send(api, f"documents/{document}/reviews", {"day": "2026-11-21"}, **{"Idempotency-Key": "once"})
    again = send(api, f"documents/{document}/reviews", {}, **{"Idempotency-Key": "once"})
    to_end(begun.json()["run"])
    review = begun.json()["id"]

    assert (202, f"{CV}/documents/{document}") == (uploaded.status_code, uploaded["Location"])
    assert (202, f"{CV}/reviews/{review}", review) == (begun.status_code, begun["Location"], again.json()["id"])
    told = api.get(begun["Location"]).json()
    assert ("done", 1, []) == (told["state"], told["version"], told["sections"])
    findings = api.get(f"{CV}/reviews/{review}/findings").json()
    assert {"LINK_WITHOUT_SCHEME", "SKILL_DUPLICATE"} <= {one["code"] for one in findings}
    assert 1 == api.get(f"{CV}/reviews/{review}/report").json()["lint"]["schema"]
    suggestions = api.get(f"{CV}/reviews/{review}/suggestions").json()
    safe = [one["suggestion"]["id"] for one in suggestions if one["suggestion"]["safe"]]
    first = {"version": 1, "decisions": [{"suggestion": safe[0], "choice": "accept"}]}
    assert 2 == send(api, f"reviews/{review}/decisions", first).json()["number"]
    stale = send(api, f"reviews/{review}/decisions", first)
    assert (409, "CV_BASE_CHANGED") == (stale.status_code, stale.json()["code"])
    assert "application/problem+json" == stale["Content-Type"]
    assert 3 == send(api, f"reviews/{review}/decisions/safe", {"version": 2}).json()["number"]
    assert [1, 2, 3] == [one["number"] for one in api.get(f"{CV}/documents/{document}/versions").json()]
    assert len(safe) <= len(api.get(f"{CV}/documents/{document}/versions/3/changes").json())

    rendering = send(api, f"documents/{document}/versions/3/renderings", {"format": "docx"})
    early = api.get(f"{rendering['Location']}/file")
    assert (202, 409) == (rendering.status_code, early.status_code)
    to_end(rendering.json()["run"])
    assert api.get(rendering["Location"]).json()["ready"]
    file = api.get(f"{rendering['Location']}/file")
    assert file.content.startswith(b"PK")
    assert file["Content-Disposition"].startswith("attachment")
    assert "nosniff" == file["X-Content-Type-Options"]


def test_nobody_sees_what_is_somebody_elses(api: Client) -> None:
    """Whether it is there is not said: every address answers a stranger as if it were not."""
    document = upload(api).json()["id"]
    review = reviewed(api, document)
    rendering = send(api, f"documents/{document}/versions/1/renderings", {}).json()["id"]
    job = send(api, "jobs", {"text": "Python"}).json()["id"]
    stranger, nobody = Client(headers={"X-User": "2"}), Client()
    gets = [
        f"documents/{document}",
        f"documents/{document}/original",
        f"documents/{document}/versions",
        f"documents/{document}/versions/1/changes",
        f"reviews/{review}",
        f"reviews/{review}/findings",
        f"reviews/{review}/report",
        f"reviews/{review}/suggestions",
        f"renderings/{rendering}",
        f"renderings/{rendering}/file",
    ]
    posts: dict[str, object] = {
        f"documents/{document}/reviews": {},
        f"documents/{document}/versions/1/renderings": {},
        f"reviews/{review}/decisions": {"version": 1, "decisions": []},
        f"reviews/{review}/decisions/safe": {"version": 1},
        f"reviews/{review}/stop": {},
        f"reviews/{review}/resume": {},
        f"reviews/{review}/retry": {},
    }
    for who, status in ((stranger, 404), (nobody, 401)):
        answers = [who.get(f"{CV}/{path}") for path in gets]
        answers += [send(who, path, value) for path, value in posts.items()]
        answers += [who.delete(f"{CV}/documents/{document}"), who.delete(f"{CV}/jobs/{job}")]
        assert {status} == {answer.status_code for answer in answers}
        assert {"application/problem+json"} == {answer["Content-Type"] for answer in answers}
    assert [] == stranger.get(f"{CV}/documents").json() == stranger.get(f"{CV}/reviews").json()
    theirs = send(stranger, f"documents/{upload(stranger).json()['id']}/reviews", {"job": job})
    assert 404 == theirs.status_code


def test_a_check_keeps_nothing(api: Client) -> None:
    """Findings come back; no row, no key that holds a word of it, and the file is nowhere."""
    job = "Requirements:\n- Terraform\n"
    answer = api.post(f"{CV}/lint", {"file": SimpleUploadedFile("cv.json", CONTENT), "job": job})

    assert 200 == answer.status_code, answer.content
    assert ("json-resume", "missing") == (
        answer.json()["document"]["format"],
        answer.json()["job"]["answers"][0]["standing"],
    )
    assert not Document.objects.exists()
    assert not Review.objects.exists()
    assert not Run.objects.exists()
    assert not [key for key in broker.client().keys("*") if b"quota" not in key and b"lading:" not in key]


def test_bad_files_have_their_codes(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A status, a code, a sentence and what to do; nothing is stored."""
    cases = {
        b"": (422, "CV_EMPTY"),
        b"\x89PNG\r\n": (415, "CV_WRONG_TYPE"),
        b"<html></html>": (415, "CV_WRONG_TYPE"),
        b"PK\x03\x04broken": (422, "CV_BROKEN"),
        b"a" * (10 * 1024 * 1024 + 1): (413, "CV_TOO_LARGE"),
    }
    for content, expected in cases.items():
        for answer in (upload(api, content), api.post(f"{CV}/lint", {"file": SimpleUploadedFile("x", content)})):
            assert expected == (answer.status_code, answer.json()["code"])
            assert answer.json()["hint"]
    assert not Document.objects.exists()


def test_a_person_has_quotas(api: Client, model: Model) -> None:
    """Each kind has its own, each person has theirs, and the answer says when there is more."""
    model("good", uploads_per_day=1, lints_per_minute=1, reviews_per_day=1)
    document = upload(api).json()["id"]
    check = {"file": SimpleUploadedFile("cv.json", CONTENT)}
    assert 200 == api.post(f"{CV}/lint", check).status_code
    send(api, f"documents/{document}/reviews", {})
    spent = [
        upload(api, b"another one"),
        api.post(f"{CV}/lint", {"file": SimpleUploadedFile("cv.json", CONTENT)}),
        send(api, f"documents/{document}/reviews", {}),
    ]

    assert [429] * 3 == [answer.status_code for answer in spent]
    assert all(int(answer["Retry-After"]) > 0 for answer in spent)
    assert 202 == upload(Client(headers={"X-User": "2"})).status_code


def test_a_model_is_off_until_named_and_shows_what_it_would_be_sent(
    api: Client, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address off this machine wants the person's word; the text is shown without it."""
    document = upload(api).json()["id"]
    reviewed(api, document)
    assert None is api.get(f"{CV}/model").json()
    assert 422 == send(api, f"documents/{document}/reviews", {"model": "far"}).status_code
    model("far")
    monkeypatch.setenv("LADING_CV__MODEL_URL", "https://model.example/v1")
    from lading.base import config

    config.current.cache_clear()
    told = api.get(f"{CV}/model").json()
    assert {"on_this_machine": False, "given": False}.items() <= told.items()
    outgoing = api.get(f"{CV}/documents/{document}/outgoing", {"model": "far"}).json()
    assert 3 == len(outgoing["requests"])
    assert "Marlene" not in str(outgoing)
    refused = send(api, f"documents/{document}/reviews", {"model": "far"})
    assert (403, "CV_MODEL_CONSENT_NEEDED") == (refused.status_code, refused.json()["code"])
    assert 204 == send(api, "consent", {"model": "far"}).status_code
    assert 202 == send(api, f"documents/{document}/reviews", {"model": "far"}).status_code
    assert 204 == api.delete(f"{CV}/consent").status_code
    assert 403 == send(api, f"documents/{document}/reviews", {"model": "far"}).status_code
