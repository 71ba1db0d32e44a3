"""Versions of Lading that differ by migrations: a copy of the package, installed where a command finds it first."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.conftest import ROOT

_MIGRATION = """
import time

from django.db import migrations


class Migration(migrations.Migration):
    is_additive = {additive}
    dependencies = [("orchestration", "{after}")]
    operations = [{operations}]
"""

#: a table that the older version does not know
TABLE = 'migrations.RunSQL("CREATE TABLE {name} (id integer)", "DROP TABLE {name}")'
#: time in which somebody can be killed
SLOW = "migrations.RunPython(lambda *_: time.sleep(20))"
#: what no database can do
WRONG = 'migrations.RunSQL("ALTER TABLE there_is_no_such_table ADD COLUMN a integer")'


@dataclass(frozen=True)
class Version:
    """An installed Lading; what is added to it becomes part of what begins from now on."""

    folder: Path

    @classmethod
    def installed(cls, folder: Path) -> Version:
        """Install what is tested here."""
        shutil.copytree(ROOT / "src" / "lading", folder / "lading", ignore=shutil.ignore_patterns("__pycache__"))
        return cls(folder)

    def add(self, name: str, *operations: str, additive: bool = True) -> Path:
        """Add a migration; return its file."""
        folder = self.folder / "lading" / "orchestration" / "migrations"
        last = max(path.stem for path in folder.glob("[0-9]*.py"))
        done = ", ".join(operation.replace("{name}", f"later_{name}") for operation in operations or (TABLE,))
        file = folder / f"{int(last[:4]) + 1:04d}_{name}.py"
        file.write_text(_MIGRATION.format(additive=additive, after=last, operations=done))
        return file

    @property
    def variables(self) -> dict[str, str]:
        """What lets a command find it."""
        return {"PYTHONPATH": str(self.folder)}
