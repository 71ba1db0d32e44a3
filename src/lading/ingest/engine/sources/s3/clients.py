"""Clients of the library, one for each access and process. Credentials are read when one is made, and stay in it."""

from __future__ import annotations

import logging
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.utils import parse_timestamp

from lading.base.paths import shown
from lading.ingest.engine.sources.errors import SourceLoginRefused
from lading.ingest.engine.sources.s3.access import Access

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

#: at a lower level the library would write session tokens into the log
logging.getLogger("botocore").setLevel(logging.INFO)

_LINES = 2
_clients: dict[Access, S3Client] = {}
_lock = threading.Lock()


def of(access: Access) -> S3Client:
    """Return the client for an access; raise `SourceLoginRefused` where its credentials cannot be read."""
    with _lock:
        found = _clients.get(access)
        if found is None:
            found = _clients[access] = _made(access)
        return found


def forget(access: Access, client: S3Client) -> None:
    """Let credentials be read again, unless somebody did that already."""
    with _lock:
        if _clients.get(access) is client:
            del _clients[access]


def of_queue(access: Access, endpoint: str) -> SQSClient:
    """Return a new client of the queues at an endpoint, with the credentials of an access."""
    session = _session(access)
    # those of AWS say it: https://sqs.eu-central-1.amazonaws.com
    named = re.search(r"//sqs\.([a-z0-9-]+)\.amazonaws\.", f"{endpoint}.")
    region = named[1] if named else session.region_name or "us-east-1"
    return session.client(
        "sqs", region_name=region, endpoint_url=endpoint, verify=_verify(access), config=_config(access)
    )


def _made(access: Access) -> S3Client:
    session = _session(access)
    region = session.region_name or ("us-east-1" if access.endpoint else None)
    return session.client(
        "s3", region_name=region, endpoint_url=access.endpoint, verify=_verify(access), config=_config(access)
    )


def _session(access: Access) -> boto3.session.Session:
    own = botocore.session.get_session()
    own.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    return boto3.session.Session(
        profile_name=access.profile, region_name=access.region, botocore_session=own, **_keys(access)
    )


def _moment(told: str) -> datetime:
    """Return a time as listings have it, by the thousand: the library's own parser takes most of a page's time."""
    try:
        found = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return parse_timestamp(told)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _verify(access: Access) -> str | bool:
    return str(access.verify) if isinstance(access.verify, Path) else access.verify


def _config(access: Access) -> Config:
    """Return the library's settings: it tries nothing again and checks nothing, since both are done (and counted) here."""
    proxies = {"http": access.proxy, "https": access.proxy} if access.proxy else None
    more: dict[str, Any] = {"signature_version": UNSIGNED} if access.anonymous else {}
    return Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=access.connect_timeout.total_seconds(),
        read_timeout=access.read_timeout.total_seconds(),
        max_pool_connections=access.connections,
        proxies=proxies,
        tcp_keepalive=True,
        s3={"addressing_style": access.addressing.value},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        **more,
    )


def _keys(access: Access) -> dict[str, Any]:
    """Return what stands in the key file."""
    if access.key_file is None or access.anonymous:
        return {}
    try:
        words = access.key_file.read_text().split()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SourceLoginRefused(f"The key file {shown(str(access.key_file))} cannot be read: {why}") from error
    if len(words) != _LINES:
        raise SourceLoginRefused(
            f"The key file {shown(str(access.key_file))} has no two lines",
            hint="The access key id, then the secret key",
        )
    return {"aws_access_key_id": words[0], "aws_secret_access_key": words[1]}


def _forget_all() -> None:
    """Begin anew in a child process: connections are not shared with the parent."""
    global _lock  # noqa: PLW0603 - the parent's may be held
    _lock = threading.Lock()
    _clients.clear()


os.register_at_fork(after_in_child=_forget_all)
