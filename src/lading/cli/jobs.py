"""`lading jobs`: stored definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lading.base.errors import UsageError
from lading.cli import job_table
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import Group, err, open_ledger, out, print_json
from lading.cli.standing_options import standing_options, with_standing

#: where the web listens unless the settings say otherwise
_WEB = "http://127.0.0.1:8420"


@click.group(cls=Group)
def jobs() -> None:
    """Stored definitions: source, destination, options."""


@jobs.command("add")
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@standing_options
def add(**options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators name
    """Store a definition without running it."""
    definition = definition_from(with_standing(options))
    open_ledger()
    from lading.ingest.app import jobs as stored

    out.print(stored.store(definition).name, markup=False)


@jobs.command("apply")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def apply(folder: Path) -> None:
    """Store every job file (*.toml) of a folder; jobs that came from it and have no file any more are removed."""
    from lading.ingest.app.definition import read_file

    files = sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
    if not files:
        raise UsageError(f"There is no job file (*.toml) in {folder}")
    definitions = {file: definition_from({"name": file.stem, **read_file(file)}) for file in files}
    open_ledger()
    from lading.ingest.app import jobs as stored

    for file, definition in definitions.items():
        job = stored.store(definition, origin=str(file.resolve()))
        out.print(f"{job.name}: {definition.source} → {definition.destination}", markup=False, soft_wrap=True)
    if folder.is_dir():
        for name in stored.forget_missing(folder.resolve(), {str(file.resolve()) for file in files}):
            out.print(f"{name}: removed, its file is gone", markup=False)


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each job.")
def list_jobs(*, as_json: bool) -> None:
    """List the stored jobs."""
    open_ledger()
    from lading.ingest.app.models import Job

    found = Job.objects.order_by("name")
    listed = (
        job_table.Listed(name=job.name, paused=job.paused, is_from_file=bool(job.origin), definition=job.options)
        for job in found
    )
    job_table.tell(listed, as_json=as_json)


@jobs.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print a definition as a job file (TOML)."""
    open_ledger()
    from lading.ingest.app import jobs as stored

    job = stored.find(name)
    for key, value in (job.options | {"name": job.name}).items():
        if value not in (None, [], ()):
            out.print(f"{key} = {_toml(value)}", markup=False, soft_wrap=True)


def _toml(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """Return a value as a job file has it; null is left out."""
    if isinstance(value, dict):
        pairs = [f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items() if each not in (None, "", {})]
        return "{" + ", ".join(pairs) + "}"
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


@jobs.command("edit")
@click.argument("job_name", metavar="NAME")
@definition_options
@standing_options
def edit(job_name: str, **options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators name
    """Change options of a job; what is not named stays."""
    open_ledger()
    from lading.ingest.app import jobs as stored

    job = stored.find(job_name)
    kept = {key: value for key, value in stored.definition_of(job).model_dump(mode="json").items() if value is not None}
    changed = {key: value for key, value in with_standing(options, kept).items() if value not in (None, ())}
    stored.store(definition_from(kept | changed | {"name": job.name}), origin=job.origin, by=stored.definer(job))
    err.print(f"{job.name} is changed", markup=False)


@jobs.command("run")
@click.argument("name")
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for this run.")
@click.option("--detach", is_flag=True, help="Print the run's number and leave.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def run(name: str, workers: int | None, *, detach: bool, as_json: bool) -> None:
    """Run a stored job now."""
    open_ledger()
    from lading.cli import running, syncing
    from lading.ingest.app import jobs as stored

    job = stored.find(name)
    with running.workshop(0 if detach and workers is None else workers) as shop:
        syncing.check(stored.definition_of(job), waits_for_zone=True)
        begun = stored.start(job)
        if detach:
            out.print(begun.pk)
            syncing.warn_if_nobody_works(begun.pk)
            return
        code = syncing.bring_to_end(begun.pk, shop, (0, 0.0), as_json=as_json, events=False)
    raise SystemExit(int(code))


@jobs.command("pause")
@click.argument("name")
@click.option("--off", is_flag=True, help="Let it run again.")
def pause(name: str, *, off: bool) -> None:
    """Let no new run of the job begin."""
    open_ledger()
    from lading.ingest.app import jobs as stored

    stored.pause(stored.find(name), paused=not off)


@jobs.command("webhook")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def webhook(name: str, *, as_json: bool) -> None:
    """
    Say where the store of a bucket has to post its notices of events, and with which secret.

    Each time it is a new secret, which is shown this once; the one before holds no more.
    """
    open_ledger()
    from lading.base import config
    from lading.ingest.app import jobs as stored
    from lading.ingest.app import posting

    job = stored.find(name)
    secret = posting.renew_secret(job)
    address = f"{config.current().web.public_url or _WEB}{posting.ADDRESS.format(job.pk)}"
    if as_json:
        print_json({"job": job.name, "address": address, "secret": secret})
        return
    out.print(f"address  {address}", markup=False, soft_wrap=True)
    out.print(f"secret   {secret}", markup=False, soft_wrap=True)
    if config.current().web.public_url is None:
        err.print("The web listens on this machine only; set web.public_url to the address by which the store comes")


@jobs.command("zone-moved")
@click.argument("old", metavar="ZONE")
def zone_moved(old: str) -> None:
    """
    Say that ZONE (`embedded`, or HOST:PORT/NAME) is now reached as the settings say; its jobs keep their snapshots.

    Only if it is the same zone, with the same objects. Deletions of each job's next whole run are held all the same.
    """
    open_ledger()
    from lading import services
    from lading.base import config
    from lading.ingest.app import zone_moves

    with services.hold(config.current()):
        for name in zone_moves.moved(old):
            err.print(f"{name} goes on", markup=False)


@jobs.command("rm")
@click.argument("name")
def remove(name: str) -> None:
    """Forget a job and its snapshot; nothing in iRODS is touched, its runs and manifests stay."""
    open_ledger()
    from lading.ingest.app import jobs as stored

    stored.remove(stored.find(name))
    err.print(f"The job {name} is forgotten; what it brought stays in iRODS")
