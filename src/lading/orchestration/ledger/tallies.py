"""
A run's counts: sums over what its batches wrote.

A batch that has ended is summed once: all batches up to some id having ended, their sums are kept with the run (`rolled`)
and they are not read again. Nothing is ever added to such a sum; it is made anew from the rows. Whoever corrects an
ended batch lets go of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet, Sum

from lading.orchestration.models import OPEN, Batch, BatchState, Run, Tallies

#: names of the columns that are summed
TALLIES = tuple(field.name for field in Tallies._meta.get_fields())  # noqa: SLF001 - Django's documented API

#: those that are outcomes of paths
OUTCOMES = ("created", "updated", "registered", "unchanged", "deleted", "skipped", "failed")

#: what a batch says before it has ended
_PLANNED = ("planned_files", "planned_bytes")

#: all but the many that wait: the condition of an index (`batch_begun`) in its own words
BEGUN = ~Q(state=BatchState.QUEUED)

#: batches that may be read again for a sum
_FEW = 500


def totals(run_id: int) -> dict[str, int]:
    """Return the run's counts."""
    rolled = Run.objects.filter(pk=run_id).values_list("rolled", flat=True).first() or {}
    sums: Counter[str] = Counter(rolled.get("sums", {}))
    of_run = Batch.objects.filter(run_id=run_id)
    sums.update(_sums(of_run.filter(BEGUN, pk__gt=rolled.get("through", 0)), TALLIES))
    # of the many that wait an index has what they say
    sums.update(_sums(of_run.filter(state=BatchState.QUEUED), _PLANNED))
    return {name: sums[name] for name in TALLIES}


def totals_of(runs: Sequence[Run]) -> dict[int, dict[str, int]]:
    """Return the counts of several runs by their ids, with two statements however many they are."""
    sums = {run.pk: Counter[str](run.rolled.get("sums", {})) for run in runs}
    if sums:
        through = [(run.pk, run.rolled.get("through", 0)) for run in runs]
        places = " OR ".join(["run_id = %s AND id > %s"] * len(through))
        _add(sums, TALLIES, f"NOT (state = %s) AND ({places})", chain(*through))
        _add(sums, _PLANNED, f"state = %s AND run_id IN ({', '.join(['%s'] * len(sums))})", sums)
    return {run_id: {name: counted[name] for name in TALLIES} for run_id, counted in sums.items()}


def _add(sums: Mapping[int, Counter[str]], names: Sequence[str], where: str, told: Iterable[int]) -> None:
    """Add what some batches say. Written out: pages ask it all the time, and to put it together costs more than the answer."""
    columns = ", ".join(f"sum({name})" for name in names)
    statement = f"SELECT run_id, {columns} FROM orchestration_batch WHERE {where} GROUP BY run_id"  # noqa: S608 - names of columns
    with connection.cursor() as cursor:
        cursor.execute(statement, [str(BatchState.QUEUED), *told])
        for run_id, *values in cursor.fetchall():
            sums[run_id].update({name: int(value or 0) for name, value in zip(names, values, strict=True)})


def roll_up(run_id: int) -> None:
    """Keep the sums of the batches that have ended, if they have become many since the last time."""
    through = Run.objects.values_list("rolled", flat=True).get(pk=run_id).get("through", 0)
    ended = Batch.objects.filter(BEGUN, run_id=run_id, state=BatchState.DONE, pk__gt=through).order_by()
    if len(ended.values_list("pk")[:_FEW]) < _FEW:
        return
    with transaction.atomic():
        # whoever adds batches to a run, ends or corrects one holds its row: none appears below the id found here
        _roll_up(Run.objects.select_for_update().get(pk=run_id))


def _roll_up(run: Run) -> None:
    through = run.rolled.get("through", 0)
    of_run = Batch.objects.filter(run=run, pk__gt=through).order_by()
    unended = of_run.filter(state__in=[*OPEN, BatchState.DEFERRED]).aggregate(first=Min("pk"))["first"]
    ended = of_run if unended is None else of_run.filter(pk__lt=unended)
    last = ended.aggregate(last=Max("pk"))["last"]
    if last is None:
        return
    sums: Counter[str] = Counter(run.rolled.get("sums", {}))
    sums.update(_sums(ended.filter(BEGUN), TALLIES))
    Run.objects.filter(pk=run.pk).update(rolled={"through": last, "sums": dict(sums)})


def correct(batch_id: int, **changes: Any) -> None:  # noqa: ANN401 - columns of a batch
    """Change what an ended batch says. Call inside a transaction that holds the run's row."""
    Batch.objects.filter(pk=batch_id).update(**changes)
    Run.objects.filter(pk__in=Batch.objects.filter(pk=batch_id).values("run")).update(rolled={})


def _sums(batches: QuerySet[Batch], names: tuple[str, ...]) -> dict[str, int]:
    found = batches.order_by().aggregate(**{name: Sum(name) for name in names})
    return {name: found[name] or 0 for name in names}
