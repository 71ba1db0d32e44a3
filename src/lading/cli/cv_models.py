"""`lading cv models`: which model is configured, and what would leave the machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lading.base.errors import LadingError
from lading.cli.cv_frame import JSON, extra_needed, line, refuse
from lading.cli.frame import print_json

if TYPE_CHECKING:
    from lading.cv.engine.improve import Version
    from lading.cv.engine.model.endpoint import Endpoint
    from lading.cv.engine.model.openai_compatible import OpenAICompatible


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@JSON
def models(file: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """
    Say which model is configured, and with FILE exactly what would be sent to it. Sends nothing.
    """  # noqa: D200 - click shows it so
    try:
        with extra_needed():
            from lading.cv.engine.model.report import models_report
        endpoint = configured()
        sent = () if file is None or endpoint is None else outgoing(first_of(file), endpoint)
        report = models_report(endpoint, sent)
    except LadingError as error:
        refuse(error, as_json=as_json)
    if as_json:
        print_json({key: value for key, value in report.as_json().items() if key != "schema"})
        return
    if endpoint is None:
        line("No model is configured: suggestions are made by rules, and nothing is sent.")
        line("Set LADING_CV__MODEL_URL and LADING_CV__MODEL_NAME to use one.")
        return
    line(f"{endpoint.model} at {endpoint.url}, {'with' if endpoint.key else 'without'} a key")
    line("What is sent stays on this machine." if endpoint.is_on_this_machine else "What is sent LEAVES this machine.")
    line("Sent are the points of your CV, section by section; name, e-mail, phone and links never, nor hidden text.")
    for one in sent:
        line("")
        for row in one.splitlines():
            line(row)


def configured() -> Endpoint | None:
    """Return the endpoint that the settings name, or None; raise `NotConfigured` where they make no sense."""
    from lading.base import config
    from lading.cv.engine.model.endpoint import of_settings

    return of_settings(config.current().cv)


def first_of(file: Path) -> Version:
    """Return a CV as its first version."""
    from lading.cv.engine.extract import extract
    from lading.cv.engine.improve import first_version
    from lading.cv.engine.structure import structure

    return first_version(structure(extract(file)))


def outgoing(version: Version, endpoint: Endpoint) -> tuple[str, ...]:
    """Return every request about a version, word for word; sends nothing."""
    from lading.cv.engine.model.improving import prompts_of

    model = client(endpoint)
    try:
        return tuple(model.outgoing(prompt) for prompt in prompts_of(version))
    finally:
        model.close()


def client(endpoint: Endpoint) -> OpenAICompatible:
    """Return what talks to an endpoint."""
    from lading.cv.engine.model.openai_compatible import OpenAICompatible

    return OpenAICompatible(endpoint)
