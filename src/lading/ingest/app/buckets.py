"""From a definition to the bucket that it reads: where the store is and where its keys are is looked up here, each time."""

from __future__ import annotations

import functools
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lading.base import config
from lading.base.cancellation import Token
from lading.base.config_s3 import DEFAULT, S3Profile
from lading.base.errors import AskPerson
from lading.ingest.app.definition import Definition
from lading.ingest.engine.sources.s3 import location
from lading.ingest.engine.sources.s3.access import Access, Addressing, ETags

if TYPE_CHECKING:
    from lading.ingest.engine.sources.s3.queue import BucketNotices
    from lading.ingest.engine.sources.s3.source import S3Source


class S3ProfileUnknown(AskPerson):
    """The settings of this host do not have the store that a job names."""

    code = "S3_PROFILE_UNKNOWN"


def source_of(definition: Definition, token: Token | None = None) -> S3Source:
    """Return the source, whose requests end with the token; nothing is asked yet. Raise `S3ProfileUnknown`."""
    from lading.ingest.engine.sources.s3.source import S3Source  # the client of stores is loaded where a bucket is read

    return S3Source(location.parse(definition.source), access_of(profile_of(definition)), token=token)


def notices_of(definition: Definition, queue: str) -> BucketNotices:
    """Return what tells of changes of the source by notices in a queue (its address), with the keys of the store."""
    from lading.ingest.engine.sources.s3.queue import BucketNotices  # as above

    return BucketNotices(queue, location.parse(definition.source), access_of(profile_of(definition)))


def profile_of(definition: Definition) -> S3Profile:
    """Return how the store of a definition is reached; raise `S3ProfileUnknown`."""
    started = definition.irods_sync.s3 if definition.irods_sync is not None else None
    if started is not None:
        return started.profile
    return named(definition.s3_profile or DEFAULT)


def named(name: str) -> S3Profile:
    """Return a profile of the settings; `default` is there without being set. Raise `S3ProfileUnknown`."""
    known = config.current().s3
    if name in known:
        return known[name]
    if name == DEFAULT:
        return S3Profile()
    there = ", ".join(sorted({*known, DEFAULT}))
    raise S3ProfileUnknown(
        f"The settings here have no S3 profile {name}, only {there}",
        hint=f"[s3.{name}] in lading.toml, or LADING_S3__{name.upper()}__ENDPOINT, on each host with workers",
    )


def name_of_same(profile: S3Profile) -> str | None:
    """Return the name of a profile of the settings that reaches the same store with the same keys; None: there is none."""
    fields = ("endpoint", "key_file", "proxy")
    for name, known in sorted(config.current().s3.items()):
        if all(getattr(known, field) == getattr(profile, field) for field in fields):
            return name
    return None


def identity(definition: Definition) -> str:
    """Return which bucket it is, whoever asks for it by whatever profile: buckets of two stores may have one name."""
    endpoint = profile_of(definition).endpoint
    return f"{definition.source} at {endpoint}" if endpoint else definition.source


def place_of(definition: Definition) -> tuple[str, str]:
    """Return the name of the store for people, and that of the bucket."""
    return access_of(profile_of(definition)).store, location.parse(definition.source).bucket


def circuit_of(definition: Definition) -> str:
    """Return what the circuit of the store is called: ways to a store may fail one by one, and AWS is many stores."""
    store, bucket = place_of(definition)
    where = store if profile_of(definition).endpoint else f"{store} {bucket}"
    return f"store {where} ({definition.s3_profile or DEFAULT})"[:300]


def path_of(definition: Definition) -> str:
    """Return the source as a storage resource sees it: `/bucket/prefix`."""
    return "/" + definition.source.partition("://")[2]


@functools.lru_cache(maxsize=32)
def access_of(profile: S3Profile) -> Access:
    """Return how the engine reaches a store."""
    return Access(
        endpoint=profile.endpoint,
        region=profile.region,
        addressing=Addressing(profile.addressing.value),
        proxy=profile.proxy.get_secret_value() if profile.proxy else None,
        verify=_verify(profile),
        profile=profile.aws_profile,
        key_file=profile.key_file,
        anonymous=profile.anonymous,
        connections=profile.connections,
        connect_timeout=timedelta(seconds=profile.connect_timeout_s),
        read_timeout=timedelta(seconds=profile.read_timeout_s),
        etags=ETags(profile.etags.value),
    )


def _verify(profile: S3Profile) -> bool | Path:
    return profile.ca_file or profile.verify
