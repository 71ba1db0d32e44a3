"""
Makes a job believe that it has brought a whole folder: `python -m benchmarks.known JOB`.

For figures about huge folders that are unchanged, where bringing them first would take an hour. The snapshot is written
by the application's own `Snapshots.change`, as the transfers of such a run would have done.
"""

from __future__ import annotations

import os
import sys

#: changes that are written at a time
_AT_ONCE = 50_000

#: what the destination would have said; nobody asks for it while a file is unchanged
_CHECKSUM = "sha2:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def main(job_name: str) -> None:
    """Write the snapshot of the root folder of a job's source."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()
    from django.db import transaction

    from lading.ingest.app import assembly, jobs
    from lading.ingest.app.snapshots import Snapshots
    from lading.ingest.engine.ordered import ordered
    from lading.ingest.engine.snapshot import Known, Proof, known_from

    job = jobs.find(job_name)
    definition = jobs.definition_of(job)
    snapshots = Snapshots(job.pk, assembly.rules_of(definition).digest[:16])
    changes: dict[str, Known | None] = {}

    def write() -> None:
        with transaction.atomic():
            snapshots.change({"": changes}, compared=True)
        changes.clear()

    for entry in ordered(assembly.source_of(definition), ""):
        changes[entry.name] = known_from(entry, _CHECKSUM, Proof.VERIFIED)
        if len(changes) >= _AT_ONCE:
            write()
    write()


if __name__ == "__main__":
    main(sys.argv[1])
