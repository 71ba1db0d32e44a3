"""
Makes accounts with tokens and sessions for the figure `cv`: `python -m benchmarks.full_cv PEOPLE`.

Prints a JSON list of objects with `token` and `cookie`.
"""

from __future__ import annotations

import json
import os
import sys


def main(number: int) -> None:
    """Make, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from lading.accounts import tokens
    from lading.accounts.models import Profile
    from lading.accounts.roles import Area, Role
    from lading.orchestration.ledger import schema

    schema.ensure()
    told = []
    for each in range(number):
        user = User.objects.create(username=f"person-{each}")
        Profile.objects.create(user=user, role=Role.VIEWER.value)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        secret = tokens.make(user, tokens.Scope(only=Area.CV))[1]
        told.append({"token": secret, "cookie": f"{cookie.key}={cookie.value}"})
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
