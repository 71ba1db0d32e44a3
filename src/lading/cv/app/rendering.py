"""The step that puts a version on paper and reads it back."""

from __future__ import annotations

from collections.abc import Mapping

from lading.base.errors import Cancelled
from lading.base.outcomes import Outcome
from lading.cv.app import kinds, packing
from lading.cv.app.models import Artefact
from lading.cv.app.reading import done
from lading.cv.app.sections import version_of
from lading.cv.engine.render import Output, Template
from lading.cv.engine.render.errors import RenderRefused
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger.claims import Claim


def render(held: Claim) -> Ending:
    """Render the version that the artefact names; what a reader does not find again is part of it."""
    from lading.cv.engine.render.read_back import read_back
    from lading.cv.engine.render.render import render as render_resume
    from lading.cv.engine.render.report import render_report

    artefact = Artefact.objects.select_related("resume__document").filter(run_id=held.run_id).first()
    if artefact is None:
        raise Cancelled("what was to be rendered was deleted")
    document = packing.DOCUMENT.unpack(artefact.resume.document.reading)
    resume = version_of(artefact.resume).resume
    try:
        template = Template(artefact.template or Template.PLAIN)
        made = render_resume(resume, Output(artefact.format), template, document=document)
    except RenderRefused as error:
        code, name = error.code, kinds.subject(held.kind, held.payload)
        refused = NewOutcome(subject=name, outcome=Outcome.FAILED, code=code)
        return Ending(outcomes=[refused], also=lambda _: _note(artefact.pk, {"code": code}))
    report = render_report("", made, read_back(made, resume, original=document))
    values = {
        "content": made.content,
        "media_type": made.media_type,
        "report": packing.pack_json(report.as_json()),
        "code": "",
    }
    return Ending(outcomes=[done(held)], also=lambda _: _note(artefact.pk, values))


def _note(key: int, values: Mapping[str, object]) -> None:
    if not Artefact.objects.filter(pk=key).update(**values):
        raise Cancelled("what was to be rendered was deleted")
