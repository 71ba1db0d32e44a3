"""The web as an ASGI application: `uvicorn lading.web.asgi:application`, or `lading web`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lading.web.settings")

from django.core.asgi import get_asgi_application
from django.db import connections

application = get_asgi_application()

# each request has a thread of its own here, and what a thread leaves open nobody closes
connections.settings["default"]["CONN_MAX_AGE"] = 0
