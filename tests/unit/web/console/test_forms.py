"""What a browser sends becomes a definition, and a definition becomes a form."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from lading.ingest.app.definition import Definition
from lading.web.console import fields, forms
from lading.web.console.fields import FIELDS, Kind
from lading.web.console.reading.settings_of import settings_of

#: every field with something unusual in it
UNUSUAL: dict[str, str] = {
    "name": "one",
    "source": "/data/one",
    "destination": "/tempZone/home/rods/one",
    "operation": "put-append",
    "resource": "demoResc",
    "s3_profile": "",
    "include": "*.tif\nraw/**",
    "exclude": "*.tmp",
    "min_size": "10B",
    "max_size": "1024B",
    "quiet": "90",
    "done_marker": "DONE",
    "delete_mode": "trash",
    "delete_scope": "mirror",
    "delete_limit": "10,5%",
    "delete_grace": "2",
    "sentinel": ".here",
    "after": "keep",
    "after_folder": "",
    "window": "22:00-06:00 Europe/Amsterdam",
    "overlap": "queue",
    "priority": "3",
    "bandwidth": "1048576B",
    "touched": "metadata",
    "adopt": "size",
    "bundle": "100",
    "keep_mtime": "on",
    "bulk_register": "",
    "retries": "2",
}


def sent(**texts: str) -> QueryDict:
    """Return what a browser would send."""
    return QueryDict(urlencode(texts))


def test_every_field_is_one_of_a_definition_and_is_tried_here() -> None:
    """A field that is added has to be told to these tests."""
    assert set(FIELDS) <= set(Definition.model_fields)
    assert set(FIELDS) == set(UNUSUAL)


@pytest.mark.parametrize("field", [one for one in FIELDS.values() if one.kind is Kind.CHOICE], ids=lambda one: one.name)
def test_choices_are_all_that_a_definition_takes(field: fields.Field) -> None:
    """No more, no fewer; the usual one first in mind, whatever its place."""
    usual = field.usual
    assert isinstance(usual, Enum)
    assert {value for value, _ in field.choices} == {one.value for one in type(usual)}


def test_a_bucket_is_brought_by_its_profile() -> None:
    """As by the command."""
    definition = forms.definition_in(
        sent(name="one", source="s3://bucket/in", destination="/tempZone/home/rods/one", s3_profile="lab")
    )

    assert definition is not None
    assert (definition.source, definition.s3_profile, definition.is_bucket) == ("s3://bucket/in", "lab", True)


def test_what_is_sent_comes_back_as_it_was() -> None:
    """Form to definition to form: nothing is lost or changed."""
    definition = forms.definition_in(sent(**UNUSUAL))
    found = forms.of(definition, is_stored=False).texts

    assert found == UNUSUAL
    assert forms.definition_in(sent(**found)) == definition


def test_an_empty_form_makes_the_usual_job() -> None:
    """What nobody touched is as `lading sync` has it."""
    texts = {**forms.empty().texts, "name": "a", "source": "/a", "destination": "/z/home/a"}

    assert forms.definition_in(sent(**texts)) == Definition(name="a", source="/a", destination="/z/home/a")


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_is_kept() -> None:
    """Instead of being lost."""
    with pytest.raises(forms.Refused) as caught:
        forms.definition_in(sent(**{**UNUSUAL, "min_size": "ten", "priority": "0"}))

    form = caught.value.form
    assert set(form.errors) == {"min_size", "priority"}
    assert "no size" in form.errors["min_size"]
    assert form.texts["min_size"] == "ten"
    assert [group.title for group, _, is_open in form.groups if is_open][:2] == ["From where to where", "Which files"]


def test_what_is_needed_and_missing_is_told() -> None:
    """Before anything else."""
    with pytest.raises(forms.Refused) as caught:
        forms.definition_in(sent(name="a"))

    assert set(caught.value.form.errors) == {"source", "destination"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"operation": "register-sync", "delete_mode": "trash", "keep_mtime": ""}, "does not go with delete mode"),
        ({"after": "move"}, "go together"),
        ({"max_size": "5B"}, "smaller than min_size"),
    ],
)
def test_what_does_not_go_together_is_told_of_the_whole(change: dict[str, str], told: str) -> None:
    """It belongs to no field alone."""
    with pytest.raises(forms.Refused) as caught:
        forms.definition_in(sent(**{**UNUSUAL, **change}))

    assert told in caught.value.form.problem


def test_an_edited_job_keeps_what_it_is_known_by_and_what_has_no_field() -> None:
    """Whatever a browser sends for its source."""
    before = Definition(name="a", source="/a", destination="/z/home/a", twins="refuse", filter_rules=("- *.bak",))
    changed = forms.definition_in(sent(**{**UNUSUAL, "source": "/etc"}), before)

    assert (changed.name, changed.source, changed.destination) == ("a", "/a", "/z/home/a")
    assert (changed.twins, changed.filter_rules) == (before.twins, before.filter_rules)
    assert changed.priority == 3


def test_the_page_of_a_job_tells_what_is_not_as_usual() -> None:
    """In the words of the form; what has no field as a job file has it."""
    told = dict(settings_of(Definition(source="/a", destination="/z", exclude=("*.tmp", "b/"), twins="refuse")))

    assert told == {
        "What happens to files": "Copy what is new or changed",
        "Leave out": "*.tmp, b/",
        "twins": "refuse",
    }
