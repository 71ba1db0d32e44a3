"""A review from upload to a rendered version: what each step leaves behind, and what a person decides."""

from __future__ import annotations

from contextlib import suppress

import pytest

from lading.base.errors import LadingError
from lading.cv.app import access, advancing, artefacts, deciding, packing, reviews, sections, versions
from lading.cv.app.deciding import Decided
from lading.cv.app.errors import NotReady
from lading.cv.app.models import Choice, Document, Finding, Resume, Review, Suggestion
from lading.cv.engine.render import Output, Template
from lading.orchestration import results, work
from lading.orchestration.models import Batch, Outcome, Run, RunState
from tests.integration.cv.samples import JOB
from tests.integration.cv_app.conftest import CONTENT, OWNER, STRANGER, begin, carried, reviewed, to_end


def test_a_review_reads_understands_and_checks(document: Document) -> None:
    """Each step is a batch with one outcome; nothing of it names a word of the CV."""
    job = reviews.advertise(OWNER, JOB)
    review = reviewed(document, job_id=job.pk)
    run = Run.objects.get(pk=review.run_id)

    assert RunState.DONE == run.state
    assert ["extract", "structure", "lint", "match"] == list(
        Outcome.objects.filter(run=run).order_by("pk").values_list("subject", flat=True)
    )
    assert 4 == results.summary(run.pk)["counts"]["created"]
    report, match = packing.unpack_json(review.report), packing.unpack_json(review.match)
    assert report is not None
    assert match is not None
    assert {"Terraform": "missing", "Kubernetes": "listed only"}.items() <= {
        answer["name"]: answer["standing"] for answer in match["job"]["answers"]
    }.items()
    failed = {rule["code"] for rule in report["rules"] if rule["outcome"] == "failed"}
    assert failed == set(Finding.objects.filter(review=review).values_list("code", flat=True))


def test_an_advertisement_of_nothing_is_not_assessed(document: Document) -> None:
    """It is said so, and the rest of the review is there."""
    job = reviews.advertise(OWNER, "We are a nice team.")
    review = reviewed(document, job_id=job.pk)

    assert {"schema": 1, "code": "JOB_WITHOUT_TERMS", "job": None} == packing.unpack_json(review.match)
    assert RunState.DONE == Run.objects.get(pk=review.run_id).state


def test_a_file_that_is_no_cv_says_why(worker: None) -> None:
    """The run ends with a failure; the original is as it was."""
    content = b"%PDF-1.7\nnothing of a PDF follows"
    document = reviews.upload(OWNER, "broken.pdf", content)
    review = reviewed(document)
    document.refresh_from_db()

    assert ("CV_BROKEN", content) == (document.code, bytes(document.content))
    assert RunState.DONE_WITH_FAILURES == Run.objects.get(pk=review.run_id).state
    assert review.resume is None
    with pytest.raises(NotReady):
        sections.version_of(versions.newest(document))


def test_a_second_delivery_finds_nothing_to_do(document: Document) -> None:
    """Every message is delivered twice; there is one version, and each finding once."""
    review = reviewed(document)
    before = (Resume.objects.count(), Finding.objects.count(), Suggestion.objects.count())
    for key in Batch.objects.filter(run_id=review.run_id).values_list("pk", flat=True):
        work.carry(key, 1, advancing.advance)

    assert before == (Resume.objects.count(), Finding.objects.count(), Suggestion.objects.count())


def test_the_same_bytes_are_one_document(document: Document) -> None:
    """And a second review of it begins where the first one was."""
    reviewed(document)

    assert document.pk == reviews.upload(OWNER, "copy.json", CONTENT).pk
    assert document.pk != reviews.upload("user-2", "theirs.json", CONTENT).pk
    second = begin(document)
    assert "checking" == second.run.stage
    assert 1 == carried(second.run_id)


def test_asking_twice_with_one_key_begins_one_review(document: Document) -> None:
    """A double click is one click."""
    assert begin(document, request_key="k").pk == begin(document, request_key="k").pk
    assert begin(document, request_key="l").pk != begin(document, request_key="k").pk


# --- decisions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def tidying(untidy: Document) -> Review:
    """Return a review about which rules suggest several things."""
    return reviewed(untidy)


def keys(review: Review, *, safe: bool) -> list[str]:
    """Return the suggestions that are safe, or are not."""
    return [row.key for row in deciding.suggestions(OWNER, review.pk) if row.is_safe is safe]


def test_decisions_one_by_one_make_versions(tidying: Review) -> None:
    """Each accepted one adds to what was accepted before; a rejected one makes no version."""
    first, second, *_ = keys(tidying, safe=True)
    one = deciding.decide(OWNER, tidying.pk, 1, [Decided(suggestion=first, choice=Choice.ACCEPT)])
    two = deciding.decide(OWNER, tidying.pk, 2, [Decided(suggestion=second, choice=Choice.ACCEPT)])
    question = keys(tidying, safe=False)[0]
    same = deciding.decide(OWNER, tidying.pk, 3, [Decided(suggestion=question, choice=Choice.REJECT)])

    assert [2, 3, 3] == [one.number, two.number, same.number]
    changed = {change.pointer for change in versions.changes(OWNER, tidying.document_id, 1, 3)}
    assert changed > {change.pointer for change in versions.changes(OWNER, tidying.document_id, 1, 2)}
    assert [1, 2, 3] == [row.number for row in versions.listed(OWNER, tidying.document_id)]


def test_a_stale_or_a_second_decision_changes_nothing(tidying: Review) -> None:
    """Whoever looks at an old version, or decides twice, is told; so is whoever names what is not there."""
    first, second, *_ = keys(tidying, safe=True)
    accepted = [Decided(suggestion=first, choice=Choice.ACCEPT)]
    deciding.decide(OWNER, tidying.pk, 1, accepted)
    codes = []
    for seen, decided in (
        (1, [Decided(suggestion=second, choice=Choice.ACCEPT)]),
        (2, accepted),
        (2, [Decided(suggestion="suggestion-none", choice=Choice.ACCEPT)]),
    ):
        with pytest.raises(LadingError) as raised:
            deciding.decide(OWNER, tidying.pk, seen, decided)
        codes.append(raised.value.code)

    assert ["CV_BASE_CHANGED", "CV_SUGGESTIONS_CONFLICT", "CV_SUGGESTION_UNKNOWN"] == codes
    assert 2 == Resume.objects.filter(document=tidying.document).count()


def test_all_safe_ones_are_form_only(tidying: Review) -> None:
    """What is wording or a question stays open; a second time accepts nothing more."""
    with suppress(LadingError):
        deciding.accept_safe(OWNER, tidying.pk, 1)
    made = Resume.objects.latest("number")
    open_ones = [row.key for row in deciding.suggestions(OWNER, tidying.pk) if not hasattr(row, "decision")]

    assert 2 == made.number
    assert keys(tidying, safe=False) == open_ones
    assert made.pk == deciding.accept_safe(OWNER, tidying.pk, made.number).pk


def test_what_another_review_decided_is_not_lost(tidying: Review) -> None:
    """A second review of the same version adds to the decisions of the first."""
    first, second, *_ = keys(tidying, safe=True)
    deciding.decide(OWNER, tidying.pk, 1, [Decided(suggestion=first, choice=Choice.ACCEPT)])
    other = reviewed(tidying.document, number=1)
    with pytest.raises(LadingError, match="decided before"):
        deciding.decide(OWNER, other.pk, 2, [Decided(suggestion=first, choice=Choice.ACCEPT)])
    deciding.decide(OWNER, other.pk, 2, [Decided(suggestion=second, choice=Choice.ACCEPT)])

    assert 2 <= len(versions.changes(OWNER, tidying.document_id, 1, 3))


def test_a_version_is_rendered_once_and_handed_out_as_an_attachment(document: Document) -> None:
    """What a reader finds in it is part of it; the file's name cannot break the header."""
    reviewed(document)
    made = artefacts.render(OWNER, document.pk, 1, Output.PDF, Template.CLASSIC)
    with pytest.raises(NotReady):
        artefacts.file_of(OWNER, made.pk)
    assert made.run_id is not None
    to_end(made.run_id)
    made.refresh_from_db()
    assert (True, False) == tuple(access.may_see_run(who, made.run_id) for who in (OWNER, STRANGER))
    report = packing.unpack_json(made.report)

    assert report is not None
    assert ("", 0) == (report["code"], len(report["lost"]))
    file = artefacts.file_of(OWNER, made.pk)
    assert file.content.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == 'attachment; filename="cv-version-1.pdf"'
    assert made.pk == artefacts.render(OWNER, document.pk, 1, Output.PDF, Template.CLASSIC).pk
