"""What the destination has beyond the source, for a job that mirrors."""

from __future__ import annotations

from lading.base.errors import NameRefused
from lading.base.paths import join, name_of
from lading.ingest.engine.bundling import STAGING
from lading.ingest.engine.catalogue import Collection
from lading.ingest.engine.parts import FolderPart, Ports
from lading.ingest.engine.selecting import Selection
from lading.ingest.engine.values import Kind, Listed


def claimed(ports: Ports, folder: str, collection: str) -> frozenset[str]:
    """Return the names at the destination of everything that a folder has now; raise `NameRefused`."""
    naming, source = ports.rules.naming, ports.source
    return frozenset(
        name_of(naming.child(collection, name, source.physical_path(join(folder, name))).path)
        for name in source.names(folder)
    )


def foreign(ports: Ports, selection: Selection, collection: str, there: Collection) -> tuple[list[Listed], list[str]]:
    """
    Return the objects and the names of the child collections that nothing at the source stands for.

    ===========================================  ================
    name at the destination                      is foreign
    ===========================================  ================
    of an entry of the source, brought or not    no
    that the filters leave out                   no
    where the source has a name without a place  no: it may be it
    of the collection for tar files of bundles   no
    else                                         yes
    ===========================================  ================
    """
    try:
        taken = claimed(ports, selection.folder, collection)
    except NameRefused:
        return [], []
    objects = [one for one in there.objects() if one.name not in taken and selection.takes_name(one.name, folder=False)]
    names = sorted(name for name in there.collections() - taken - {STAGING} if selection.takes_name(name, folder=True))
    return objects, names


def report_foreign(part: FolderPart, ports: Ports, selection: Selection, there: Collection) -> None:
    """
    Put on the part what the destination has beyond the source, if that is to be deleted, too.

    A source that is a single file is no picture of a collection: beside it nothing is foreign.
    """
    if ports.rules.mirrors and ports.source.stat(part.folder).kind is Kind.FOLDER:
        objects, collections = foreign(ports, selection, part.collection, there)
        part.foreign.extend(objects)
        part.foreign_collections.extend(collections)
