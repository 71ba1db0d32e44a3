"""Browsers of people with each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lading.accounts import people
from lading.accounts.roles import Role

Browser = Callable[[Role], Client]


@pytest.fixture
def browser(person: Callable[[str, Role], None]) -> Browser:
    """Return a function that signs somebody in who has a role."""

    def signed_in(role: Role) -> Client:
        person(role.value, role)
        client = Client()
        client.force_login(people.find(role.value))
        return client

    return signed_in
