"""What a job wants, as the engine needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from hashlib import blake2b

from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.naming import Naming
from lading.ingest.engine.templates import NO_TEMPLATES, Templates
from lading.ingest.engine.twins import TwinRule
from lading.ingest.engine.values import DeleteMode, Operation


class Touched(Enum):
    """What to do with a file of which only ctime or inode differ."""

    REHASH = "rehash"  # read it; send it if the bytes differ
    METADATA = "metadata"  # take the content as unchanged, and say that the rest may not be
    IGNORE = "ignore"  # take it as unchanged


class Adopt(Enum):
    """What to do with an object of equal size that is already there and has no checksum in the catalogue."""

    SIZE = "size"  # take it for the same, unverified
    CHECKSUM = "checksum"  # let the zone compute one and compare
    NEVER = "never"  # take it for another one


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRules:
    """How small new files are sent together instead of one by one."""

    #: most files of one bundle; 0: each file is sent alone
    files: int = 0
    #: most bytes of one bundle as it is packed; it is in memory while it is sent
    bytes: int = 16 * 1024 * 1024
    #: larger files are sent alone
    largest: int = 1024 * 1024
    #: files of each bundle that the server reads again
    reread: int = 1


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How one job brings files."""

    #: logical path of the root collection
    destination: str
    operation: Operation = Operation.PUT_SYNC
    #: root resource; None: the zone decides
    resource: str | None = None
    touched: Touched = Touched.REHASH
    adopt: Adopt = Adopt.CHECKSUM
    #: whether files go from the source once they are brought: then nothing that is not there has vanished
    clears: bool = False
    links: Links = Links.SKIP
    special: Special = Special.SKIP
    #: enter new files into the catalogue many at a time where the zone lets the user
    bulk_register: bool = False
    #: let the catalogue's modification time of what is put be the file's
    keep_mtime: bool = False
    filters: Filters = field(default_factory=Filters)
    naming: Naming = field(default_factory=Naming)
    #: concerns new names only, so that no snapshot depends on it
    twin_rule: TwinRule = field(default_factory=TwinRule)
    delete_mode: DeleteMode = DeleteMode.DO_NOT_DELETE
    delete_scope: DeleteScope = DeleteScope.MANAGED
    #: larger files are streamed by parallel ranges, smaller ones sent in one request
    one_call_limit: int = 32 * 1024 * 1024
    bundles: BundleRules = field(default_factory=BundleRules)
    #: bounds of one piece of work
    batch_files: int = 1000
    batch_bytes: int = 1024 * 1024 * 1024
    #: entries in one part of a folder
    part_entries: int = 2000
    #: how often a file that changes while it is read is read again
    rereads: int = 3
    #: metadata, permissions and users; no part of `digest`: other ones are applied without comparing content again
    templates: Templates = NO_TEMPLATES
    #: of the handler's code; "" where there is none
    handler_digest: str = ""
    #: how often a file whose error may pass, or whose hook raised, is tried again, and after how many seconds
    retries: int = 0
    delay: float = 0.0

    @property
    def keeps_no_time(self) -> bool:
        """Whether registrations are made by requests that carry no time, so that the catalogue has that of the request."""
        return self.bulk_register or self.operation is Operation.REGISTER_AS_REPLICA_SYNC

    @property
    def deletes(self) -> bool:
        """Whether what vanished at the source goes at the destination."""
        return self.delete_mode is not DeleteMode.DO_NOT_DELETE

    @property
    def mirrors(self) -> bool:
        """Whether objects go that the job did not bring."""
        return self.deletes and self.delete_scope is DeleteScope.MIRROR

    @cached_property
    def digest(self) -> str:
        """Text that differs where a snapshot made under one set of rules does not hold under another."""
        words: tuple[str, ...] = (
            self.operation.value,
            self.resource or "",
            self.filters.digest,
            self.naming.digest,
            self.links.value,
            self.special.value,
            "clears" * self.clears,
        )
        words += (self.handler_digest,) if self.handler_digest else ()
        return blake2b("\0".join(words).encode(), digest_size=16).hexdigest()
