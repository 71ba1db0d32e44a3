"""Where the files lie that pages load: those of our own packages, and htmx as django-htmx brings it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

#: package that brings a folder `static` without being an application of ours: workers do without it
_HTMX = "django_htmx"


class Finder(FileSystemFinder):
    """Finds them without `collectstatic`, so that nothing has to be copied after an installation."""

    def __init__(self) -> None:
        self.locations = [("", str(folder)) for folder in _folders()]
        self.storages = {folder: FileSystemStorage(location=folder) for _, folder in self.locations}

    def check(self, **_kwargs: object) -> list[object]:  # type: ignore[override]
        """Find nothing wrong: there is no setting to be wrong."""
        return []


def _folders() -> list[Path]:
    spec = find_spec(_HTMX)
    packages = [Path(config.path) for config in apps.get_app_configs() if config.name.startswith("lading.")]
    packages += [] if spec is None or spec.origin is None else [Path(spec.origin).parent]
    return [folder for package in packages if (folder := package / "static").is_dir()]
