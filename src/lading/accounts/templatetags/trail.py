"""Filters of the page of the trail."""

from __future__ import annotations

from django import template

from lading.base import units

register = template.Library()


@register.filter
def moment(at: float) -> str:
    """Return a time as people write it."""
    return units.moment(at)
