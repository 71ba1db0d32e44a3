"""
What a handler for automated ingest imports: `core.Core`, `utils.Operation`, `utils.DeleteMode`.

The names stand in `sys.modules` only while such a file is executed, so that modules which it imports find them, too;
the file itself finds them later as well, in functions that import when they are called. A package of that name that is
installed is neither used nor changed.
"""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from types import ModuleType
from typing import Any

PACKAGE = "irods_capability_automated_ingest"

#: held while the names are in `sys.modules`
_lock = threading.RLock()


class Operation(Enum):
    """How a file is brought."""

    REGISTER_SYNC = 0
    REGISTER_AS_REPLICA_SYNC = 1
    PUT = 2
    PUT_SYNC = 3
    PUT_APPEND = 4
    NO_OP = 5


class DeleteMode(Enum):
    """What becomes of an object whose file vanished."""

    DO_NOT_DELETE = 0
    UNREGISTER = 1
    TRASH = 2
    NO_TRASH = 3


def _around(event: str) -> Any:  # noqa: ANN401 - a class method of any class below `Core`
    """Return the hook around an event that calls what the class has for before and after it."""

    def around(cls: type, /, func: Callable[..., object], *args: object, **options: object) -> None:
        _told(cls, f"pre_{event}", args, options)
        func(*args, **options)
        _told(cls, f"post_{event}", args, options)

    around.__name__ = f"on_{event}"
    return classmethod(around)


def _told(cls: type, name: str, args: tuple[object, ...], options: dict[str, object]) -> None:
    hook = getattr(cls, name, None)
    if hook is not None:
        hook(*args, **options)


class Core:
    """The base of a handler: each `on_…` calls `pre_…`, does what is to be done, and calls `post_…`."""

    on_data_obj_create = _around("data_obj_create")
    on_data_obj_modify = _around("data_obj_modify")
    on_data_obj_delete = _around("data_obj_delete")
    on_coll_create = _around("coll_create")
    on_coll_modify = _around("coll_modify")
    on_coll_delete = _around("coll_delete")


def is_provided(name: str) -> bool:
    """Say whether a module is one of that package."""
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


@contextmanager
def provided(module: ModuleType) -> Iterator[None]:
    """Let the names be found while the context lasts, and by `module` for good."""
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    with _lock:
        installed = {name: there for name, there in sys.modules.items() if is_provided(name)}
        _replace(_PROVIDED)
        try:
            yield
        finally:
            _replace(installed)


def _replace(by: dict[str, ModuleType]) -> None:
    """Let `by` be all that `sys.modules` has of the package."""
    for name in [name for name in sys.modules if is_provided(name)]:
        del sys.modules[name]
    sys.modules.update(by)


def _module(name: str, **names: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(names)
    return module


_core = _module(f"{PACKAGE}.core", Core=Core)
_utils = _module(f"{PACKAGE}.utils", Operation=Operation, DeleteMode=DeleteMode)
#: a path that is empty makes a package of it in which nothing else is found
_package = _module(PACKAGE, core=_core, utils=_utils, __path__=[])
_PROVIDED = {module.__name__: module for module in (_package, _core, _utils)}


def _import(name: str, scope: Any = None, local: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: ANN401 - the signature of `__import__`
    """Import as Python does, but for that package."""
    if level or not is_provided(name):
        return builtins.__import__(name, scope, local, fromlist, level)
    if name not in _PROVIDED:
        raise ModuleNotFoundError(
            f"{name} is not provided: of {PACKAGE} handlers find core (Core) and utils (Operation, DeleteMode)",
            name=name,
        )
    return _PROVIDED[name] if fromlist else _package
