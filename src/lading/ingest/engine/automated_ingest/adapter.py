"""
A class `event_handler`, called as it was written to be.

===========================  =============================  ===================================
method                       is given                       stands for
===========================  =============================  ===================================
operation                    session, meta                  `operation`
to_resource                  session, meta                  `resource`
target_path                  session, meta                  `target_path`
delete_mode                  meta                           `delete_mode`
as_user                      meta                           `act_as`
character_map                nothing                        `name_map`
max_retries, delay, timeout  class, logger, meta            the same
pre_job, post_job            class, logger, meta            the same
pre_…, post_…                module, logger, session, meta  the hooks of objects and collections
pre_…_delete, post_…_delete  module, session, meta          those of deletions: no logger
on_…                         the action, then as above      both hooks of a kind
===========================  =============================  ===================================
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial, partialmethod
from types import ModuleType
from typing import Any

from lading.ingest.engine.automated_ingest import answers, modules
from lading.ingest.engine.automated_ingest.log import HandlerLog
from lading.ingest.engine.automated_ingest.meta import meta_of
from lading.ingest.engine.automated_ingest.nesting import Nested
from lading.ingest.engine.values import DeleteMode, Operation
from lading.ingest.handlers import Event, Handler, Hook, LeaveOut, Question, User

_QUESTIONS: Mapping[str, Question] = {
    "operation": Question.OPERATION,
    "to_resource": Question.RESOURCE,
    "target_path": Question.TARGET_PATH,
    "delete_mode": Question.DELETE_MODE,
    "as_user": Question.ACT_AS,
    "character_map": Question.NAME_MAP,
    "max_retries": Question.MAX_RETRIES,
    "delay": Question.DELAY,
    "timeout": Question.TIMEOUT,
}
_JOB = {"pre_job": Hook.PRE_JOB, "post_job": Hook.POST_JOB}
#: what happens to what -> hooks before and after
_KINDS: Mapping[str, tuple[Hook, Hook]] = {
    "data_obj_create": (Hook.PRE_DATA_OBJECT_CREATE, Hook.POST_DATA_OBJECT_CREATE),
    "data_obj_modify": (Hook.PRE_DATA_OBJECT_MODIFY, Hook.POST_DATA_OBJECT_MODIFY),
    "data_obj_delete": (Hook.PRE_DATA_OBJECT_DELETE, Hook.POST_DATA_OBJECT_DELETE),
    "coll_create": (Hook.PRE_COLLECTION_CREATE, Hook.POST_COLLECTION_CREATE),
    "coll_modify": (Hook.PRE_COLLECTION_MODIFY, Hook.POST_COLLECTION_MODIFY),
    "coll_delete": (Hook.PRE_COLLECTION_DELETE, Hook.POST_COLLECTION_DELETE),
}
_PUTS = frozenset({Operation.PUT, Operation.PUT_SYNC, Operation.PUT_APPEND})

#: dictionaries kept from a pre-hook for its post-hook; the oldest ones belong to files that failed
_KEPT = 10_000


class AdaptedHandler(Handler):
    """A `Handler` around such a class. A process carries one piece of work at a time."""

    def __init__(self, module: ModuleType, cls: type) -> None:
        self._module, self._cls = module, cls
        self._log = HandlerLog()
        #: kinds whose `on_…` the class wrote itself
        self._nested = frozenset(kind for kind in _KINDS if _is_own(cls, f"on_{kind}"))
        #: names of the methods that count as defined
        self.defined = self._found()
        self._lock = threading.Lock()
        self._metas: OrderedDict[tuple[object, ...], dict[str, Any]] = OrderedDict()
        self._open: dict[tuple[object, ...], tuple[Nested, _SessionNow]] = {}

    def _found(self) -> frozenset[str]:
        single = {**_QUESTIONS, **_JOB}
        found = {method.value for name, method in single.items() if hasattr(self._cls, name)}
        for kind, (before, after) in _KINDS.items():
            if kind in self._nested:
                found |= {before.value, after.value}
            elif hasattr(self._cls, f"on_{kind}"):  # without `Core` nobody calls them
                found |= {before.value} if hasattr(self._cls, f"pre_{kind}") else set()
                found |= {after.value} if hasattr(self._cls, f"post_{kind}") else set()
        return frozenset(found)

    # --- questions -----------------------------------------------------------------------------------------------

    def operation(self, event: Event) -> Operation | None:
        """Ask for the operation."""
        return answers.operation(self._asked("operation", _session(event), meta_of(event)))

    def delete_mode(self, event: Event) -> DeleteMode | None:
        """Ask for the delete mode."""
        return answers.delete_mode(self._asked("delete_mode", meta_of(event)))

    def name_map(self, event: Event) -> list[tuple[Any, str]] | None:  # noqa: ARG002 - nothing is told
        """Ask for the character map."""
        return answers.name_map(self._asked("character_map"))

    def target_path(self, event: Event) -> str | None:
        """Ask for the physical path to register."""
        answer: str | None = self._asked("target_path", _session(event), meta_of(event))
        return answer

    def resource(self, event: Event) -> str | None:
        """Ask for the resource."""
        answer: str | None = self._asked("to_resource", _session(event), meta_of(event))
        return answer

    def act_as(self, event: Event) -> User | None:
        """Ask for the user who acts."""
        return answers.user(self._asked("as_user", meta_of(event)))

    def max_retries(self, event: Event) -> int | None:
        """Ask how often a path is tried again."""
        answer: int | None = self._asked("max_retries", self._cls, self._log, meta_of(event))
        return answer

    def delay(self, event: Event) -> float | None:
        """Ask for the seconds before a try."""
        answer: float | None = self._asked("delay", self._cls, self._log, meta_of(event), event.retries)
        return answer

    def timeout(self, event: Event) -> float | None:
        """Ask for the seconds that a call may take."""
        answer: float | None = self._asked("timeout", self._cls, self._log, meta_of(event))
        return answer

    def _asked(self, name: str, *args: object) -> Any:  # noqa: ANN401 - what the method returns
        return getattr(self._cls, name)(*args)

    # --- hooks ---------------------------------------------------------------------------------------------------

    def pre_job(self, event: Event) -> None:
        """Call `pre_job`."""
        self._cls.pre_job(self._cls, self._log, meta_of(event))  # type: ignore[attr-defined]

    def post_job(self, event: Event) -> None:
        """Call `post_job`; a job that is run again and again never had it called."""
        if event.given.get("interval") is None:
            self._cls.post_job(self._cls, self._log, meta_of(event))  # type: ignore[attr-defined]

    def break_off(self) -> None:
        """End what waits around actions that were not done: the piece of work that they belonged to is over."""
        with self._lock:
            left, self._open = list(self._open.values()), {}
            self._metas.clear()
        for nested, _ in left:
            nested.break_off()

    def before(self, kind: str, event: Event) -> None:
        """Call what comes before something happens; raise `LeaveOut` if a hook around it does not ask for it."""
        meta = self._keep(kind, event)
        if kind not in self._nested:
            self._call(f"pre_{kind}", kind, event, meta)
            return
        session = _SessionNow(event)
        nested = Nested(partial(self._around, kind, event, meta, session))
        if not nested.begin():
            raise LeaveOut(f"on_{kind} did not ask for it")
        with self._lock:
            self._open[_place(kind, event)] = nested, session

    def after(self, kind: str, event: Event) -> None:
        """Call what comes after it; where nobody called before, somebody did who could not tell."""
        with self._lock:
            meta = self._metas.pop(_place(kind, event), None)
            nested, session = self._open.pop(_place(kind, event), (None, None))
        if kind not in self._nested:
            self._call(f"post_{kind}", kind, event, meta_of(event) if meta is None else meta)
        elif nested is None or session is None:
            self._around(kind, event, meta_of(event), _SessionNow(event), lambda *_args, **_options: None)
        else:
            session.renew(event)
            nested.end()

    def _keep(self, kind: str, event: Event) -> dict[str, Any]:
        """Return the dictionary of an event, and keep it for what is called afterwards."""
        meta = meta_of(event)
        with self._lock:
            self._metas[_place(kind, event)] = meta
            while len(self._metas) > _KEPT:
                self._metas.popitem(last=False)
        return meta

    def _around(
        self, kind: str, event: Event, meta: dict[str, Any], session: _SessionNow, action: Callable[..., None]
    ) -> None:
        hook = getattr(self._cls, f"on_{kind}")
        hook(
            action,
            *_arguments(self._module, self._log, session, kind, meta),
            *_extra(kind, event),
            **_options(kind, event),
        )

    def _call(self, name: str, kind: str, event: Event, meta: dict[str, Any]) -> None:
        hook = getattr(self._cls, name)
        takes = inspect.signature(hook).parameters.values()
        extra = _extra(kind, event) if any(one.kind is one.VAR_POSITIONAL for one in takes) else ()
        options = _options(kind, event) if any(one.kind is one.VAR_KEYWORD for one in takes) else {}
        hook(*_arguments(self._module, self._log, _session(event), kind, meta), *extra, **options)


def _give_hooks() -> None:
    """Give the class a method for each hook of objects and collections."""
    for kind, (before, after) in _KINDS.items():
        setattr(AdaptedHandler, before.value, partialmethod(AdaptedHandler.before, kind))
        setattr(AdaptedHandler, after.value, partialmethod(AdaptedHandler.after, kind))


_give_hooks()


class _SessionNow:
    """The session of the call under way: a hook around an action sees two calls."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def renew(self, event: Event) -> None:
        self._event = event

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the library has no types
        return getattr(self._event.irods(), name)


def _is_own(cls: type, name: str) -> bool:
    """Say whether the class has such a method that is not that of `Core`."""
    found = inspect.getattr_static(cls, name, None)
    return found is not None and found is not inspect.getattr_static(modules.Core, name)


def _session(event: Event) -> Any:  # noqa: ANN401 - the library has no types
    """Return the session of an event; it connects when it is used."""
    return event.irods()


def _arguments(module: ModuleType, log: HandlerLog, session: Any, kind: str, meta: dict[str, Any]) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    return (module, session, meta) if kind.endswith("_delete") else (module, log, session, meta)


def _extra(kind: str, event: Event) -> tuple[object, ...]:
    """Return what files that are put are called with beyond the rest: the operation."""
    if event.operation not in _PUTS or kind not in {"data_obj_create", "data_obj_modify"}:
        return ()
    return (modules.Operation[event.operation.name],)


def _options(kind: str, event: Event) -> dict[str, object]:
    """Return the options that go with an action."""
    if event.operation is Operation.NO_OP or kind not in {"data_obj_create", "data_obj_modify"}:
        return {}
    return {"allow_redirect": False}


def _place(kind: str, event: Event) -> tuple[object, ...]:
    return kind, event.run, event.path, event.logical_path
