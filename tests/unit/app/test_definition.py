"""What a job file may say."""

from __future__ import annotations

import pytest

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from


@pytest.mark.parametrize("words", [{"priority": 0}, {"priority": 100_000}, {"name": "n" * 201}])
def test_values_that_not_every_database_holds_are_refused_at_the_edge(words: dict[str, object]) -> None:
    """A job file is not checked by the command line's own options."""
    with pytest.raises(UsageError, match=next(iter(words))):
        definition_from({"source": "/a", "destination": "/z/home", **words})
