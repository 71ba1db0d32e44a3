"""The options of `irods-sync` that bring a bucket: the file of keys chooses it, and stays where it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from lading.base.errors import UsageError
from lading.cli import irods_sync_arguments as arguments
from lading.ingest.app import buckets
from lading.ingest.app.automated_options import StartedS3

#: the store that is meant where nobody names one
_AWS = arguments.S3_DEFAULTS["s3_endpoint_domain"]


def is_bucket(given: argparse.Namespace) -> bool:
    """Say whether a bucket is brought; raise `UsageError` for options of one where a folder is."""
    if given.s3_keypair is not None:
        return True
    changed = [name for name, usual in arguments.S3_DEFAULTS.items() if getattr(given, name) != usual]
    if changed:
        raise UsageError(
            f"{', '.join(f'--{name}' for name in changed)} would change nothing: a folder is brought",
            hint="--s3_keypair FILE brings a bucket; its two lines are access key and secret key",
        )
    return False


def source_of(given: argparse.Namespace) -> str:
    """Return the bucket of `/bucket[/prefix]`; raise `UsageError`."""
    place = str(given.src_path).strip("/")
    if not place:
        raise UsageError(f"{given.src_path!r} names no bucket: /BUCKET or /BUCKET/PREFIX is expected")
    return f"s3://{place}"


def store_of(given: argparse.Namespace) -> dict[str, str | StartedS3]:
    """
    Return how the store is reached: by a profile of the settings that says the same, else as the options say.

    Either way a job holds where the keys are, and never what they are. Raise `UsageError` where it would.
    """
    key_file = Path(given.s3_keypair).expanduser().absolute()
    if not key_file.is_file():
        raise UsageError(f"The file of keys {key_file} is not there, or is no file")
    if given.s3_proxy_url and "@" in urlsplit(given.s3_proxy_url).netloc:
        raise UsageError(
            "--s3_proxy_url holds a password, which a job must not",
            hint="Let s3.NAME.proxy of the settings have it, with the same endpoint and key_file as the options say",
        )
    told = StartedS3(
        key_file=str(key_file),
        endpoint=_endpoint(given.s3_endpoint_domain, insecure=given.s3_insecure_connection),
        region=given.s3_region_name,
        proxy=given.s3_proxy_url,
    )
    name = buckets.name_of_same(told.profile)
    return {"s3": told} if name is None else {"profile": name}


def _endpoint(domain: str, *, insecure: bool) -> str | None:
    if "://" in domain:
        raise UsageError(f"--s3_endpoint_domain takes HOST or HOST:PORT, not {domain}")
    if domain == _AWS and not insecure:
        return None
    return f"{'http' if insecure else 'https'}://{domain}"
