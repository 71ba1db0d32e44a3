"""What the pages call things."""

from __future__ import annotations

from lading.base import codes
from lading.base.outcomes import Outcome
from lading.orchestration.kinds import batch_kinds
from lading.orchestration.models import RunState
from lading.web.console import words
from lading.web.console.templatetags import console


def test_every_state_and_outcome_is_painted() -> None:
    """A state that is added has to be given a colour."""
    assert all(words.tone(state) for state in RunState.values)
    assert set(words.OUTCOME_TONES) == {outcome.value for outcome in Outcome}


def test_every_kind_of_work_has_a_name_that_people_read() -> None:
    """No dots, no dashes."""
    found = {words.phase(kind.name) for kind in batch_kinds()}

    assert {"scan", "transfer", "delete", "manifest"} <= found
    assert not [name for name in found if "." in name or "-" in name]


def test_what_is_not_there_is_a_dash() -> None:
    """A template hands over None, or nothing at all."""
    for shown in (console.size, console.number, console.took, console.moment):
        assert [shown(None), shown("")] == ["—", "—"]
    assert console.iso(None) == ""


def test_numbers_are_told_as_on_the_terminal() -> None:
    """With the same units."""
    assert console.size(1536) == "1.500 KiB"
    assert console.took(65) == "1m 5s"
    assert (console.plural(1, "batch,batches"), console.plural(1200, "file")) == ("1 batch", "1,200 files")
    assert console.iso(0) == "1970-01-01T00:00:00+00:00"


def test_texts_of_the_catalogue_become_html_and_nothing_else_does() -> None:
    """Code between backticks, paragraphs; mark-up in a text stays text."""
    assert console.told("Use `a < b`,\nthen <b>.\n\nGood.") == (
        "<p>Use <code>a &lt; b</code>, then &lt;b&gt;.</p>\n<p>Good.</p>"
    )


def test_backticks_of_the_catalogue_come_in_pairs() -> None:
    """Or half a page would be code."""
    assert [entry.code for entry in codes.catalogue().values() if entry.action.count("`") % 2] == []
