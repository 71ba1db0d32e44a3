"""The web as an ASGI application: `uvicorn lading.web.asgi:application`, or `lading web`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lading.web.settings")

import django

django.setup(set_prefix=False)

from lading.web.handling import Handler  # noqa: E402 - its imports need the settings

application = Handler()
