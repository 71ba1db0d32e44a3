"""
Texts of handlers in the ledger, and how a worker gets a handler.

A text is stored under its digest with a signature by the deployment's key. The digest is in the options of each run, so
a worker executes exactly the text that the run was started with, or nothing: another text, another signature, or one
made with another deployment's key is refused. Nothing of it is ever in Redis or in a temporary folder.
"""

from __future__ import annotations

import hashlib
import hmac
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lading.base.errors import HandlerRefused, UsageError
from lading.ingest.app.definition import Definition
from lading.ingest.app.handler_answers import answered
from lading.ingest.app.models import StoredHandler
from lading.ingest.engine import handler_loading as loading
from lading.ingest.engine.automated_ingest import AUTOMATED_INGEST, is_written_so
from lading.ingest.engine.handler_loading import HandlerText
from lading.ingest.handlers import Handler, Hook, Question, defines
from lading.orchestration.ledger.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A handler that a definition names."""

    handler: Handler
    #: differs whenever the code does
    digest: str
    #: how it is written
    dialect: str = loading.LADING


def read_text(reference: str, dialect: str = loading.LADING) -> HandlerText:
    """Return the text that `FILE.py[:Class]` names; raise `UsageError`."""
    name, class_name = loading.split_file_reference(reference)
    path = Path(name).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The handler {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The handler {path} is not UTF-8") from error
    if len(text) > loading.LONGEST_TEXT:
        raise UsageError(f"The handler {path} has more than {loading.LONGEST_TEXT:,} characters")
    if dialect == loading.LADING and is_written_so(text):
        dialect = AUTOMATED_INGEST
    return HandlerText(name=path.name, text=text, class_name=class_name, dialect=dialect)


def keep(source: HandlerText) -> str:
    """Store a text, signed; return its digest. One that is there already is signed anew."""
    StoredHandler.objects.update_or_create(
        digest=source.digest,
        defaults={
            "name": source.name,
            "class_name": source.class_name,
            "dialect": source.dialect,
            "text": source.text,
            "signature": _signature(source),
            "stored_at": now(),
        },
    )
    return source.digest


def kept(digest: str) -> HandlerText:
    """Return the text that was stored under a digest; raise `HandlerRefused` unless it is that text, signed by us."""
    row = StoredHandler.objects.filter(digest=digest).first()
    if row is None:
        raise HandlerRefused(f"The handler {digest[:12]} of this run is not in the ledger")
    source = HandlerText(name=row.name, text=row.text, class_name=row.class_name, dialect=row.dialect)
    if not hmac.compare_digest(source.digest, digest):
        raise HandlerRefused(
            f"The handler {row.name} in the ledger is not the one that this run was started with",
            hint="Somebody changed its row; store the job again from a file that you trust",
        )
    if not hmac.compare_digest(_signature(source), row.signature):
        raise HandlerRefused(
            f"The handler {row.name} in the ledger is not signed with this deployment's key",
            hint="Every host needs the same secret_key file (LADING_SECRET_KEY_FILE); then store the job again",
        )
    return source


def named(definition: Definition) -> Definition:
    """Return the definition with its handler's digest; loaded once, so that it is known to work. Nothing is written."""
    if definition.handler is None:
        return definition
    if loading.is_import_path(definition.handler):
        return _with(definition, _installed(definition.handler))
    if definition.handler_digest and not _is_file(definition.handler):
        return definition  # it is in the ledger; the file was on the host where the job was stored
    source = read_text(definition.handler, definition.handler_dialect)
    chosen = Chosen(handler=loading.from_text(source), digest=source.digest, dialect=source.dialect)
    return _with(definition, chosen)


def settled(definition: Definition) -> Definition:
    """Return what `named` does, with the text of a file in the ledger for the workers."""
    found = named(definition)
    if found.handler is not None and not loading.is_import_path(found.handler) and _is_file(found.handler):
        keep(read_text(found.handler, found.handler_dialect))
    return found


def listed(definition: Definition) -> Definition:
    """
    Return what `settled` does for a definition whose handler an administrator listed.

    No file is read that somebody named from elsewhere: a text has to be in the ledger already.
    """
    if definition.handler is None or loading.is_import_path(definition.handler):
        return named(definition)
    source = kept(definition.handler_digest)
    return _with(definition, Chosen(handler=loading.from_text(source), digest=source.digest, dialect=source.dialect))


def refreshed(definition: Definition) -> Definition:
    """Return the definition of a stored job with the digest of what is installed now; a stored text stays as it is."""
    is_installed = definition.handler is not None and loading.is_import_path(definition.handler)
    return named(definition) if is_installed else definition


def fresh_handler_of(definition: Definition) -> Handler | None:
    """Return the handler of a definition that `named` returned and nobody stored."""
    if definition.handler is None or loading.is_import_path(definition.handler) or not _is_file(definition.handler):
        return handler_of(definition)
    return loading.from_text(read_text(definition.handler, definition.handler_dialect))


def handler_of(definition: Definition) -> Handler | None:
    """Return the handler of a run's options, made once in a process; raise `HandlerRefused`."""
    if definition.handler is None:
        return None
    if loading.is_import_path(definition.handler):
        return _installed(definition.handler).handler
    return loading.from_text(kept(definition.handler_digest))


def _with(definition: Definition, chosen: Chosen) -> Definition:
    """Return the definition with what is to be known of its handler without calling it."""
    every: tuple[Hook | Question, ...] = (*Hook, *Question)
    defined = tuple(method.value for method in every if defines(chosen.handler, method))
    found = {"handler_digest": chosen.digest, "handler_defines": defined, "handler_dialect": chosen.dialect}
    known = definition.model_copy(update=found)
    return answered(known, chosen.handler)


def _is_file(reference: str) -> bool:
    return Path(loading.split_file_reference(reference)[0]).expanduser().is_file()


def _installed(reference: str) -> Chosen:
    """Return an installed handler; its digest is that of its module's source, where there is one."""
    handler = loading.from_import_path(reference)
    module = sys.modules[type(handler).__module__]
    try:
        source = inspect.getsource(module)
    except (OSError, TypeError):
        source = ""
    return Chosen(handler=handler, digest=hashlib.sha256(f"{reference}\0{source}".encode()).hexdigest())


def _signature(source: HandlerText) -> str:
    key = hashlib.sha256(b"lading handler\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, source.digest.encode(), hashlib.sha256).hexdigest()
