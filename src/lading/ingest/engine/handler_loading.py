"""
From a reference to a handler: an import path (`package.module:Class`), or the text of a file.

A text is compiled in memory: nothing is written, `sys.path` stays as it is, and the module has a name that no other can
have. A process has one module for each text (by its digest) and makes it once, whichever threads ask at a time.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import linecache
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import ModuleType

from lading.base.errors import HandlerRefused
from lading.ingest.handlers import Handler, Hook, Question

#: dialect of handlers that are written for Lading
LADING = "lading"

#: bytes of a file: handlers are short, and every worker reads it
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerText:
    """A handler that came as a file."""

    #: shown in tracebacks
    name: str
    text: str
    #: which class of the file; "": the only one
    class_name: str = ""
    dialect: str = LADING

    @property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        parts = (self.dialect, self.class_name, self.name, self.text)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A way of writing handlers: what a file sees while it is loaded, and how a handler is made of its module."""

    name: str
    #: (module, class name or "") -> handler; raises `HandlerRefused`
    make: Callable[[ModuleType, str], Handler]
    #: holds while the file is executed as this module
    surroundings: Callable[[ModuleType], AbstractContextManager[object]] = nullcontext


_dialects: dict[str, Dialect] = {}
_made: dict[str, Handler] = {}
#: held while a file is executed; a handler may load another one meanwhile
_making = threading.RLock()


def register_dialect(dialect: Dialect) -> None:
    """Make a dialect known to this process."""
    _dialects[dialect.name] = dialect


def from_text(source: HandlerText) -> Handler:
    """Return the handler of a text, made once in a process; raise `HandlerRefused`."""
    digest = source.digest
    with _making:
        if digest not in _made:
            _made[digest] = _execute(source, digest)
        return _made[digest]


def from_import_path(reference: str) -> Handler:
    """Return the handler that `package.module:Class` names, made once in a process; raise `HandlerRefused`."""
    with _making:
        if reference not in _made:
            _made[reference] = _checked(_import(reference), reference)
        return _made[reference]


def is_import_path(reference: str) -> bool:
    """Say whether a reference names a module that is installed, and not a file."""
    module, colon, name = reference.partition(":")
    words = [*module.split("."), *([name] if colon else [])]
    return not module.endswith(".py") and all(word.isidentifier() for word in words)


def split_file_reference(reference: str) -> tuple[str, str]:
    """Return path and class name of `FILE.py[:Class]`."""
    path, colon, name = reference.rpartition(":")
    return (path, name) if colon and name.isidentifier() and path.endswith(".py") else (reference, "")


def _execute(source: HandlerText, digest: str) -> Handler:
    dialect = _dialects.get(source.dialect)
    if dialect is None:
        raise HandlerRefused(f"{source.name} is written in a way that this version does not know: {source.dialect}")
    module = ModuleType(f"lading_handler_{digest[:32]}")
    module.__file__ = f"<handler {source.name}>"
    # tracebacks show its lines, and what looks a class's module up (dataclasses do) finds it
    linecache.cache[module.__file__] = (len(source.text), None, source.text.splitlines(keepends=True), module.__file__)
    sys.modules[module.__name__] = module
    try:
        with dialect.surroundings(module):
            code = compile(source.text, module.__file__, "exec", dont_inherit=True)
            exec(code, module.__dict__)  # noqa: S102 - whose text it is was proved before it came here
            return _checked(dialect.make(module, source.class_name), source.name)
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        if isinstance(error, HandlerRefused):
            raise
        raise HandlerRefused(f"{source.name} cannot be loaded: {_told(error)}") from error


def _import(reference: str) -> Handler:
    module_name, _, class_name = reference.partition(":")
    try:
        return _only_handler(importlib.import_module(module_name), class_name)
    except HandlerRefused:
        raise
    except (Exception, SystemExit) as error:
        raise HandlerRefused(
            f"The handler {reference} cannot be imported: {_told(error)}",
            hint="It has to be installed wherever the job is started and on every worker",
        ) from error


def _told(error: BaseException) -> str:
    """Return an error of a handler as one line."""
    line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    return f"{type(error).__name__}: {error}{line}"


def _only_handler(module: ModuleType, class_name: str) -> Handler:
    """Return an instance of the named class, or of the only one that the module itself defines."""
    if class_name:
        found = [getattr(module, class_name, None)]
        if not (inspect.isclass(found[0]) and issubclass(found[0], Handler)):
            raise HandlerRefused(f"{module.__name__} has no class {class_name} below lading.ingest.Handler")
    else:
        own = [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]
        found = [one for one in own if issubclass(one, Handler)]
    if len(found) != 1 or found[0] is None:
        raise HandlerRefused(
            f"{module.__name__} has {len(found)} classes below lading.ingest.Handler",
            hint="Name one of them: FILE.py:Class" if found else "Write `class Mine(Handler)`",
        )
    made: Handler = found[0]()
    return made


def _checked(handler: Handler, name: str) -> Handler:
    """Return the handler; refuse one that misspelt a method, since that one would never be called."""
    if getattr(handler, "defined", None) is not None:
        return handler
    known = {method.value for method in (*Hook, *Question)}
    own = {word for one in type(handler).__mro__ if one not in {Handler, object} for word in vars(one)}
    wrong = sorted(word for word in own - known if word.startswith(("pre_", "post_", "on_")))
    if wrong:
        raise HandlerRefused(f"{name}: there is no hook {wrong[0]}", hint="lading.ingest.Handler has all of them")
    return handler


register_dialect(Dialect(name=LADING, make=_only_handler))
