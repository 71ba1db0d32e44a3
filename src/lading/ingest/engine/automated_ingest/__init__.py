"""
Handlers that were written for the iRODS capability for automated ingest, run as they are.

`modules` holds what such a file imports, `adapter` makes a `Handler` of its class `event_handler`, `meta` the dictionary
that its methods are given, `nesting` the hooks that are called around an action.
"""

from __future__ import annotations

from lading.ingest.engine.automated_ingest.dialect import AUTOMATED_INGEST, is_written_so

__all__ = ["AUTOMATED_INGEST", "is_written_so"]
