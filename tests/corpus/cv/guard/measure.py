"""How many inventions are blocked, and how many honest rewrites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lading.cv.engine.guard import Ground, Judgement, Verdict, judge
from tests.corpus.cv.guard.cases import Case, attacks, inventions, paraphrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case and what the guard said of it."""

    case: Case
    judgement: Judgement

    @property
    def is_stopped(self) -> bool:
        """Whether it gets no further than it may: a hard fact is blocked, another claim at least asks."""
        return self.is_blocked or (self.case.may_ask and self.judgement.verdict is Verdict.ASKS)

    @property
    def is_blocked(self) -> bool:
        """Whether it is never offered."""
        return self.judgement.verdict is Verdict.BLOCKED


def judged(cases: Iterable[Case]) -> list[Judged]:
    """Return the cases with their verdicts."""
    return [Judged(case=case, judgement=_judge(case)) for case in cases]


def _judge(case: Case) -> Judgement:
    ground = Ground.of(case.role.texts, language=case.role.language)
    return judge(case.after, ground, before=case.before)


def report() -> Iterator[str]:
    """Yield the figures, a line each."""
    planted, honest = judged(inventions()), judged(paraphrases())
    for held_out in (False, True):
        yield "held out" if held_out else "tuned"
        chosen = [one for one in planted if one.case.role.held_out is held_out]
        yield f"  inventions blocked: {_share(chosen)}"
        for kind in sorted({one.case.kind for one in chosen}):
            yield f"    {kind}: {_share(one for one in chosen if one.case.kind == kind)}"
        chosen = [one for one in honest if one.case.role.held_out is held_out]
        yield f"  honest rewrites blocked: {_share(chosen)}"
        yield f"  honest rewrites that ask: {sum(one.judgement.verdict is Verdict.ASKS for one in chosen)}"
    for name, cases in attacked().items():
        for may_ask in (False, True):
            chosen = [one for one in cases if one.case.may_ask is may_ask]
            verb, what = ("stopped", "weighing claims") if may_ask else ("blocked", "hard facts")
            yield f"attacks {name}: {_share(chosen, stopped=True)} {what} {verb}"
    yield f"all: {_share(planted)} inventions blocked, {_share(honest)} honest rewrites blocked"


def attacked() -> dict[str, list[Judged]]:
    """Return the attacks with their verdicts: those the guard was mended for, and two groups that it never was."""
    first, fresh = judged(attacks()), judged(attacks("fresh.toml"))
    return {
        "tuned": [one for one in first if not one.case.role.held_out],
        "held out": [one for one in first if one.case.role.held_out],
        "fresh": fresh,
    }


def _share(cases: Iterable[Judged], *, stopped: bool = False) -> str:
    verdicts = [one.is_stopped if stopped else one.is_blocked for one in cases]
    return f"{sum(verdicts)} of {len(verdicts)} ({100 * sum(verdicts) / len(verdicts):.1f} %)"
