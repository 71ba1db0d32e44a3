"""Degrees and certificates, by kind: "MSc" and "Master of Science" are one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lading.cv.engine.guard.values import ClaimKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One degree or certificate in a text."""

    name: str
    kind: ClaimKind
    text: str


_DEGREES = {
    "doctor": r"\bPh\.?\s?D\b|\bD\.?Phil\b|\bdoctor\w*|\bDr\.|\bdoktor\w*|\bpromovier\w*|\bhabilit\w*|(?-i:\bPromotion\b(?= (?:in|zu|an|\xfcber|als)\b|\s*$|[,.;]))",
    "master": r"(?-i:\bM\.?\s?(?:Sc|Eng|Phil)\b|\bM\.A\.|\bMA\b)|\bmaster(?:['\u2019]?s\b|\s?studi\w*|studi\w*|arbeit|abschluss|\s+of\b|\s+degree)|(?-i:\bMaster (?:in|of|an)\b)|\bmagister\b",
    "mba": r"(?-i:\bMBA\b)",
    "bachelor": r"(?-i:\bB\.?\s?(?:Sc|Eng)\b|\bB\.A\.|\bBA\b)|\bbachelor\w*",
    "law": r"(?-i:\bLL\.?[BM]\b)",
    "diploma": r"\bdiplom\w*",
    "state examination": r"\bstaatsexam\w*",
    "school leaving": r"\babitur\b|\bmatura\b|\ba[- ]levels?\b|\bgcses?\b|\bfachhochschulreife\b",
    "master craftsman": r"\bmeister(?:brief|pr\xfcfung|titel)\w*",
    "degree": r"\bdegrees?\b|\bgraduat(?:e|ed|ion)\b|\bundergraduate\b|\bhochschulabschluss\b|\bstudium\b|\bstudierte\w*",
    "honours": r"\bhonou?rs\b|\bwith distinction\b|\bcum laude\b|\bmit auszeichnung\b|\bdean['\u2019]s list\b|\bvaledictorian\b",
    "teaching": r"\bpgce\b|\breferendariat\b",
}
_CERTIFICATES = {
    "certified": r"\bcertif\w*|\bzertifi\w*",
    "accredited": r"\baccredit\w*|\bakkreditier\w*",
    "licensed": r"\blicen[sc]ed\b|\bapprob\w*",
    "chartered": r"\bchartered\b",
    "examined": r"\bgepr\xfcfte[rn]?\s+(?=[A-Z\xc4\xd6\xdc])",
}
_PATTERNS = [
    *((name, ClaimKind.DEGREE, re.compile(pattern, re.IGNORECASE)) for name, pattern in _DEGREES.items()),
    *((name, ClaimKind.CERTIFICATE, re.compile(pattern, re.IGNORECASE)) for name, pattern in _CERTIFICATES.items()),
]


def found_in(text: str) -> Iterator[Credential]:
    """Yield every degree and certificate that a text names."""
    for name, kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Credential(name=name, kind=kind, text=match[0].strip())
