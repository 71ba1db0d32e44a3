"""The options that make a definition; the same for `sync`, `plan` and `jobs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lading.base.errors import UsageError
from lading.cli.deletion_options import DELETION, limit_in
from lading.cli.handler_options import HANDLER, with_absolute_handler
from lading.cli.selection_options import COMPLETENESS, LANDING, SELECTION, SPECIAL, with_rules

#: how files come into the zone
_OPERATION = (
    click.option(
        "--operation",
        type=click.Choice(
            ["put-sync", "put", "put-append", "register-sync", "register-as-replica-sync", "no-op"],
            case_sensitive=False,
        ),
        default=None,
        help="put-sync (default): copy what is new or changed. put: copy what is not there. "
        "put-append: as put-sync, but send only the tail of a file that grew. "
        "register-sync: enter files into the catalogue where they lie. "
        "register-as-replica-sync: the same, also as further replicas of objects on other resources. "
        "no-op: look, and change nothing.",
    ),
    click.option(
        "--resource",
        metavar="NAME",
        help="Root resource to write to, for registrations also a leaf; default: the zone decides.",
    ),
    click.option(
        "--bulk-register",
        is_flag=True,
        default=None,
        help="Register 50 new files in one request, where the zone lets this user; the catalogue's time is then that of "
        "the registration.",
    ),
    click.option(
        "--keep-mtime",
        is_flag=True,
        default=None,
        help="Let the catalogue's modification time be the file's: one request more for each file that is put.",
    ),
    click.option(
        "--s3-profile",
        metavar="NAME",
        help="Where the bucket is and where its keys are: s3.NAME of the settings; default: s3.default.",
    ),
    click.option(
        "--zone", metavar="PROFILE", help="An irods_environment.json; default: LADING_ZONE, else the embedded zone."
    ),
)

#: names that people take for one
_NAMES = (
    click.option(
        "--twins",
        type=click.Choice(["report", "refuse"]),
        default=None,
        help="Names that are the same text in different bytes (é as one character or two): bring them and tell "
        "(default), or bring none that is new.",
    ),
    click.option("--case-twins", is_flag=True, default=None, help="Names that differ in case only are twins, too."),
)

#: how small files travel
_BUNDLES = (
    click.option(
        "--bundle",
        type=click.IntRange(0, 1000),
        default=None,
        metavar="N",
        help="Send small new files together, up to N at once, where the zone can unpack them; default: one by one.",
    ),
    click.option("--bundle-bytes", metavar="SIZE", help="Most bytes of one bundle; default: 16M."),
    click.option("--bundle-largest", metavar="SIZE", help="Files larger than this go alone; default: 1M."),
)

#: what counts as the same
_SAMENESS = (
    click.option(
        "--touched",
        type=click.Choice(["rehash", "metadata", "ignore"]),
        default=None,
        help="When only ctime or inode differ: read again (default), renew metadata, or ignore.",
    ),
    click.option(
        "--touched-limit",
        metavar="N%",
        help="Share of the known files that may be touched; beyond it none of them is read again. Default: 20%.",
    ),
    click.option(
        "--adopt",
        type=click.Choice(["size", "checksum", "never"]),
        default=None,
        help="What proves that an object already there is the same; default: checksum.",
    ),
)

#: when runs go, and beside which others
_CONTROL = (
    click.option(
        "--priority", type=click.IntRange(1, 100), default=None, help="Share of the zone relative to other runs."
    ),
    click.option(
        "--overlap",
        type=click.Choice(["refuse", "skip", "queue", "stop-old"]),
        default=None,
        help="When another run of the job is under way: refuse (default), do without this one, let it wait for its turn, "
        "or stop the other one first.",
    ),
    click.option(
        "--window",
        metavar="TIMES",
        help="When runs may work: '22:00-06:00', 'mon-fri 22:00-06:00; sat,sun 00:00-24:00 Europe/Amsterdam'.",
    ),
    click.option(
        "--bandwidth", metavar="SIZE", help="Bytes a second that runs of the job send at most, over all workers."
    ),
)

#: the job as such
_JOB = (
    click.option(
        "--job-file", type=click.Path(dir_okay=False, path_type=Path), help="Read the definition from a TOML file."
    ),
    click.option("--name", metavar="JOB", help="Name of the job; default: made from source, destination and zone."),
)

DEFINITION_OPTIONS = (
    *_OPERATION,
    *SELECTION,
    *SPECIAL,
    *COMPLETENESS,
    *LANDING,
    *_NAMES,
    *_BUNDLES,
    *_SAMENESS,
    *DELETION,
    *HANDLER,
    *_CONTROL,
    *_JOB,
)


def definition_options(command: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    """Add the options that make a definition."""
    for option in reversed(DEFINITION_OPTIONS):
        command = option(command)
    return command


def definition_from(options: dict[str, Any]) -> Any:  # noqa: ANN401 - a Definition, imported late
    """Make the definition of a command's options, those of its job file below them; raise `UsageError`."""
    from pydantic import ValidationError

    from lading.ingest.app.definition import Definition, explained, read_file

    options = with_rules(options)
    given = {name: options[name] for name in Definition.model_fields if options.get(name) not in (None, ())}
    if "delete_limits" in given:
        given["delete_limits"] = dict(limit_in(text) for text in given["delete_limits"])
    values = {**(read_file(options["job_file"]) if options.get("job_file") else {}), **given}
    for name in ("source", "destination"):
        if not values.get(name):
            raise UsageError(f"The {name} is missing", hint="lading sync SRC DEST, or a job file that names both")
    if "://" not in values["source"]:
        values["source"] = str(Path(values["source"]).expanduser().absolute())
    if values.get("after_folder"):
        values["after_folder"] = str(Path(values["after_folder"]).expanduser().absolute())
    try:
        return Definition.model_validate(with_absolute_handler(values))
    except ValidationError as error:
        raise UsageError(f"The definition is wrong: {explained(error)}") from error


def definition_of_job(options: dict[str, Any]) -> Any:  # noqa: ANN401 - a Definition, imported late
    """
    Make the definition of a command's options on top of what a stored job says, once the ledger is open.

    The job is the one that is named, or the one of that source and destination. A job file leaves it aside.
    """
    from lading.ingest.app import jobs, starting

    if options.get("name") and not (options.get("source") or options.get("job_file")):
        job = jobs.find(options["name"])
    else:
        definition = definition_from(options)
        found = starting.stored(definition)
        if found is None or options.get("job_file"):
            return definition
        job = found
    kept = {key: value for key, value in jobs.definition_of(job).model_dump(mode="json").items() if value is not None}
    given = {key: value for key, value in options.items() if value not in (None, ())}
    return definition_from(kept | given | {"name": job.name})
