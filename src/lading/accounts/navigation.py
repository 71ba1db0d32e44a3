"""What stands in the navigation of every page; each part of the web adds its own where its addresses are defined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from lading.accounts.access import caller_of
from lading.accounts.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry."""

    label: str
    #: name of an address without arguments
    view: str
    role: Role = Role.VIEWER
    #: from the left
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One entry as a page shows it."""

    label: str
    address: str
    is_here: bool


_places: dict[str, Place] = {}


def add(place: Place) -> None:
    """Let every page lead there."""
    _places[place.view] = place


def context(request: HttpRequest) -> dict[str, object]:
    """Return what `lading/base.html` needs: a context processor."""
    caller = getattr(request, "caller", None) or caller_of(request)
    if caller is None or caller.must_change_password:
        return {"caller": caller, "navigation": ()}
    return {"caller": caller, "navigation": _shown(request.path, caller.role)}


def _shown(path: str, role: Role) -> Sequence[Shown]:
    places = sorted((place for place in _places.values() if role.covers(place.role)), key=lambda place: place.order)
    addresses = [reverse(place.view) for place in places]
    below = (one for one in addresses if path == one or (one != "/" and path.startswith(one)))
    here = max(below, key=len, default="")
    return [
        Shown(label=place.label, address=address, is_here=address == here)
        for place, address in zip(places, addresses, strict=True)
    ]
