"""The options that say which files are brought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lading.base.errors import UsageError
from lading.base.paths import from_bytes

#: which files
SELECTION = (
    click.option("--include", multiple=True, metavar="GLOB", help="Bring only files that match (may be repeated)."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out what matches (may be repeated)."),
    click.option("--include-regex", multiple=True, metavar="REGEX", help="As --include, for the whole relative path."),
    click.option("--exclude-regex", multiple=True, metavar="REGEX", help="As --exclude, for the whole relative path."),
    click.option(
        "--filter-from",
        type=click.Path(dir_okay=False, path_type=Path),
        help="A file of lines `+ GLOB` and `- GLOB`: the first that matches decides.",
    ),
    click.option(
        "--exclude-type",
        multiple=True,
        metavar="TYPE,...",
        help="Leave out all of a type: file, folder, link, socket, pipe, device.",
    ),
    click.option("--min-size", metavar="SIZE", help="Leave out smaller files: 10B, 64K, 1.5M, 2G."),
    click.option("--max-size", metavar="SIZE", help="Leave out larger files."),
    click.option("--min-age", metavar="AGE", help="Files modified less than this ago wait: 90s, 15m, 1h30m, 2d."),
    click.option("--max-age", metavar="AGE", help="Leave out files modified longer ago."),
    click.option("--ignore-file", metavar="NAME", help="Name of a file that says what its folder leaves out."),
)

#: what is no ordinary file
SPECIAL = (
    click.option(
        "--links",
        type=click.Choice(["skip", "record", "follow"]),
        help="Symbolic links: skip them (default), record where they lead, or follow them inside SRC.",
    ),
    click.option(
        "--special",
        type=click.Choice(["skip", "record"]),
        help="Sockets: skip them (default), or register them with an AVU.",
    ),
)

#: when a file is complete
COMPLETENESS = (
    click.option("--quiet", metavar="AGE", help="Files that changed less than this ago wait for a later run."),
    click.option(
        "--done-marker",
        metavar="NAME|*SUFFIX",
        help="A folder waits until the file NAME is in it; with *.done a file x waits for x.done.",
    ),
    click.option("--with-markers", is_flag=True, default=None, help="Bring the done markers, too."),
)

#: what becomes of files at the source
LANDING = (
    click.option(
        "--after",
        type=click.Choice(["keep", "move", "delete"]),
        help="What becomes of a source file once its object is verified in the catalogue; default: keep.",
    ),
    click.option(
        "--after-folder", metavar="DIR", help="With --after move: where files go, under their relative paths."
    ),
    click.option(
        "--after-empty-folders",
        type=click.Choice(["keep", "remove"]),
        help="With --after: what becomes of source folders that are empty then; default: keep.",
    ),
)


def rules_from(path: Path) -> tuple[str, ...]:
    """Return the rules of a filter file; raise `UsageError` if it cannot be read or understood."""
    from lading.ingest.engine.filters import rules_in

    try:
        text = from_bytes(path.read_bytes())
    except OSError as error:
        raise UsageError(f"The filter file {path} cannot be read: {error.strerror}") from error
    return rules_in(text)


def with_rules(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with what the filter file says: its lines go into the definition, so workers need no file."""
    return options | {"filter_rules": rules_from(options["filter_from"])} if options.get("filter_from") else options
