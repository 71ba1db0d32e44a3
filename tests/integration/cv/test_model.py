"""A model behind a real socket: every way to answer, and every way not to."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from lading.base.errors import Cancelled, LadingError, Remedy
from lading.cv.engine.guard import ClaimKind
from lading.cv.engine.improve import Origin, Version, first_version, safe
from lading.cv.engine.model import errors
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.improving import Improved, improve_section
from lading.cv.engine.model.material import Section, sections_of
from lading.cv.engine.model.openai_compatible import OpenAICompatible
from lading.cv.engine.model.propose import Dropped
from tests.integration.cv.fake_model import KEY
from tests.unit.cv.lint.workshop import NEW, sound


@pytest.fixture
def version() -> Version:
    """A version with a summary and two positions."""
    return first_version(sound().resume)


@pytest.fixture
def section(version: Version) -> Section:
    """Its first position."""
    return sections_of(version)[1]


def _model(address: str, name: str, *, key: str | None = None, read_s: float = 5.0) -> OpenAICompatible:
    return OpenAICompatible(Endpoint(base_url=address, model=name, key=key, read_s=read_s))


def _improved(address: str, name: str, section: Section, version: Version) -> Improved:
    model = _model(address, name)
    try:
        return improve_section(section, version, model)
    finally:
        model.close()


@pytest.mark.parametrize("name", ["good", "whole", "slow", "talks", "no-format"])
def test_an_answer_becomes_suggestions(address: str, name: str, section: Section, version: Version) -> None:
    """Streamed or whole, wrapped in talk, with or without a way to ask for JSON."""
    found = _improved(address, name, section, version)

    assert [point.rsplit(" ", 1)[0] for point in NEW] == [one.after for one in found.suggestions]
    assert {Origin.MODEL} == {one.origin for one in found.suggestions}
    assert () == safe(found.suggestions)
    assert [900] == [one.prompt for one in found.usage]


def test_suggestions_are_told_as_they_come(address: str, section: Section, version: Version) -> None:
    """The first one is there long before the answer is."""
    model, times = _model(address, "slow"), []
    improve_section(section, version, model, lambda _: times.append(time.monotonic()))
    model.close()

    assert len(NEW) == len(times)
    assert times[-1] - times[0] > 0.2


def test_whoever_listens_can_end_the_call(address: str, section: Section, version: Version) -> None:
    """Cancelling closes the connection, so that a model on this machine stops working."""
    model = _model(address, "slow")

    def stop(_: object) -> None:
        raise Cancelled

    begun = time.monotonic()
    with pytest.raises(Cancelled):
        improve_section(section, version, model, stop)
    model.close()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("limited", (errors.RateLimited, Remedy.RETRY_LATER)),
        ("broken", (errors.Unavailable, Remedy.RETRY_LATER)),
        ("busy", (errors.Unavailable, Remedy.RETRY_LATER)),
        ("hangs", (errors.Unavailable, Remedy.RETRY_LATER)),
        ("goes-silent", (errors.Unavailable, Remedy.RETRY_LATER)),
        ("breaks-off", (errors.Unavailable, Remedy.RETRY_LATER)),
        ("cut", (errors.CutOff, Remedy.RETRY_NOW)),
        ("wants-key", (errors.KeyRefused, Remedy.ASK_PERSON)),
        ("no-money", (errors.KeyRefused, Remedy.ASK_PERSON)),
        ("unknown", (errors.ModelUnknown, Remedy.ASK_PERSON)),
        ("small", (errors.ContextTooSmall, Remedy.ASK_PERSON)),
        ("cuts-quietly", (errors.ContextTooSmall, Remedy.ASK_PERSON)),
        ("odd", (errors.RequestRefused, Remedy.ASK_PERSON)),
        ("moved", (errors.RequestRefused, Remedy.ASK_PERSON)),
        ("filtered", (errors.Declined, Remedy.SKIP_FILE)),
        ("declines", (errors.Declined, Remedy.SKIP_FILE)),
        ("bad-json", (errors.Malformed, Remedy.SKIP_FILE)),
    ],
)
def test_every_failure_has_its_error(
    address: str, name: str, expected: tuple[type[LadingError], Remedy], section: Section, version: Version
) -> None:
    """What can be done about it is in the class; the sentence is for people, the code for programs."""
    error, remedy = expected
    model = _model(address, name, read_s=0.5)
    with pytest.raises(error) as raised:
        improve_section(section, version, model)
    model.close()

    assert remedy is raised.value.remedy
    assert raised.value.code.startswith("CV_MODEL_")
    assert NEW[0] not in str(raised.value)


def test_an_endpoint_says_when_to_come_again(address: str, section: Section, version: Version) -> None:
    """Its Retry-After is what the caller waits for."""
    with pytest.raises(errors.RateLimited) as raised:
        _improved(address, "limited", section, version)

    assert timedelta(seconds=7) == raised.value.retry_after


def test_the_key_is_sent_and_never_shown(address: str, section: Section, version: Version) -> None:
    """Neither in what is shown before sending nor in the settings' own words."""
    model = _model(address, "wants-key", key=KEY)
    found = improve_section(section, version, model)
    model.close()

    assert found.suggestions
    assert KEY not in repr(Endpoint(base_url=address, model="wants-key", key=KEY))


def test_nobody_there_is_unavailable(section: Section, version: Version) -> None:
    """A closed port answers at once."""
    with pytest.raises(errors.Unavailable):
        _improved("http://127.0.0.1:9/v1", "good", section, version)


def test_a_model_that_invents_is_not_heard(address: str, section: Section, version: Version) -> None:
    """Its suggestions are withheld, and what they claimed is named."""
    found = _improved(address, "invents", section, version)

    assert () == found.suggestions
    assert {Dropped.BLOCKED} == {one.why for one in found.withheld}
    assert {ClaimKind.NUMBER, ClaimKind.NAME, ClaimKind.SKILL} <= {
        claim.kind for one in found.withheld for claim in one.claims
    }


def test_false_evidence_is_not_believed(address: str, section: Section, version: Version) -> None:
    """A suggestion that cites what does not exist goes."""
    found = _improved(address, "cites-falsely", section, version)

    assert {Dropped.FALSE_EVIDENCE} == {one.why for one in found.withheld}


def test_of_an_answer_that_ran_out_of_room_the_rest_is_asked_for(
    address: str, section: Section, version: Version
) -> None:
    """What was whole is kept, the others are asked about once more, what is left is named."""
    found = _improved(address, "length", section, version)

    assert 2 == len(found.usage)
    assert 3 <= len(found.suggestions) < len(NEW)
    assert len(NEW) == len(found.suggestions) + len(found.unanswered)
