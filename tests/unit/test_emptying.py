"""Tables between tests: emptied, but for what migrations left; that is put back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import TransactionTestCase

from tests import emptying


@pytest.mark.django_db
def test_rows_go_and_furniture_stays() -> None:
    """Also where one row refers to another."""
    furniture = emptying.furniture_now()
    Group.objects.create(name="loaders").permissions.add(Permission.objects.all()[0])

    assert emptying.emptied(furniture)
    assert emptying.furniture_now() == furniture
    assert {"auth_permission", "django_content_type"} == furniture.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda some: some.delete(), lambda some: some.update(name="another")])
def test_a_change_of_the_furniture_is_seen(change: object) -> None:
    """Whoever asks then has it made anew."""
    furniture = emptying.furniture_now()
    assert callable(change)
    change(Permission.objects.all())

    assert not emptying.emptied(furniture)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["the first", "the next"])
def test_what_was_committed_is_gone_when_the_next_test_begins(time: str) -> None:
    """The furniture was made anew, and is what is looked for from then on."""
    assert TransactionTestCase._fixture_teardown.__module__ == emptying.__name__  # type: ignore[attr-defined]
    assert not Group.objects.exists()
    assert Permission.objects.exists()
    Permission.objects.all()[0].delete()
    Group.objects.create(name=time)
