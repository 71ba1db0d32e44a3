"""`/api/v1`: everything that the console can do, for programs. Each module has the operations on one thing."""

from __future__ import annotations

from importlib.metadata import version

from ninja import NinjaAPI

from lading.accounts.api_access import behind
from lading.web import problems
from lading.web.api import actions, deletions, jobs, limits, outcomes, people, runs, streaming, system
from lading.web.idempotency import once

api = NinjaAPI(
    title="Lading",
    version=version("lading"),
    description=(
        "Everything that the console can do. Errors are problem+json (RFC 9457) with the codes of `lading explain`. Long work "
        "is answered with 202 and the address of its run. A POST with an Idempotency-Key is carried out once."
    ),
    docs_url=None,
    auth=list(behind()),
    urls_namespace="api",
)
problems.register(api)
for router in (runs.router, outcomes.router, actions.router, deletions.router, jobs.router, limits.router):
    router.add_decorator(once, mode="view")
    api.add_router("", router)
for router in (people.router, people.own, system.router, streaming.router):
    api.add_router("", router)
