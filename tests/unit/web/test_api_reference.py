"""The reference of the API names each operation, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from lading.web.api import api

PAGE = Path(__file__).parents[3] / "docs/reference/api.md"


def test_every_operation_is_in_the_reference() -> None:
    """By method and path."""
    paths = api.get_openapi_schema()["paths"]
    described = {f"{method.upper()} {path.removeprefix('/api/v1')}" for path in paths for method in paths[path]}

    assert described == set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE.read_text(), re.MULTILINE))
