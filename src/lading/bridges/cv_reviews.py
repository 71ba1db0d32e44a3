"""
A handler that checks the CVs which land in a collection, for the person who asked for it.

::

    lading sync ~/cv /tempZone/home/ada/cv --handler lading.bridges.cv_reviews:ReviewCvs

A person opts in by an AVU on the collection: `lading::cv_review` with their own user name. A CV that lands there is read by
the same rules as `lading cv lint`, without advice, without an advertisement, and without any model. What software loses of
it becomes a report object that this person alone may read; the CV gets a count of findings as AVU. There is no score, no
comparison and no order of people: this tells somebody how their own CV is read, and is not for selecting anybody.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract import Limits, extract_bytes
from lading.cv.engine.lint.catalogue import Heading
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.structure import structure
from lading.ingest.handlers import Event, Handler

#: on a collection: whose CVs in it are checked
OPTED_IN: Final = "lading::cv_review"
#: on a CV: how many things software loses of it
COUNT: Final = "lading::cv_findings"
#: names of reports end so; they are no CVs
REPORT: Final = ".cv-report.json"

_ENDINGS = (".pdf", ".docx", ".md", ".txt", ".json")


class ReviewCvs(Handler):
    """See the module."""

    def post_data_object_create(self, event: Event) -> None:
        """Check a CV that arrived."""
        _look(event)

    def post_data_object_modify(self, event: Event) -> None:
        """Check a CV that changed; its report and count take the place of the old ones."""
        _look(event)


def wants(path: str) -> bool:
    """Say whether an object may be a CV by its name, and is no report."""
    name = path.lower()
    return name.endswith(_ENDINGS) and not name.endswith(REPORT)


def report_of(content: bytes, *, name: str, today: datetime) -> tuple[dict[str, Any], int | None]:
    """Return what software loses of a CV, and how many things; None where it cannot be read, with the reason in the report."""
    head = {"schema": 1, "object": name, "at": today.isoformat(timespec="seconds")}
    try:
        document = extract_bytes(content)
    except DocumentRefused as error:
        return {**head, "error": {"code": error.code, "message": error.message, "hint": error.hint}}, None
    found = review(document, structure(document), today=today.date(), advice=Advice.NONE).as_json()
    loses = [
        rule
        for rule in found["rules"]
        if rule["heading"] == Heading.LOSES.value and rule["outcome"] != Outcome.NOT_APPLICABLE.value
    ]
    count = sum(len(rule["findings"]) for rule in loses if rule["outcome"] == Outcome.FAILED.value)
    return {**head, "catalogue": found["catalogue"], "summary": found["summary"], "rules": loses}, count


def _look(event: Event) -> None:
    if not wants(event.logical_path):
        return
    session = event.irods()
    collection, _, name = event.logical_path.rpartition("/")
    if not _has_opted_in(session, collection):
        return
    report, count = report_of(_content(session, event.logical_path), name=name, today=datetime.now(UTC))
    _keep(session, f"{event.logical_path}{REPORT}", report)
    values = session.data_objects.get(event.logical_path).metadata
    for old in values.get_all(COUNT):
        values.remove(old)
    if count is not None:
        values.add(COUNT, str(count))


def _has_opted_in(session: Any, collection: str) -> bool:  # noqa: ANN401 - python-irodsclient has no types
    """Say whether the user who acts has asked for it: nobody else's word counts, and nobody else gets the report."""
    chosen = session.collections.get(collection).metadata.get_all(OPTED_IN)
    return any(one.value == session.username for one in chosen)


def _content(session: Any, path: str) -> bytes:  # noqa: ANN401 - as above
    with session.data_objects.open(path, "r") as stored:
        return bytes(stored.read(Limits().bytes + 1))


def _keep(session: Any, path: str, report: dict[str, Any]) -> None:  # noqa: ANN401 - as above
    """Write a report that nobody but the user who acts may read, whatever the collection passes on to what lies in it."""
    from irods.access import iRODSAccess  # the client of iRODS comes with the session

    if not session.data_objects.exists(path):
        session.data_objects.create(path)
    # first nobody else may read it, then there is something to read
    target = session.data_objects.get(path)
    for one in session.acls.get(target):
        if (one.user_name, one.user_zone) != (session.username, session.zone):
            session.acls.set(iRODSAccess("null", path, one.user_name, one.user_zone))
    with session.data_objects.open(path, "w") as written:
        written.write(json.dumps(report, ensure_ascii=False, indent=1).encode())
