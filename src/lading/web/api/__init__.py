"""`/api/v1`: everything that the console can do, for programs. Each module has the operations on one thing."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from lading.accounts import problems
from lading.accounts.api_access import behind
from lading.accounts.roles import Area, Role
from lading.cv.app.lint_router import router as lint_router
from lading.cv.app.router import router as cv_router
from lading.web.api import (
    actions,
    comparing,
    deletions,
    grants,
    jobs,
    limits,
    outcomes,
    own,
    people,
    runs,
    schedules,
    shapes,
    streaming,
    system,
)
from lading.web.idempotency import once


class Api(NinjaAPI):
    """Says of each operation that errors are problems, too."""

    def get_openapi_schema(self, **how: Any) -> OpenAPISchema:  # noqa: ANN401 - ninja's keywords
        """Return the description."""
        schema = super().get_openapi_schema(**how)
        schema["components"]["schemas"]["Problem"] = shapes.Problem.model_json_schema()
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = _PROBLEM
        return schema


_PROBLEM = {
    "description": "It was not done, and why",
    "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

api = Api(
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
for router in (
    runs.router,
    outcomes.router,
    actions.router,
    deletions.router,
    jobs.router,
    schedules.router,
    limits.router,
):
    router.add_decorator(once, mode="view")
    api.add_router("", router)
for router in (comparing.router, people.router, grants.router, own.router, system.router, streaming.router):
    api.add_router("", router)
# a person's CVs are that person's own, whatever the role
api.add_router("/cv", cv_router, auth=list(behind(Role.VIEWER, is_of_jobs=False, areas=[Area.CV])))
api.add_router("/cv", lint_router, auth=list(behind(Role.VIEWER, is_of_jobs=False, areas=list(Area))))
