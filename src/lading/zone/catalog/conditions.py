"""The conditions of a query, taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    from collections.abc import Callable

CONDITION = re.compile(
    r"\s*(n?(?:<>|!=|>=|<=|=|<|>)|(?:not\s+)?like|(?:not\s+)?in|(?:not\s+)?between|begin_of|parent_of|"
    r"is\s+not\s+null|is\s+null)\s*",
    re.IGNORECASE,
)
QUOTED = re.compile(r"'((?:[^'])*)'")


def unquote(operand: str) -> str:
    """Return what stands between the first quote and the last; quotes inside are not escaped on the wire."""
    first, last = operand.find("'"), operand.rfind("'")
    if first < 0 or last <= first:
        return operand
    return operand[first + 1 : last]


def split_compound(text: str) -> list[tuple[str, str]]:
    """Split at `&&` and `||` outside quotes; each piece comes with the SQL word before it."""
    pieces: list[tuple[str, str]] = []
    start, joiner = 0, ""
    for match in re.finditer(r"(?<=['\s)])\s*(&&|\|\|)\s*", text):
        head = text[start : match.start()]
        if head.count("'") % 2:
            continue
        pieces.append((head, joiner))
        start, joiner = match.end(), "AND" if match[1] == "&&" else "OR"
        if not CONDITION.match(text[start:]):
            raise IrodsError(Code.CAT_INVALID_ARGUMENT, f"condition [{text}]")
    pieces.append((text[start:], joiner))
    return pieces


def hierarchy_test(operator: str, operand: str) -> Callable[[str], bool]:
    """Return the question that a condition asks of a resource hierarchy."""
    if operator in {"like", "not like"}:
        pattern = re.compile(like_to_regex(unquote(operand)), re.DOTALL)
        return lambda hierarchy: bool(pattern.fullmatch(hierarchy)) is (operator == "like")
    if operator in {"in", "not in"}:
        values = set(QUOTED.findall(operand))
        return lambda hierarchy: (hierarchy in values) is (operator == "in")
    value = unquote(operand)
    if operator in {"<>", "!="}:
        return lambda hierarchy: hierarchy != value
    return lambda hierarchy: hierarchy == value


def like_to_regex(pattern: str) -> str:
    """Translate a LIKE pattern; a backslash takes the next character as it is."""
    out, index = [], 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\" and index + 1 < len(pattern):
            index += 1
            out.append(re.escape(pattern[index]))
        else:
            out.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
        index += 1
    return "".join(out)
