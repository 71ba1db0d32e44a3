"""`/api/v1`: mounts what the applications bring."""

from __future__ import annotations

from importlib.metadata import version

from ninja import NinjaAPI

from lading.accounts.api_access import behind
from lading.web import problems

api = NinjaAPI(
    title="Lading",
    version=version("lading"),
    description="Everything that the console can do; errors are problem+json (RFC 9457) with the codes of `lading explain`.",
    docs_url=None,
    auth=list(behind()),
    urls_namespace="api",
)
problems.register(api)
