"""
The words of `irods-sync`, as scripts for automated ingest write them.

They are read by argparse and not by click, because such scripts use what only argparse has: options that take several
words, and names that are cut short.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Sequence

#: types that may be left out -> as Lading's filters call them
FILE_TYPES = {
    "regular": "file",
    "directory": "folder",
    "character": "device",
    "block": "device",
    "socket": "socket",
    "pipe": "pipe",
    "link": "link",
}
#: the word that leaves nothing out
NONE = "none"

#: options that choose an S3 bucket as the source, with their defaults
S3_DEFAULTS = {
    "s3_keypair": None,
    "s3_endpoint_domain": "s3.amazonaws.com",
    "s3_region_name": "us-east-1",
    "s3_proxy_url": None,
    "s3_insecure_connection": False,
    "s3_multipart_chunksize_in_mib": 8,
}
QUEUE_DEFAULTS = {"file_queue": "file", "path_queue": "path", "restart_queue": "restart"}

_WHEN = re.compile(r"S|M|H|D|MIDNIGHT|W[0-6]", re.IGNORECASE)
_CHUNK_MIB = range(5, 5001)


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """Return what the words say; exit with 2 and a sentence where they make no sense."""
    parser = argparse.ArgumentParser(
        prog="lading irods-sync", description="The commands of automated ingest, carried out by Lading."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="start|stop|list|watch|adopt")
    _add_start(commands.add_parser("start", help="start a job"))
    adopt = commands.add_parser("adopt", help="as start, but take over what is in iRODS already and send nothing")
    _add_start(adopt)
    adopt.add_argument("--from_redis", metavar="URL", help="believe the sync_time keys of this Redis")
    for name, text in (("stop", "stop a job"), ("watch", "follow a job")):
        one = commands.add_parser(name, help=text)
        one.add_argument("job_name", metavar="JOB", help="name of the job")
        _add_common(one)
    _add_common(commands.add_parser("list", help="print all jobs as one JSON object"))
    return parser.parse_args(words)


def _add_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("src_path", metavar="SOURCE_DIRECTORY", help="what is brought")
    parser.add_argument("target", metavar="TARGET_COLLECTION", help="where it goes")
    parser.add_argument("-i", "--interval", type=_at_least_one, help="seconds from one run to the next")
    for name, default in QUEUE_DEFAULTS.items():
        parser.add_argument(f"--{name}", default=default, help="told to the handler; workers take Lading's own queues")
    parser.add_argument("--event_handler", metavar="FILE", help="a file with a class event_handler")
    parser.add_argument("--job_name", help="name of the job (default: a UUID)")
    parser.add_argument("--ignore_cache", action="store_true", help="compare every folder with the catalogue")
    parser.add_argument("--initial_ingest", action="store_true", help="told to the handler; nothing is overwritten")
    parser.add_argument("--synchronous", action="store_true", help="wait until the job has ended")
    parser.add_argument("--progress", action="store_true", help="with --synchronous: show a progress bar")
    parser.add_argument("--profile", action="store_true", help="write when each task ran into the profile log")
    parser.add_argument("--files_per_task", type=int, default=50, help="files in one task (default: 50)")
    _add_s3(parser)
    parser.add_argument("--exclude_file_type", type=_file_types, default=(), help=f"some of {','.join(FILE_TYPES)}")
    parser.add_argument("--exclude_file_name", nargs="+", default=(), type=_pattern, help="patterns of absolute paths")
    parser.add_argument("--exclude_directory_name", nargs="+", default=(), type=_pattern, help="the same, for folders")
    parser.add_argument("--irods_idle_disconnect_seconds", type=int, default=60, help="without effect")
    _add_common(parser)


def _add_s3(parser: argparse.ArgumentParser) -> None:
    for name in ("s3_keypair", "s3_endpoint_domain", "s3_region_name", "s3_proxy_url"):
        parser.add_argument(f"--{name}", default=S3_DEFAULTS[name], help="for S3 buckets")
    parser.add_argument("--s3_insecure_connection", action="store_true", help="for S3 buckets")
    parser.add_argument("--s3_multipart_chunksize_in_mib", type=_chunk_size, default=8, help="for S3 buckets")


def _add_common(parser: argparse.ArgumentParser) -> None:
    for log in ("log", "profile"):
        parser.add_argument(f"--{log}_filename", help="file of JSON lines (default: standard output)")
        parser.add_argument(f"--{log}_when", type=_when, help="when another file is begun: S, M, H, D, midnight, W0-W6")
        parser.add_argument(f"--{log}_interval", type=_at_least_one, help="after how many of these (default: 1)")
        parser.add_argument(f"--{log}_level", type=_level, help="DEBUG, INFO, WARNING or ERROR")
    parser.add_argument("--redis_host", help="host of the broker")
    parser.add_argument("--redis_port", type=int, help="its port")
    parser.add_argument("--redis_db", type=int, help="its database")


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _chunk_size(text: str) -> int:
    number = int(text)
    if number not in _CHUNK_MIB:
        raise argparse.ArgumentTypeError(f"{text} is not between {_CHUNK_MIB.start} and {_CHUNK_MIB.stop - 1}")
    return number


def _file_types(text: str) -> tuple[str, ...]:
    words = tuple(word for part in text.split(",") if (word := part.strip()) and word != NONE)
    for word in words:
        if word not in FILE_TYPES:
            raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(FILE_TYPES)}")
    return words


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None
    return text


def _when(text: str) -> str:
    if not _WHEN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of S, M, H, D, midnight, W0-W6")
    return text


def _level(text: str) -> str:
    word = text.upper()
    if word not in logging.getLevelNamesMapping():
        raise argparse.ArgumentTypeError(f"{text!r} is no level")
    return word
