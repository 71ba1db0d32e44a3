"""Mends the form of a text and nothing else: no letter that a person reads is changed."""

from __future__ import annotations

import re
import unicodedata

#: joined letters that software does not find
_LIGATURES = {char: unicodedata.normalize("NFKC", char) for char in "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"}
_MARK = re.compile(r"^(?:[\u2022\u2023\u25aa\u25cf\u25e6\u2043\u2219\u00b7\u27a2\u2794*]|[-\u2013]\s)\s*")
_BEFORE_STOP = re.compile(r"(?<=\w) +(?=[,;.](?:\s|$))")
_EMAIL_AT = re.compile(r"\s*(?:@|\((?:at|\xe4t)\)|\[at\])\s*", re.IGNORECASE)
_EMAIL_DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\(punkt\))\s*", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_LABEL = re.compile(
    r"^(?:phone|telephone|tel|mobile|cell|telefon|mobil|handy|e-?mail|mail)\b\.?\s*:?\s*(?=\S)", re.IGNORECASE
)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


def tidied(text: str, *, is_point: bool = False) -> str:
    """Return a text without stray blanks, joined letters and icons; of a point also without its list mark."""
    text = "".join(_LIGATURES.get(char, char) for char in text if _is_kept(char))
    text = " ".join(text.split())
    if is_point:
        text = _MARK.sub("", text)
    return _BEFORE_STOP.sub("", text).strip()


def _is_kept(char: str) -> bool:
    """Say whether a character means something: no icon of a private font, nothing without width, no control character."""
    if char in "\u200c\u200d":
        return True  # joiners change how Arabic and Indic letters read
    return char.isspace() or unicodedata.category(char) not in {"Co", "Cc", "Cf", "Cn"} or char in "\u200e\u200f"


def email_form(text: str) -> str:
    """Return an address without blanks and paraphrases, its domain in lower case; the text itself where it stays none."""
    bare = _EMAIL_DOT.sub(".", _EMAIL_AT.sub("@", _LABEL.sub("", text.strip()).removeprefix("mailto:"))).strip(" .,;<>")
    if not _EMAIL.fullmatch(bare):
        return text
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}"


def phone_form(text: str) -> str:
    """Return a number with blanks between its groups, + for 00 and no (0) behind it; the text where it is no number."""
    bare = _LABEL.sub("", text.strip())
    bare = re.sub(r"^00(?=[1-9])", "+", bare)
    if bare.startswith("+"):
        bare = re.sub(r"\(0\)", " ", bare)
    if not re.fullmatch(r"\+?[\d\s()/.\u2010-\u2013-]+", bare):
        return text
    bare = re.sub(r"[\s()/.\u2010-\u2013-]+", " ", bare).strip()
    digits = sum(char.isdigit() for char in bare)
    return bare if _FEWEST_DIGITS <= digits <= _MOST_DIGITS else text


def link_form(text: str) -> str:
    """Return an address of the web with its scheme."""
    bare = "".join(text.split())
    return bare if re.match(r"https?://", bare, re.IGNORECASE) or "@" in bare else f"https://{bare.removeprefix('//')}"
