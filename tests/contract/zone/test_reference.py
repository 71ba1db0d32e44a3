"""The reference says what is there."""

from __future__ import annotations

import re
from pathlib import Path

from lading.zone.api import load_all
from lading.zone.registry import APIS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "zone.md"


def test_the_reference_lists_every_api_and_no_other() -> None:
    """The table of the reference is the registry's."""
    load_all()

    listed = re.findall(r"^\| (\d+) \| (\w+) \| \S", REFERENCE.read_text("utf-8"), re.MULTILINE)

    assert [(str(number), APIS[number].name) for number in sorted(APIS)] == listed
