"""How far a review is, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from lading.cv.app import kinds, sections
from lading.cv.app.drawing import NOT_DRAWN
from lading.cv.app.models import Review, Spending
from lading.orchestration.models import ENDED, Outcome, Run, RunState

#: stage -> what is done in it
_STAGES = {
    kinds.READING: "Read the file",
    kinds.UNDERSTANDING: "Understand it",
    kinds.CHECKING: "Check it by rules",
    kinds.IMPROVING: "Ask the model",
}
_TONES = {
    RunState.RUNNING: "live",
    RunState.WAITING: "warn",
    RunState.PAUSED: "warn",
    RunState.STOPPING: "warn",
    RunState.DONE: "good",
    RunState.DONE_WITH_FAILURES: "bad",
    RunState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a review."""

    words: str
    #: "done", "now" or "to come"
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A step that did not come to its end."""

    step: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking the model."""

    model: str
    sections: int
    of: int
    #: sections without the model's word: where, and the code of the reason
    lacking: Sequence[tuple[str, str]]
    #: None: the endpoint did not say
    tokens: int | None
    #: None: nobody knows the price
    cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a review is."""

    review: Review
    #: as it was when the page began to be made
    run: Run

    @property
    def state(self) -> str:
        """The state of its run, in words."""
        return self.run.state.replace("_", " ")

    @property
    def tone(self) -> str:
        """How the state is painted."""
        return _TONES.get(RunState(self.run.state), "calm")

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.run.state in ENDED

    @property
    def is_queued(self) -> bool:
        """Whether no worker has taken it yet."""
        return self.run.state == RunState.QUEUED

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped or paused."""
        return self.run.state in (RunState.STOPPED, RunState.PAUSED, RunState.FAILED)

    @property
    def stages(self) -> Sequence[Stage]:
        """The stages; the model's only where one is asked."""
        names = [name for name in _STAGES if name != kinds.IMPROVING or self.review.model]
        at = names.index(self.run.stage) if self.run.stage in names else 0
        is_good = self.run.state in (RunState.DONE, RunState.DONE_WITH_FAILURES) and not self.review.document.code
        whens = [
            "done" if place < at or is_good else "now" if place == at else "to come" for place in range(len(names))
        ]
        if self.has_ended:
            whens = ["done" if when == "done" else "not done" for when in whens]
        return [Stage(words=_STAGES[name], when=when) for name, when in zip(names, whens, strict=True)]

    @property
    def failures(self) -> Sequence[Failure]:
        """Steps that failed or were left out; why a file is refused and what a model says is told elsewhere."""
        rows = Outcome.objects.filter(run_id=self.review.run_id).exclude(code__in=["", NOT_DRAWN]).order_by("id")
        told = {self.review.document.code, "JOB_WITHOUT_TERMS"}
        step = kinds.IMPROVE.partition(".")[2]
        return [
            Failure(step=row.subject, code=row.code)
            for row in rows
            if row.code not in told and not row.subject.startswith(f"{step} ")
        ]

    @property
    def asked(self) -> Asked | None:
        """What came of asking the model so far; None where none is asked."""
        if not self.review.model:
            return None
        rows = self.review.sectionasked_set.order_by("number")
        spent = Spending.objects.filter(run_id=self.review.run_id).aggregate(
            sent=Sum("prompt_tokens"),
            answered=Sum("answer_tokens"),
            paid=Sum("cost"),
            costs=Count("cost"),
            calls=Count("pk"),
        )
        is_told = spent["sent"] is not None and spent["answered"] is not None
        return Asked(
            model=self.review.model,
            sections=rows.count(),
            of=len(sections.of(self.review)) if self.review.resume_id else 0,
            lacking=list(rows.exclude(code="").values_list("pointer", "code")),
            tokens=spent["sent"] + spent["answered"] if is_told else None,
            cost=spent["paid"] if spent["costs"] == spent["calls"] else None,
        )
