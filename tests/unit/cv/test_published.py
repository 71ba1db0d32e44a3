"""What is published of the engine: schemas, pages, codes, names."""

from __future__ import annotations

import importlib
import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import lading.cv
from lading.base.errors import LadingError
from lading.cv.engine import errors as document_errors
from lading.cv.engine.improve import errors as decision_errors
from lading.cv.engine.improve.catalogue import catalogue
from lading.cv.engine.improve.report import ImproveReport
from lading.cv.engine.model import errors as model_errors
from lading.cv.engine.published import published
from lading.cv.engine.render import errors as render_errors

_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("place", list(published()))
def test_what_is_published_is_made_from_the_code(place: str) -> None:
    """`python -m lading.cv.engine.published` has nothing to write."""
    assert published()[place] == (_ROOT / place).read_text(encoding="utf-8")


def test_codes_of_suggestions_are_never_reused() -> None:
    """The list of all codes ever is committed; a new one is a new line, a retired one keeps its line."""
    lines = Path(__file__).with_name("suggestion_codes.txt").read_text(encoding="utf-8").splitlines()
    ever = [line.split()[0] for line in lines if not line.startswith("#")]
    retired = {line.split()[0] for line in lines if line.endswith(" retired")}

    assert len(ever) == len(set(ever))
    assert set(ever) - retired == set(catalogue())


def test_every_error_has_a_code_of_its_own() -> None:
    """Programs tell errors apart by their codes alone."""
    modules = (document_errors, decision_errors, model_errors, render_errors)
    kinds = [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, LadingError) and kind.__module__ == module.__name__
    ]

    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.code.startswith("CV_") for kind in kinds)


@pytest.mark.parametrize("name", lading.cv.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    """`from lading.cv import ...` is the documented way in."""
    assert getattr(lading.cv, name).__name__ == name
    assert not hasattr(importlib.import_module("lading.cv"), "no_such_name")


def test_the_schema_knows_a_report() -> None:
    """What is printed is of the published shape."""
    report = ImproveReport(guard=1, date=date(2026, 11, 21).isoformat(), language="en", version="v", suggestions=())

    assert report == TypeAdapter(ImproveReport).validate_json(json.dumps(report.as_json()))
