"""A worker for CV reviews loads what CV reviews need, and nothing of ingest."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
import django
django.setup()
from lading.orchestration import hosting, served
from lading.orchestration.celery_app import app
served.only({queues!r})
app.loader.import_default_modules()
names = sorted(name for name in app.tasks if name.startswith(("cv", "filesystem", "deletion")))
print(names, sorted({{"irods", "boto3", "ninja", "httpx2", "typst"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("queues", "has_cv", "loads"), [(("cv", "cv-ai"), True, "[]"), (("deletion",), False, "['irods']")]
)
def test_tasks_are_those_of_the_queues(queues: tuple[str, ...], *, has_cv: bool, loads: str) -> None:
    """The client of iRODS is not loaded for CVs, nor the typesetter for moving files."""
    found = subprocess.run(
        [sys.executable, "-c", _CODE.format(queues=queues)], capture_output=True, text=True, check=False, timeout=60
    )

    assert 0 == found.returncode, found.stderr
    assert has_cv is ("cv-ai.improve" in found.stdout)
    assert has_cv is ("filesystem.scan" not in found.stdout)
    assert found.stdout.strip().endswith(loads)


def test_sweeping_needs_no_client_of_irods_either() -> None:
    """What another application looks after with each sweep is left to workers that can."""
    sweeps = (
        "from lading.orchestration.ledger import schema, sweep\nschema.ensure()\nsweep.sweep()\n"
        "print('irods' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", _CODE.format(queues=("cv", "cv-ai")) + sweeps],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert found.stdout.strip().endswith("False"), found.stderr
