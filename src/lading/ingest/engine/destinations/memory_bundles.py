"""The part of a session in memory that takes many small files at once."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lading.base.errors import ObjectMissing, Refused
from lading.ingest.engine.destinations.memory_catalogue import MemoryCatalogue
from lading.ingest.engine.destinations.memory_store import Call
from lading.ingest.engine.values import Listed, Packed, PutMode, ReplicaState, Target

_ALREADY_THERE = -46_000


class MemoryBundles(MemoryCatalogue):
    """The catalogue as a session sees it, with what unpacks, and what looks at and mends what was unpacked."""

    def unpack(self, packed: Packed) -> None:
        """Unpack a tar file below a collection; what is there stays, and is an error after the others came."""
        with self._request(Call.UNPACK, packed.collection):
            self._refuse_write(packed.collection)
            tar = self._store.objects.get(packed.path)
            if tar is None:
                raise ObjectMissing(f"{packed.path} is not in the catalogue")
            refused = [
                path
                for path, data in _members(tar.data, packed.collection)
                if not self._keep_member(path, data, tar.listed.resource)
            ]
        if refused:
            raise Refused(f"{refused[0]} is already there", irods_code=_ALREADY_THERE)

    def find_all(self, paths: Iterable[str]) -> dict[str, Listed]:
        """Return those of these objects that are there."""
        wanted = list(paths)
        with self._request(Call.FIND_ALL, wanted[0] if wanted else ""):
            return {path: self._store.objects[path].listed for path in wanted if path in self._store.objects}

    def set_checksums(self, objects: Mapping[str, Listed]) -> None:
        """Enter size and checksum of objects, all or none."""
        with self._request(Call.SET_CHECKSUMS, next(iter(objects), "")):
            for path in objects:
                self._refuse_write(path)
                if path not in self._store.objects:
                    raise ObjectMissing(f"{path} is not in the catalogue")
            for path, said in objects.items():
                item = self._store.objects[path]
                listed = replace(item.listed, size=said.size, checksum=said.checksum, state=ReplicaState.GOOD)
                self._store.objects[path] = replace(item, listed=listed)

    def _keep_member(self, path: str, data: bytes, resource: str) -> bool:
        """Make an object without checksum, and its collections; say whether there was room for it."""
        if path in self._store.objects or path in self._store.collections:
            return False
        above = path.rpartition("/")[0]
        while above and above not in self._store.collections:
            self._store.collections.add(above)
            above = above.rpartition("/")[0]
        stored = self._store.spoiled.pop(path, data)
        target = Target(path=path, mode=PutMode.CREATE)
        listed = replace(self._listed(target, stored, ReplicaState.GOOD), checksum="", resource=resource)
        self._save(target, stored, listed)
        return True


def _members(data: bytes, collection: str) -> Iterable[tuple[str, bytes]]:
    """Yield path and bytes of each file of a tar."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8") as tar:
        for member in tar:
            content = tar.extractfile(member)
            assert content is not None, "bundles hold files only"
            yield f"{collection}/{member.name}", content.read()
