"""
What a run may touch, by who submitted it.

Whoever has a shell on the installation may do what the worker can; whoever came another way may do what an administrator
listed in the settings (`allowed`), and nothing else.

=====================  =========================================================================================
of a remote run        may be
=====================  =========================================================================================
source, after_folder   an absolute path below one of `allowed.sources`, reached without a link
bucket, s3_profile     below one of `allowed.buckets`, each of which says by which profile it is reached
links                  skipped: a link leads wherever it likes, also where iRODS follows it later
destination            below one of `allowed.destinations`
zone                   that of the settings, or one of `allowed.zones`: a profile may name a password or a program
handler                one of `allowed.handlers`: what is installed, or a stored text by its digest
act_as                 only users in `allowed.users`
notify                 only addresses in `allowed.emails` and `allowed.webhooks`
=====================  =========================================================================================

The worker asks before each batch, with its own settings: what the ledger says of a run is what was asked for, no more.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from lading.base.config_groups import Allowed
from lading.base.config_s3 import DEFAULT
from lading.base.errors import StopRun
from lading.base.paths import shown
from lading.ingest.app.definition import Definition
from lading.ingest.engine.handler_loading import is_import_path
from lading.ingest.engine.links import Links
from lading.ingest.engine.sources.beneath import SourceNotAllowed

#: how a stored text of a handler is listed
DIGEST = "sha256:"


class Via(Enum):
    """Which way somebody came."""

    SHELL = "shell"  # by a command on the installation: no more is possible than the shell lets do anyway
    REMOTE = "remote"  # by the web or the API


class Submitter(BaseModel):
    """Who wants a run, or defined a job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    via: Via = Via.SHELL
    #: name of the account; "" for the shell
    user: str = ""

    @property
    def is_trusted(self) -> bool:
        """Whether nothing but the operating system limits what may be touched."""
        return self.via is Via.SHELL

    def and_by(self, other: Submitter) -> Submitter:
        """Return the one of both that may do less: a job that somebody defined and somebody else runs."""
        return self if not self.is_trusted or other.is_trusted else other


SHELL = Submitter()


class DestinationNotAllowed(StopRun):
    """The destination does not lie below a collection that may be written to, or the zone may not be used."""

    code = "DESTINATION_NOT_ALLOWED"


class HandlerNotAllowed(StopRun):
    """The handler is not one that an administrator listed."""

    code = "HANDLER_NOT_ALLOWED"


class UserNotAllowed(StopRun):
    """The run would write as a user that an administrator did not list."""

    code = "USER_NOT_ALLOWED"


class AddressNotAllowed(StopRun):
    """The job would send messages to an address that an administrator did not list."""

    code = "ADDRESS_NOT_ALLOWED"


def refuse(definition: Definition, by: Submitter, allowed: Allowed) -> None:
    """Raise what of a definition `by` may not do; before anything of it is read, loaded or written."""
    if by.is_trusted:
        return
    _refuse_source(definition, allowed)
    if definition.after_folder is not None:
        anchor_of(definition.after_folder, allowed)
    _refuse_links(definition)
    _refuse_destination(definition, allowed)
    _refuse_handler(definition, allowed)
    _refuse_users(definition, allowed)
    _refuse_addresses(definition, allowed)


def anchor_of(path: str, allowed: Allowed) -> Path:
    """Return the allowed folder that a path lies below, the nearest one; raise `SourceNotAllowed`."""
    found = [folder for folder in allowed.sources if is_below(path, str(folder))]
    if not found:
        raise SourceNotAllowed(
            f"{shown(path)} does not lie below a folder that runs may read which were not started from a shell here",
            hint=_hint("allowed.sources", "the folder"),
        )
    return max(found, key=lambda folder: len(folder.parts))


def _refuse_source(definition: Definition, allowed: Allowed) -> None:
    if not definition.is_bucket:
        anchor_of(definition.source, allowed)
    elif definition.is_reached_by_hand or not any(_holds(listed, definition) for listed in allowed.buckets):
        profile = f"{definition.s3_profile}=" if definition.s3_profile else ""
        raise SourceNotAllowed(
            f"{shown(definition.source)} is not a bucket that runs may read which were not started from a shell here",
            hint=_hint("allowed.buckets", f"{profile}s3://BUCKET/PREFIX"),
        )


def _holds(listed: str, definition: Definition) -> bool:
    """Say whether a bucket lies in a listed one and is reached by the same profile."""
    before, _, place = listed.partition("s3://")
    source = definition.source.partition("://")[2]
    return (before.rstrip("=") or DEFAULT) == (definition.s3_profile or DEFAULT) and f"{source}/".startswith(
        f"{place}/"
    )


def _refuse_links(definition: Definition) -> None:
    if definition.links is not Links.SKIP:
        raise SourceNotAllowed(
            f"links = {definition.links.value} reads wherever links lead", hint="Leave it out: links are skipped"
        )


def _refuse_destination(definition: Definition, allowed: Allowed) -> None:
    if not any(is_below(definition.destination, collection) for collection in allowed.destinations):
        raise DestinationNotAllowed(
            f"{definition.destination} does not lie below a collection that runs may write to which were not started "
            "from a shell here",
            hint=_hint("allowed.destinations", "the collection"),
        )
    if definition.zone is not None and definition.zone not in map(str, allowed.zones):
        raise DestinationNotAllowed(
            f"The zone profile {definition.zone} is not one that may be named", hint=_hint("allowed.zones", "it")
        )


def _refuse_handler(definition: Definition, allowed: Allowed) -> None:
    if definition.handler is None:
        return
    installed = is_import_path(definition.handler)
    listed = definition.handler if installed else DIGEST + definition.handler_digest
    if listed not in allowed.handlers:
        raise HandlerNotAllowed(
            f"The handler {definition.handler} is not one that an administrator listed",
            hint=_hint("allowed.handlers", listed if installed or definition.handler_digest else "its digest"),
        )


def _refuse_users(definition: Definition, allowed: Allowed) -> None:
    named = [user for row in definition.act_as for user in (row.user, *row.owners.values()) if user]
    for user in named:
        if user not in allowed.users:
            raise UserNotAllowed(f"Nobody listed {user} as a user to write as", hint=_hint("allowed.users", user))


def _refuse_addresses(definition: Definition, allowed: Allowed) -> None:
    for row in definition.notify:
        for address, listed, setting in (
            *((email, allowed.emails, "allowed.emails") for email in row.email),
            *((url, allowed.webhooks, "allowed.webhooks") for url in filter(None, [row.webhook])),
        ):
            if address not in listed:
                raise AddressNotAllowed(f"Nobody listed {address} as an address to tell", hint=_hint(setting, address))


def refuse_queue(definition: Definition, by: Submitter) -> None:
    """Raise where somebody from afar names a queue that is asked with the keys of a store: whoever has a shell here may."""
    if definition.watch is not None and definition.watch.queue and not by.is_trusted:
        raise AddressNotAllowed(
            f"{definition.watch.queue} may be named from a shell here only",
            hint="There: lading jobs edit NAME --watch --queue ADDRESS",
        )


def refuse_logs(definition: Definition, by: Submitter) -> None:
    """Raise where somebody from afar names a file to which a command that is typed here would write its log."""
    started = definition.irods_sync
    if started is None or by.is_trusted:
        return
    for log in filter(None, (started.log.filename, started.profile_log.filename)):
        raise DestinationNotAllowed(
            f"The log {shown(log)} may be named from a shell here only", hint="Leave `irods_sync` out"
        )


def is_below(path: str, folder: str) -> bool:
    """Say whether a path is a folder or lies below it, element by element; one that leads upwards never does."""
    parts = path.split("/")
    if "\0" in path or parts[0] or {".", ".."} & {*parts}:
        return False
    return PurePosixPath(path).is_relative_to(PurePosixPath(folder))


def _hint(setting: str, what: str) -> str:
    variable = f"LADING_{setting.replace('.', '__').upper()}"
    return f"Whoever administers the workers adds {what} to {setting} ({variable})"
