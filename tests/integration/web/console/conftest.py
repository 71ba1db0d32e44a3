"""Browsers of people with each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from lading.accounts.models import Profile
from lading.accounts.roles import Role

Browser = Callable[[Role], Client]


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """Load all pages first: a database ends a transaction that waits for that as one of somebody who froze."""
    assert get_resolver().url_patterns


@pytest.fixture
def browser(db: None) -> Browser:
    """Return a function that signs somebody in who has a role; without a password, whose hash takes its time."""

    def signed_in(role: Role) -> Client:
        user = User.objects.create(username=role.value)
        Profile.objects.create(user=user, role=role.value)
        client = Client()
        client.force_login(user)
        return client

    return signed_in
