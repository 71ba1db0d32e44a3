"""
What a user's own code may say and do around a run.

A handler is a class below `Handler`. Its methods are of two sorts: *questions*, whose answer None means "as the job
says", and *hooks*, which are called around what is done. What is not defined costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from lading.ingest.engine.values import Entry, Operation


class Hook(Enum):
    """What a hook is called for; the value is the name of its method."""

    PRE_JOB = "pre_job"
    POST_JOB = "post_job"
    PRE_DATA_OBJECT_CREATE = "pre_data_object_create"
    POST_DATA_OBJECT_CREATE = "post_data_object_create"
    PRE_DATA_OBJECT_MODIFY = "pre_data_object_modify"
    POST_DATA_OBJECT_MODIFY = "post_data_object_modify"
    PRE_DATA_OBJECT_DELETE = "pre_data_object_delete"
    POST_DATA_OBJECT_DELETE = "post_data_object_delete"
    PRE_COLLECTION_CREATE = "pre_collection_create"
    POST_COLLECTION_CREATE = "post_collection_create"
    PRE_COLLECTION_MODIFY = "pre_collection_modify"
    POST_COLLECTION_MODIFY = "post_collection_modify"
    PRE_COLLECTION_DELETE = "pre_collection_delete"
    POST_COLLECTION_DELETE = "post_collection_delete"


class Question(Enum):
    """What a handler may be asked; the value is the name of its method."""

    OPERATION = "operation"
    DELETE_MODE = "delete_mode"
    NAME_MAP = "name_map"
    TARGET_PATH = "target_path"
    RESOURCE = "resource"
    RESOURCE_HIERARCHY = "resource_hierarchy"
    ACT_AS = "act_as"
    MAX_RETRIES = "max_retries"
    DELAY = "delay"
    TIMEOUT = "timeout"
    SKIP = "skip"


class LeaveOut(Exception):  # noqa: N818 - it says what is to be done
    """Raised by a pre-hook: this one object or collection is left out, for the reason that is given."""


class User(NamedTuple):
    """An iRODS user; the zone "" is the one that the job writes to."""

    name: str
    zone: str = ""


def _no_session() -> Any:  # noqa: ANN401 - python-irodsclient has no types
    """Stand for a session where there is no zone to speak with."""
    raise RuntimeError("no iRODS session belongs to this event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a question or a hook is about. Of job events path and entry are empty."""

    #: None for a question
    hook: Hook | None = None
    #: name of the job
    job: str = ""
    run: int = 0
    #: relative path at the source; names that are not UTF-8 have lone surrogates in it
    path: str = ""
    #: where it goes in the zone
    logical_path: str = ""
    #: where the source has it; "" for a job event
    physical_path: str = ""
    #: as the listing saw it: kind, size, times in nanoseconds; None for a job, a collection, and what has vanished
    entry: Entry | None = None
    #: the operation in force for this path
    operation: Operation = Operation.PUT_SYNC
    #: counts from 1; a later one may find what an earlier one did
    attempt: int = 1
    #: how often this path failed in this attempt (asked for `delay`)
    retries: int = 0
    #: how the run ended, for `post_job`: `done`, `stopped` or `failed`
    state: str = ""
    #: where the user is decided who acts; None: the job's own
    user: User | None = None
    #: what the job was started with, as handlers of another dialect expect it
    given: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    opens: Callable[[], Any] = field(default=_no_session, repr=False, compare=False)

    def irods(self) -> Any:  # noqa: ANN401 - python-irodsclient has no types
        """
        Return a python-irodsclient session as the user of this path; opened on first use, closed by Lading.

        Two calls for one path give the same session. It is not for another thread, and not for later.
        """
        return self.opens()


class Handler:
    """
    The base of a user's own class. Every method does nothing; define those you need.

    One instance serves a worker process and is called from several threads at a time, so it should hold no state of its
    own; nothing may be expected of two calls happening in one process. Whatever a method raises fails its one path.

    Questions are asked before anything is done with a path, hooks around what is done. A hook runs *at least once* for
    each thing that took effect: it may be called again after a crash, and must bear that.
    """

    # --- questions: None means as the job says --------------------------------------------------------------------

    def operation(self, event: Event) -> Operation | str | None:
        """Return how this path is brought; asked for every file that is looked at."""

    def delete_mode(self, event: Event) -> Enum | str | None:
        """Return what happens to objects whose file vanished; asked once, when the run is started."""

    def name_map(self, event: Event) -> Mapping[Any, str] | list[tuple[Any, str]] | None:
        """Return which characters of names become which others; asked once, when the run is started."""

    def target_path(self, event: Event) -> str | None:
        """Return the physical path under which the file is registered."""

    def resource(self, event: Event) -> str | None:
        """Return the root resource to write to."""

    def resource_hierarchy(self, event: Event) -> str | None:
        """Return the whole hierarchy to write to (`root;middle;leaf`); it goes before `resource`."""

    def act_as(self, event: Event) -> User | tuple[str, str] | str | None:
        """Return who writes: `User("name", "zone")`; the job's own user must be of type rodsadmin."""

    def max_retries(self, event: Event) -> int | None:
        """Return how often a path that failed in a way that may pass, or whose hook raised, is tried again."""

    def delay(self, event: Event) -> float | None:
        """Return the seconds before the try `event.retries`."""

    def timeout(self, event: Event) -> float | None:
        """Return the seconds that one call of this handler may take for the path."""

    def skip(self, event: Event) -> str | None:
        """Return why this path is left out; a folder is left out with everything below it."""

    # --- hooks ----------------------------------------------------------------------------------------------------

    def pre_job(self, event: Event) -> None:
        """Run before anything is scanned; an exception ends the run as failed."""

    def post_job(self, event: Event) -> None:
        """Run after everything was done, or the run was stopped or failed (`event.state`)."""

    def pre_data_object_create(self, event: Event) -> None:
        """Run before a data object is made, or a replica is added."""

    def post_data_object_create(self, event: Event) -> None:
        """Run after a data object was made; owed until it has run."""

    def pre_data_object_modify(self, event: Event) -> None:
        """Run before a data object gets other content, size, time or metadata."""

    def post_data_object_modify(self, event: Event) -> None:
        """Run after it did."""

    def pre_data_object_delete(self, event: Event) -> None:
        """Run before a data object is removed or unregistered."""

    def post_data_object_delete(self, event: Event) -> None:
        """Run after it was."""

    def pre_collection_create(self, event: Event) -> None:
        """Run before a collection is made; for each missing level, the highest first."""

    def post_collection_create(self, event: Event) -> None:
        """Run after it was; owed until it has run."""

    def pre_collection_modify(self, event: Event) -> None:
        """Run before files arrive in a collection that is there."""

    def post_collection_modify(self, event: Event) -> None:
        """Run after they did."""

    def pre_collection_delete(self, event: Event) -> None:
        """Run before a collection is removed."""

    def post_collection_delete(self, event: Event) -> None:
        """Run after it was."""


def defines(handler: Handler, method: Hook | Question) -> bool:
    """Say whether the handler has this method of its own; an adapter says so by its attribute `defined`."""
    defined: frozenset[str] | None = getattr(handler, "defined", None)
    if defined is not None:
        return method.value in defined
    return getattr(type(handler), method.value, None) is not getattr(Handler, method.value)
