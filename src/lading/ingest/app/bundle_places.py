"""Where the tar files of bundles lie: below the user's home, in a collection of the job, never where files go."""

from __future__ import annotations

import logging
from contextlib import suppress
from hashlib import blake2b

from lading.base.errors import LadingError, ObjectMissing
from lading.ingest.app import assembly, context
from lading.ingest.app.context import Context
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.run_options import Sends
from lading.ingest.engine.bundling import STAGING
from lading.ingest.engine.circumstances import BundlePlace
from lading.ingest.engine.destinations.base import Traits
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger.claims import Claim

_LOG = logging.getLogger(__name__)


def of_batch(of: Context) -> BundlePlace | None:
    """Return where the tar files of a batch go, the same for all attempts; None if there will be none."""
    if not _has_bundles(of.definition) or of.own.sends is Sends.NOTHING:
        return None
    collection = _collection(of.definition, of.destination.traits())
    return BundlePlace(collection=collection, label=f"{of.held.run_id}-{of.held.batch_id}")


def tidy(held: Claim) -> int:
    """
    Delete what this run, or one of the job that was broken off before, left behind; return how many requests it took.

    What cannot be deleted stays for the end of the next run.
    """
    if not _has_bundles(from_options(held.options)):
        return 0
    try:
        of = context.of(held)
        place = _collection(of.definition, of.destination.traits())
        with of.destination.session() as session:
            left = list(session.list_objects(place))
            for listed in left:
                with suppress(ObjectMissing):
                    session.remove_object(f"{place}/{listed.name}", DeleteMode.NO_TRASH)
    except LadingError as error:
        _LOG.warning("tar files of bundles may be left behind: %s", error)
        return 0
    return of.destination.requests()


def _has_bundles(definition: Definition) -> bool:
    return definition.bundle > 0 and definition.operation.puts


def _collection(definition: Definition, traits: Traits) -> str:
    """Return the collection of the job; another deployment that has the same job shares it, which does no harm."""
    words = (definition.source, definition.destination, assembly.zone_identity(definition))
    key = blake2b("\0".join(words).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return f"/{traits.zone}/home/{traits.user}/{STAGING}/{key}"
