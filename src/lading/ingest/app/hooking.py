"""What the engine needs to call a handler: the handler of the run, sessions for it, and what it owes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any

from lading.base.cancellation import Token
from lading.base.paths import to_bytes
from lading.ingest.app import assembly, handler_store
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import OwedHook
from lading.ingest.engine.debts import Subject
from lading.ingest.engine.hooks import NO_HOOKS, Calling, Hooks
from lading.ingest.handlers import Handler

#: rows of one statement
_AT_ONCE = 500


def hooks_of(definition: Definition, token: Token, handler: Handler | None = None) -> Hooks:
    """Return the handler of a run's options, ready to be called; raise `HandlerRefused`."""
    if definition.handler is None:
        return NO_HOOKS
    found, lend = handler or handler_store.handler_of(definition), assembly.lender_of(definition)
    return Hooks(Calling(handler=found, token=token, timeout=definition.timeout, lend=lend))


class DebtsOfJob:
    """The hooks that a job owes, in the ledger."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._settled: list[Subject] = []

    def owe(self, new: Collection[Subject], asked: Iterable[Subject] = ()) -> frozenset[Subject]:
        """Write what is owed, committed at once; return what was owed before."""
        subjects = {_key(subject): subject for subject in (*new, *asked)}
        before = {subjects[key] for keys in _lots(list(subjects)) for key in self._there(keys)}
        fresh = [subject for subject in new if subject not in before]
        OwedHook.objects.bulk_create(
            [
                OwedHook(job_id=self._job_id, key=_key(subject), made=subject.made.value, path=to_bytes(subject.path))
                for subject in fresh
            ],
            batch_size=_AT_ONCE,
            ignore_conflicts=True,
        )
        return frozenset(before)

    def settle(self, subject: Subject) -> None:
        """Note what `write` forgets; threads may."""
        self._settled.append(subject)

    def write(self) -> None:
        """Forget what was settled. Call inside the transaction that ends the batch."""
        for keys in _lots([_key(subject) for subject in self._settled]):
            OwedHook.objects.filter(job_id=self._job_id, key__in=keys).delete()

    def _there(self, keys: Sequence[bytes]) -> list[bytes]:
        rows = OwedHook.objects.filter(job_id=self._job_id, key__in=keys)
        return [bytes(key) for key in rows.values_list("key", flat=True)]


def _key(subject: Subject) -> bytes:
    """Return the 16 bytes under which a debt is kept, short however long the path."""
    return blake2b(to_bytes(f"{subject.made.value}{subject.path}"), digest_size=16).digest()


def _lots(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]
