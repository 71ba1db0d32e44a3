"""From a file to its report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lading.cv.engine.extract import extract
from lading.cv.engine.lint.report import Report
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.structure import structure


def lint(path: Path, *, today: date, job: str | None = None, advice: Advice = Advice.DEFAULT) -> Report:
    """
    Read a CV and return what software loses of it, advice, and the answers to a job advertisement.

    The file is never changed; nothing leaves the machine. Guarantees the same report for the same bytes, day and
    advertisement. Raise `DocumentRefused` where the file cannot be read as a CV, and `JobWithoutTerms` where the
    advertisement names nothing that could be compared.
    """
    document = extract(path)
    return review(document, structure(document), today=today, job=job, advice=advice)
