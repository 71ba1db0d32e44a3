"""What `lading doctor` looks at of S3: the stores of the settings, and the buckets that jobs bring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from lading.base import config, config_tls
from lading.base.config_s3 import DEFAULT, S3Profile
from lading.base.config_tls import Verification
from lading.base.errors import LadingError
from lading.cli.checks import Check, bad, good, note
from lading.ingest.app import buckets
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job

#: the bits of a mode that let others than the owner and the group read
_OTHERS = 0o004


def of_settings() -> Iterator[Check]:
    """Look at each store of the settings, and at each bucket that a job brings from it."""
    for name, profile in sorted(config.current().s3.items()):
        yield from _of_profile(name, profile)
    seen: set[tuple[str, str]] = set()
    for job in Job.objects.filter(source__startswith="s3://").order_by("name"):
        definition = from_options(job.options)
        key = (definition.source, profile_named(definition))
        if key not in seen:
            seen.add(key)
            yield of_source(definition)


def of_source(definition: Definition) -> Check:
    """Ask for a bucket as a worker would."""
    what = f"{definition.source} by profile {profile_named(definition)}"
    try:
        source = buckets.source_of(definition)
        source.marker()
        first = next(iter(source.names("")), None)
    except LadingError as error:
        return bad("s3 source", f"{what}: {error.message}", error.hint)
    store = buckets.profile_of(definition).endpoint or "AWS"
    if first is None:
        return note("s3 source", f"{what}: {store} answers, and lists nothing there", "Is the prefix right?")
    return good("s3 source", f"{what}: {store} answers and lists it")


def profile_named(definition: Definition) -> str:
    """Return what the store of a definition is called."""
    return "of irods-sync" if definition.is_reached_by_hand else definition.s3_profile or DEFAULT


def _of_profile(name: str, profile: S3Profile) -> Iterator[Check]:
    yield _trust(name, profile)
    if profile.key_file is not None:
        yield _keys(name, profile.key_file)


def _trust(name: str, profile: S3Profile) -> Check:
    parts = urlsplit(profile.endpoint or "https://s3.amazonaws.com")
    encrypted = parts.scheme == "https"
    signer = str(profile.ca_file) if profile.ca_file else config_tls.SYSTEM
    verified = encrypted and profile.verify
    found = Verification(encrypted=encrypted, certificate=verified, host=verified, signer=signer)
    told = f"{name}: {profile.endpoint or 'AWS'}, {found}"
    if found.is_whole or config_tls.is_here(parts.hostname or ""):
        return good("s3 store", told)
    return note("s3 store", f"{told}: whoever is between can read and change it", "Use https:// and name its CA")


def _keys(name: str, file: Path) -> Check:
    try:
        mode = file.stat().st_mode
        lines = len(file.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        return bad("s3 keys", f"{name}: {file} cannot be read: {why}", f"s3.{name}.key_file names it")
    if lines != 2:  # noqa: PLR2004 - access key and secret key
        return bad("s3 keys", f"{name}: {file} does not have two lines, access key and secret key")
    if mode & _OTHERS:
        return note("s3 keys", f"{name}: {file} can be read by everybody here", f"chmod 600 {file}")
    return good("s3 keys", f"{name}: {file}")
