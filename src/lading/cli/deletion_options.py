"""The options of a definition that concern deletions."""

from __future__ import annotations

import click

from lading.base.errors import UsageError

#: what happens to objects whose file vanished
DELETION = (
    click.option(
        "--delete-mode",
        type=click.Choice(["do-not-delete", "unregister", "trash", "no-trash"]),
        default=None,
        help="What becomes of objects whose file vanished; default: do-not-delete.",
    ),
    click.option(
        "--delete-scope",
        type=click.Choice(["managed", "mirror"]),
        default=None,
        help="managed (default): only objects that this job brought. mirror: whatever the source does not have.",
    ),
    click.option(
        "--delete-limit",
        metavar="N,P%",
        help="What a run may delete unasked: a number of objects, a share (looked at beyond 10 objects), both, or none "
        "for no limit; default: 1000,20%. More is held for `lading approve`.",
    ),
    click.option(
        "--delete-limit-in",
        "delete_limits",
        multiple=True,
        metavar="FOLDER=N,P%",
        help="A limit of one folder right below SRC (may be repeated).",
    ),
    click.option(
        "--delete-grace",
        type=click.IntRange(0, 1000),
        default=None,
        metavar="N",
        help="Scans beyond the first that have to miss a path before it goes; default: 0.",
    ),
    click.option(
        "--sentinel", metavar="PATH", help="A path below SRC that shows it is the right one; without it nothing goes."
    ),
)


def limit_in(text: str) -> tuple[str, str]:
    """Return folder and limit of `FOLDER=LIMIT`; raise `UsageError`."""
    folder, equals, limit = text.rpartition("=")
    if not equals or not folder or "/" in folder:
        raise UsageError(f"--delete-limit-in takes FOLDER=LIMIT with a folder right below SRC, not {text!r}")
    return folder, limit
