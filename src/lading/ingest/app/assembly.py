"""From a definition to the parts of the engine that carry it out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from lading.base import config
from lading.base.cancellation import Token
from lading.base.paths import to_bytes
from lading.ingest.app import buckets, permits, sources
from lading.ingest.app.bundle_options import bundles_of, whole_bundles
from lading.ingest.app.definition import Definition
from lading.ingest.app.name_options import naming_of, twin_rule_of
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.app.selection_options import filters_of
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.engine.budget import IN_FLIGHT
from lading.ingest.engine.clearing import After
from lading.ingest.engine.destinations.irods import (
    IrodsDestination,
    PutCall,
    TransferSettings,
    ZoneProfile,
    open_destination,
)
from lading.ingest.engine.destinations.irods.library import LibrarySession
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources import walking
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.beneath import BeneathSource
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.sources.walking import Place
from lading.ingest.handlers import User
from lading.orchestration.ledger import limits
from lading.orchestration.limits import traffic
from lading.orchestration.limits.connections import ZoneSlots
from lading.orchestration.limits.traffic import ServiceTraffic


def source_of(definition: Definition, by: Submitter = SHELL, token: Token | None = None) -> Source:
    """Return the source of a definition, for who wants it; raise `SourceNotAllowed`. A store is asked while `token` holds."""
    if definition.is_bucket:
        return buckets.source_of(definition, token)  # whether `by` may read it was asked before: `permits.refuse`
    root = Path(definition.source)
    if by.is_trusted:
        return sources.with_links(FilesystemSource(root), rules_of(definition))
    anchor = permits.anchor_of(definition.source, config.current().allowed)
    return sources.with_links(BeneathSource(root, anchor), rules_of(definition))


def source_identity(definition: Definition) -> str:
    """Return which source it is, the same from whichever host it is asked."""
    return buckets.identity(definition) if definition.is_bucket else source_of(definition).canonical


def place_of(path: str, by: Submitter = SHELL) -> Place:
    """Return a folder or file of a source, or beside it, that is changed; raise `SourceNotAllowed`."""
    anchor = None if by.is_trusted else permits.anchor_of(path, config.current().allowed)
    return walking.place_of(Path(path), anchor)


def rules_of(definition: Definition) -> Rules:
    """Return what decides about each path."""
    transfer = config.current().transfer
    return Rules(
        destination=definition.destination.rstrip("/"),
        operation=definition.operation,
        resource=definition.resource,
        clears=definition.after is not After.KEEP,
        links=definition.links,
        special=definition.special,
        touched=definition.touched,
        adopt=definition.adopt,
        bulk_register=definition.bulk_register,
        keep_mtime=definition.keep_mtime,
        filters=filters_of(definition, buckets.path_of(definition) if definition.is_bucket else definition.source),
        naming=naming_of(definition),
        twin_rule=twin_rule_of(definition),
        delete_mode=definition.delete_mode,
        delete_scope=definition.delete_scope,
        templates=definition.templates,
        handler_digest=definition.handler_digest,
        retries=definition.retries,
        delay=definition.delay,
        one_call_limit=int(transfer.one_call_limit_bytes),
        bundles=bundles_of(definition, int(transfer.one_call_limit_bytes)),
        batch_files=whole_bundles(definition.batch_files or transfer.batch_files, definition),
        batch_bytes=int(transfer.batch_bytes),
    )


def snapshots_of(definition: Definition, job_id: int) -> Snapshots:
    """Return what a job knows from before, so far as it was made under the same options."""
    rules = rules_of(definition)
    return Snapshots(job_id, rules.digest[:16], rules.templates.digest[:16])


def profile_of(definition: Definition) -> ZoneProfile:
    """Return the zone profile; raise `ProfileInvalid`."""
    url = config.current().zone_url
    if definition.zone is None and url is not None:
        return ZoneProfile.from_url(url.get_secret_value())
    environment, authentication = config.current().zone_files
    if definition.zone is not None:
        environment, authentication = Path(definition.zone).expanduser(), None
    return _profile(environment, authentication)


@functools.lru_cache(maxsize=16)
def _loaded(environment: Path, authentication: Path | None, _changed_ns: tuple[int, ...]) -> ZoneProfile:
    settings = config.current()
    if environment == settings.zone_home / environment.name:
        return ZoneProfile.load(environment, authentication)
    named = settings.zone_password
    command = settings.zone_password_command or ()
    return ZoneProfile.load(environment, authentication, named.get_secret_value() if named else None, command)


def _profile(environment: Path, authentication: Path | None) -> ZoneProfile:
    """Read the profile again only when a file of it changed: another port, a new password."""
    files = (environment, authentication or environment.parent / ".irodsA")
    return _loaded(environment, authentication, tuple(_changed(file) for file in files)).up_to_date()


def _changed(file: Path) -> int:
    """Return when a file changed, in nanoseconds; 0 where there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def lender_of(definition: Definition) -> Callable[[User | None], LibrarySession]:
    """Return what opens a session for a handler, as a user or as the job's own."""

    def lend(user: User | None) -> LibrarySession:
        profile = profile_of(definition)
        return LibrarySession(profile if user is None else profile.acting_as(*user))

    return lend


def zone_identity(definition: Definition) -> str:
    """Return which zone this is, the same from whichever host it is asked."""
    if definition.zone is None and config.current().is_zone_embedded:
        return "embedded"
    profile = profile_of(definition)
    return f"{profile.host}:{profile.port}/{profile.zone}"


def circuit_of(zone: str) -> str:
    """Return what a zone is called among the services that runs depend on: for circuits and limits."""
    return f"zone {zone}"


def destination_of(definition: Definition, token: Token) -> IrodsDestination:
    """Return the destination, bound to the permission to work; connections come from this process's pool."""
    profile, circuit = profile_of(definition), circuit_of(zone_identity(definition))
    limit = limits.of(circuit).connections or config.current().transfer.connections
    return open_destination(
        profile,
        token=token,
        slots=ZoneSlots(circuit, limit),
        settings=_transfer_settings(),
        traffic=_traffic(definition, circuit, limit),
    )


def _traffic(definition: Definition, circuit: str, connections: int) -> ServiceTraffic:
    """Return the limits that hold for a definition's requests, and who learns from them."""
    watch = traffic.watch(circuit)
    watch.gauge.most = connections
    if definition.bandwidth is None:
        return ServiceTraffic(watch)
    named = "\n".join((circuit, definition.source, definition.destination.rstrip("/")))
    job = f"job {blake2b(to_bytes(named), digest_size=8).hexdigest()}"
    return ServiceTraffic(watch, [traffic.of_job(job, definition.bandwidth)])


@functools.cache
def _transfer_settings() -> TransferSettings:
    transfer = config.current().transfer
    IN_FLIGHT.limit = int(transfer.bytes_in_flight)
    return TransferSettings(
        connections=transfer.connections_per_batch,
        one_call_limit=int(transfer.one_call_limit_bytes),
        put_call=PutCall(transfer.put_call.value),
        large_streams=transfer.large_streams,
        chunk_bytes=int(transfer.chunk_bytes),
        bytes_in_flight=int(transfer.bytes_in_flight),
        hash_name=transfer.checksum.value if transfer.checksum else None,
        read_timeout=transfer.read_timeout_s,
    )
