"""The catalogue: iRODS tables in SQLite."""

from __future__ import annotations

from lading.zone.catalog.db import Catalog, Database, now_text

__all__ = ["Catalog", "Database", "now_text"]
