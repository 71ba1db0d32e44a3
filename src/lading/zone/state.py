"""What all connections of one zone share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lading.zone.negotiation import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from lading.zone.agent import Agent
    from lading.zone.catalog import Catalog
    from lading.zone.faults import Faults
    from lading.zone.replicas import ReplicaAccess
    from lading.zone.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The files with which a zone proves who it is."""

    certificate: Path
    key: Path
    authority: Path | None = None  #: what clients check the certificate against, for their environment files


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
    tls: Tls | None = None  #: None: connections are in clear
    policy: Policy = Policy.REFUSE  #: what is said when a client negotiates about encryption
    pam_seconds: int = 1_209_600  #: how long a password that a PAM login gives is good, where the client does not say

    def __post_init__(self) -> None:
        if self.tls is None and self.policy is not Policy.REFUSE:
            message = f"{self.policy.value} needs a certificate and its key"
            raise ValueError(message)


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
    agents: dict[int, Agent] = field(default_factory=dict)  #: connections that are answered now, by `id`
    vault: Path = field(init=False)

    def __post_init__(self) -> None:
        self.vault = self.home / "vault"

    @property
    def name(self) -> str:
        """Return the name of the zone."""
        return self.settings.zone
