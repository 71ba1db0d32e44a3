"""What changes between the plan, or the first try, and the removal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.errors import ConnectionLost, LadingError, ObjectLocked
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.removal_work import RemovalWork
from lading.ingest.engine.removing import Removing
from lading.ingest.engine.values import Kind
from tests.unit.engine.losses import lost, run, shop, tree
from tests.unit.engine.workshop import ROOT


@pytest.mark.parametrize("error", [ObjectLocked("somebody writes"), ConnectionLost("broken")])
@pytest.mark.parametrize("at_once", [True, False])
def test_what_somebody_wrote_before_the_removal_is_sent_again_stays(error: LadingError, *, at_once: bool) -> None:
    """Each try looks for itself."""
    of = shop("a", "t/x")
    gone = lost(of, "t", "x")
    of.memory.remove("t")
    work = RemovalWork(trees=(tree(gone),)) if at_once else RemovalWork(folders=(gone,))
    of.destination.fail(Call.TRASH_TREE if at_once else Call.REMOVE_OBJECT, None, error, moment=Moment.BEFORE)
    waited: list[float] = []

    def write(seconds: float) -> None:
        waited.append(seconds)
        item = of.destination.objects[f"{ROOT}/t/x"]
        of.destination.objects[f"{ROOT}/t/x"] = replace(item, listed=replace(item.listed, checksum=""))

    found = Removing(work, replace(of.circumstances(), sleep=write)).run()

    assert [("x", "CHANGED_IN_IRODS")] == [(one.name, one.code) for one in found]
    assert waited
    assert {"a", "t/x"} == of.stored().keys()


def test_what_is_behind_a_link_by_now_stays() -> None:
    """Nobody knows what is there."""
    of = shop("t/x", "t/u/y")
    folders = (lost(of, "t", "x"), lost(of, "t/u", "y"))
    of.memory.remove("t")
    of.memory.add("t", Kind.LINK)
    not_seen = {"x": ("skipped", "NOT_SEEN"), "y": ("skipped", "NOT_SEEN")}
    assert not_seen == run(of, RemovalWork(folders=folders))
    assert not_seen == run(of, RemovalWork(trees=(tree(*folders),)))
