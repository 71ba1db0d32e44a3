"""Resources as a tree."""

from __future__ import annotations

import pytest

from lading.base.errors import DestinationRefused
from lading.ingest.engine.destinations.resources import Position, Resource, ResourceTree
from lading.ingest.engine.values import Operation

TOP, MIDDLE, LOW, ALONE = (
    Resource(id=1, name="top"),
    Resource(id=2, name="middle", parent=1),
    Resource(id=3, name="low", parent=2),
    Resource(id=4, name="alone"),
)
TREE = ResourceTree([TOP, MIDDLE, LOW, ALONE])


@pytest.mark.parametrize(
    ("resource", "position", "root", "holds"),
    [
        (TOP, Position.ROOT, TOP, False),
        (MIDDLE, Position.MIDDLE, TOP, False),
        (LOW, Position.LEAF, TOP, True),
        (ALONE, Position.ROOT, ALONE, True),
    ],
)
def test_where_a_resource_stands(resource: Resource, position: Position, root: Resource, holds: bool) -> None:
    """The table of `position`; files lie where nothing is below."""
    assert (position, root, holds) == (TREE.position(resource), TREE.root_of(resource), TREE.holds_files(resource))
    assert resource == TREE.named(resource.name)


def test_a_circle_has_no_end_but_an_answer() -> None:
    """A catalogue that is out of order stops nobody."""
    left, right = Resource(id=1, name="left", parent=2), Resource(id=2, name="right", parent=1)

    assert ResourceTree([left, right]).root_of(left) in {left, right}


def test_a_refusal_says_what_is_taken_and_where_the_root_is() -> None:
    """So that the reader can name another one."""
    with pytest.raises(DestinationRefused, match="low is a leaf of a hierarchy; put takes a root") as refused:
        TREE.refuse("low", Operation.PUT)
    assert "The root of low is top" == refused.value.hint
    with pytest.raises(DestinationRefused, match="register-sync takes a root or a leaf"):
        TREE.refuse("middle", Operation.REGISTER_SYNC)
