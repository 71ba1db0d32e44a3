"""`lading cv review`: a review by workers, kept with its versions; `lading cv reviews` shows and deletes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.cv_frame import DAY, FILE, JSON, advertisement, line, today
from lading.cli.cv_models import first_of, outgoing
from lading.cli.frame import Exit, Group, err, open_ledger, out, print_columns, print_json

if TYPE_CHECKING:
    from lading.cv.app.models import Review

_HEAD = ("review", "run", "state", "begun", "version", "model", "file", "deleted on")
#: suggestions shown to people; all of them are in the JSON
_SHOWN = 20


@click.command()
@FILE
@click.option("--job", type=click.Path(path_type=Path, dir_okay=False), help="A job advertisement as a text file.")
@click.option("--model", default="", metavar="NAME", help="Ask this model; it has to be the one of the settings.")
@click.option("--consent", is_flag=True, help="Agree that the text goes to a model that is not on this machine.")
@click.option(
    "--follow", is_flag=True, help="Wait for its end, with workers of this command's own where there are none."
)
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@DAY
@JSON
def review(
    file: Path,
    job: Path | None,
    *,
    model: str,
    follow: bool,
    workers: int | None,
    day: datetime | None,
    consent: bool,
    as_json: bool,
) -> None:
    """
    Store the CV in FILE and let workers review it: findings, suggestions, versions. FILE itself is never changed.

    It is deleted after 30 days, or by `lading cv reviews delete`. `lading cv lint` checks without storing anything.
    """
    open_ledger()
    from lading.cli import running
    from lading.cv.app import access, reviews

    owner = access.shell_owner()
    content, text = _read(file), None if job is None else advertisement(job)
    if model:
        _agreed(owner, file, model, consents=consent)
    document = reviews.upload(owner, file.name, content)
    job_id = None if text is None else reviews.advertise(owner, text, job.name if job else "").pk
    wanted = reviews.Wanted(day=today(day), job_id=job_id, model=model)
    if not follow:
        begun = reviews.begin(owner, document.pk, wanted)
        _submitted(begun, as_json=as_json)
        return
    with running.joined(workers) as shop:
        begun = reviews.begin(owner, document.pk, wanted)
        running.to_end(begun.run_id, shop)
    raise SystemExit(int(_told(owner, begun.pk, as_json=as_json)))


def _read(file: Path) -> bytes:
    from lading.cv.engine.extract import Limits

    try:
        with file.open("rb") as opened:
            return opened.read(Limits().bytes + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint="Name a file that you may read") from error


def _agreed(owner: str, file: Path, model: str, *, consents: bool) -> None:
    """Note the person's consent, or show what would be sent and raise `ConsentNeeded`; nothing is stored before that."""
    from lading.cv.app import consents as known
    from lading.cv.app import endpoints

    endpoint = endpoints.named(model)
    if known.is_given(owner, endpoint):
        return
    if not consents:
        for request in outgoing(first_of(file), endpoint):
            click.echo(f"{request}\n", err=True)
        known.check(owner, endpoint)
    known.give(owner, endpoint)


def _submitted(begun: Review, *, as_json: bool) -> None:
    from lading.orchestration.ledger.workers import slots_by_queue

    if as_json:
        print_json({"review": begun.pk, "run": begun.run_id, "document": begun.document_id, "state": begun.run.state})
        return
    out.print(f"Review {begun.pk} is queued: [bold]lading cv reviews show {begun.pk}[/]")
    slots = slots_by_queue()
    wanted = {"cv": "lading worker"} | ({"cv-ai": "lading worker --queues cv-ai"} if begun.model else {})
    for queue, command in wanted.items():
        if not slots[queue]:
            err.print(f"[yellow]No worker takes the queue {queue} yet: it goes on once one is started ({command})[/]")


def _told(owner: str, review_id: int, *, as_json: bool) -> Exit:
    """Print what came of a review; return the exit code."""
    from lading.cv.app import access
    from lading.cv.app.models import Review

    found = access.owned(Review, owner, review_id)
    value = summary(found)
    if as_json:
        print_json(value)
    else:
        _tell(found, value)
    states = {"done": Exit.GOOD, "stopped": Exit.STOPPED, "held": Exit.HELD}
    return states.get(found.run.state, Exit.FAILED_FILES)


def summary(found: Review) -> dict[str, Any]:
    """Return a review as it is printed as JSON."""
    from lading.cv.app import deciding, packing
    from lading.cv.app.shown import suggestion_value

    report = packing.unpack_json(found.report)
    return {
        "review": found.pk,
        "run": found.run_id,
        "document": found.document_id,
        "state": found.run.state,
        "version": found.resume.number if found.resume else None,
        "refused": {"code": found.document.code, "reason": found.document.reason} if found.document.code else None,
        "lint": report,
        "match": packing.unpack_json(found.match),
        "suggestions": [suggestion_value(row) for row in deciding.suggestions(found.owner, found.pk)],
        "sections": [
            {"number": one.number, "pointer": one.pointer, "code": one.code, "withheld": one.withheld}
            for one in found.sectionasked_set.order_by("number")
        ],
    }


def _tell(found: Review, value: dict[str, Any]) -> None:
    line(Text(f"Review {found.pk} of {found.document.name}: {found.run.state.replace('_', ' ')}", style="bold"))
    if value["refused"]:
        line(f"  {value['refused']['reason']}")
        return
    if value["lint"]:
        told = value["lint"]["summary"]
        line(f"  {told['recovered']} of {told['expected']} fields recovered")
        for rule in value["lint"]["rules"]:
            if rule["outcome"] == "failed":
                line(Text.assemble("  ", (rule["code"], "yellow"), f"  {rule['title']}"))
    suggestions = value["suggestions"]
    line(f"  {units.count(len(suggestions), 'suggestion')}")
    for one in suggestions[:_SHOWN]:
        line(Text.assemble("    ", (one["code"], "yellow"), f" ({one['origin']})  {one['pointer']}"))
        if one["after"]:
            line(Text(f"      + {one['after'].splitlines()[0]}", style="green"))
    for one in value["sections"]:
        if one["code"]:
            line(f"  The model was not heard about {one['pointer']}: {one['code']}")


@click.group(cls=Group)
def reviews() -> None:
    """List, show and delete the reviews that you began from a shell."""


@reviews.command("list")
@JSON
def list_reviews(*, as_json: bool) -> None:
    """List your reviews, newest first."""
    open_ledger()
    from lading.cv.app import access
    from lading.cv.app import reviews as known

    found = known.listed(access.shell_owner())
    if as_json:
        for one in found:
            print_json({"review": one.pk, "run": one.run_id, "document": one.document_id, "state": one.run.state})
    elif found:
        print_columns(_HEAD, [_row(one) for one in found], right={"review", "run"})
    else:
        out.print("No reviews yet: lading cv review FILE")


def _row(one: Review) -> list[str]:
    return [
        str(one.pk),
        str(one.run_id),
        one.run.state.replace("_", " "),
        units.moment(one.created_at),
        str(one.resume.number) if one.resume else "",
        one.model,
        one.document.name,
        units.moment(one.document.expires_at),
    ]


@reviews.command("show")
@click.argument("number", type=int)
@JSON
def show_review(number: int, *, as_json: bool) -> None:
    """Show one review: findings, suggestions, what the model was not heard about."""
    open_ledger()
    from lading.cv.app import access

    _told(access.shell_owner(), number, as_json=as_json)


@reviews.command("retry")
@click.argument("number", type=int)
@JSON
def retry_review(number: int, *, as_json: bool) -> None:
    """Begin a review like this one: what the model answered then is not asked again, what failed or was lost is."""
    open_ledger()
    from lading.cv.app import access
    from lading.cv.app import reviews as known

    _submitted(known.again(access.shell_owner(), number), as_json=as_json)


@reviews.command("delete")
@click.argument("number", type=int)
def delete_review(number: int) -> None:
    """Delete the CV of a review with everything made of it: versions, all its reviews, answers of models, files."""
    open_ledger()
    from lading.cv.app import access, deletion
    from lading.cv.app.models import Review

    owner = access.shell_owner()
    deletion.delete_document(owner, access.owned(Review, owner, number).document_id)
    err.print("The CV and everything made of it is deleted")
