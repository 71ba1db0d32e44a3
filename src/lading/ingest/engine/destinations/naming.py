"""What can be said of a target before any request."""

from __future__ import annotations

from lading.base.errors import DestinationRefused, SourceChanged


def refuse_bad_collection(collection: str, zone: str) -> None:
    """Raise `DestinationRefused` for a path that cannot be a destination in this zone, whatever the catalogue has."""
    if not collection.startswith("/"):
        raise DestinationRefused(f"{collection} is not an absolute path", hint=f"Begin it with /{zone}/")
    if collection == "/":
        raise DestinationRefused("/ holds zones, not files", hint=f"Name a collection below /{zone}")
    elements = collection.split("/")[1:]
    if any(element in {"", ".", ".."} for element in elements):
        raise DestinationRefused(f"{collection} has an empty element, `.` or `..` in it")
    if elements[0] != zone:
        raise DestinationRefused(f"{collection} is not in the zone {zone}")


def refuse_other_size(path: str, announced: int, came: int) -> None:
    """Raise `SourceChanged` when the chunks of a file are not as many bytes as was announced."""
    if came != announced:
        raise SourceChanged(f"{path}: {announced} bytes were announced, {came} came")


def trash_place(path: str, user: str) -> str:
    """
    Return where the trash of a user keeps an object, unless something else had that name before.

    Of paths below `home` that is left out, and with it the user's own name, but nobody else's.
    """
    _, zone, *below = path.split("/")
    if below[0] == "home" and len(below) > 1:
        below = below[1:]
        below = below[1:] if len(below) > 1 and below[0].partition("#")[0] == user else below
    return "/".join(("", zone, "trash", "home", user, *below))
