"""The examples of the documents about handlers and job files work."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from lading.ingest.app.definition import Definition
from lading.ingest.engine import handler_loading
from lading.ingest.engine.handler_loading import HandlerText
from lading.ingest.handlers import Hook, Question, defines

DOCS = Path(__file__).parents[3] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def test_the_job_file_is_a_definition() -> None:
    """With all its tables."""
    (text,) = blocks("reference/job-file.md", "toml")
    definition = Definition.model_validate(tomllib.loads(text))

    assert (2, 2, 2) == (len(definition.metadata), len(definition.acl), len(definition.act_as))
    assert ("mine.py", 3, 10.0, 60.0) == (
        definition.handler,
        definition.retries,
        definition.delay,
        definition.timeout,
    )


def test_the_handler_can_be_loaded() -> None:
    """It defines what it seems to."""
    (text,) = blocks("howto/handlers.md", "python")
    handler = handler_loading.from_text(HandlerText(name="mine.py", text=text))

    assert defines(handler, Question.RESOURCE)
    assert defines(handler, Question.SKIP)
    assert defines(handler, Hook.POST_DATA_OBJECT_CREATE)


def test_every_method_is_told_of() -> None:
    """None is missing, and none is made up."""
    page = (DOCS / "howto/handlers.md").read_text()
    told = set(re.findall(r"`((?:pre|post)_[a-z_]+)`", page))

    assert {hook.value for hook in Hook} == told
    assert all(f"`{question.value}`" in page for question in Question)
