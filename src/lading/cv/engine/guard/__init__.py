"""
Says whether a rewritten text tells anything that the person did not.

::

    judgement = judge("Cut costs by 45 %", Ground.of(["Cut costs by 40 %"], language="en"), before="Cut costs by 40 %")
    judgement.verdict          # Verdict.BLOCKED
    judgement.claims           # (Claim(kind=ClaimKind.NUMBER, text="45 %"),)

Three levels, all deterministic. Hard facts (numbers, dates, names, employers, titles, degrees, certificates, skills,
addresses) have to stand in the ground: the texts of the same section, and what the person added. Other new claims are
marked and wait for the person's word. What the rewrite left out is said.
"""

from __future__ import annotations

from lading.cv.engine.guard.ground import Ground
from lading.cv.engine.guard.judge import judge
from lading.cv.engine.guard.values import Claim, ClaimKind, Judgement, Verdict

__all__ = ["Claim", "ClaimKind", "Ground", "Judgement", "Verdict", "judge"]
