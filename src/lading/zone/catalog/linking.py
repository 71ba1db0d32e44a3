"""Tying the tables of a query together."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from lading.zone.catalog.columns import JOINS
from lading.zone.codes import Code
from lading.zone.registry import IrodsError


@lru_cache(maxsize=512)
def _neighbours(alias: str) -> tuple[tuple[str, str], ...]:
    found = [(join.right, join.condition) for join in JOINS if join.left == alias]
    return (*found, *((join.left, join.condition) for join in JOINS if join.right == alias))


@lru_cache(maxsize=512)
def connect(aliases: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all aliases needed to tie the given ones together, and the join conditions."""
    reached = [aliases[0]]
    conditions: list[str] = []
    for wanted in aliases[1:]:
        if wanted in reached:
            continue
        for alias, condition in _shortest(reached, wanted):
            reached.append(alias)
            conditions.append(condition)
    return tuple(reached), tuple(conditions)


def _shortest(reached: list[str], wanted: str) -> list[tuple[str, str]]:
    came: dict[str, tuple[str, str]] = {}
    queue = deque(reached)
    while queue:
        alias = queue.popleft()
        for neighbour, condition in _neighbours(alias):
            if neighbour not in came and neighbour not in reached:
                came[neighbour] = (alias, condition)
                queue.append(neighbour)
    if wanted not in came:
        raise IrodsError(Code.CAT_FAILED_TO_LINK_TABLES)
    chain: list[tuple[str, str]] = []
    step = wanted
    while step in came:
        before, condition = came[step]
        chain.append((step, condition))
        step = before
    return chain[::-1]
