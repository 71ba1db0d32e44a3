"""An iRODS-compatible development zone: one node, loopback only, never for real data."""

from __future__ import annotations
