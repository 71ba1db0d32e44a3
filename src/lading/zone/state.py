"""What all connections of one zone share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from lading.zone.catalog import Catalog
    from lading.zone.faults import Faults
    from lading.zone.replicas import ReplicaAccess
    from lading.zone.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSettings:
    """How one zone behaves."""

    zone: str = "tempZone"
    admin: str = "rods"
    resource: str = "demoResc"
    host: str = "127.0.0.1"
    release: str = "rods5.0.2"
    api_version: str = "d"
    hash_scheme: str = "sha2"  #: of new checksums: sha2 or md5
    users: tuple[str, ...] = ()  #: ordinary users to have, beside the administrator


@dataclass(slots=True, kw_only=True)
class Zone:
    """The running zone."""

    home: Path
    settings: ZoneSettings
    catalog: Catalog
    faults: Faults
    access: ReplicaAccess
    resources: Resources
    port: int = 0
    vault: Path = field(init=False)

    def __post_init__(self) -> None:
        self.vault = self.home / "vault"

    @property
    def name(self) -> str:
        """Return the name of the zone."""
        return self.settings.zone
