"""How jobs are listed, here or on another host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lading.cli.frame import out, print_columns, print_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One job of a list."""

    name: str
    paused: bool
    is_from_file: bool
    definition: Mapping[str, Any]


def tell(found: Iterable[Listed], *, as_json: bool) -> None:
    """Print jobs, as a table or as one JSON object each."""
    jobs = list(found)
    if as_json:
        for job in jobs:
            print_json({"job": job.name, "paused": job.paused, **job.definition})
    elif jobs:
        print_columns(("job", "operation", "source", "destination", "state"), [_row(job) for job in jobs])
    else:
        out.print("No jobs yet: lading jobs add SRC DEST")


def _row(job: Listed) -> list[str]:
    told = job.definition
    state = "paused" if job.paused else "from a file" if job.is_from_file else ""
    return [job.name, str(told["operation"]), told["source"], told["destination"], state]
