"""The ledger's schema, made by whoever comes first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_commands_that_begin_at_once_make_one_ledger(tmp_path: Path) -> None:
    """Two terminals, one new home: each finds a whole ledger."""
    environ = {name: value for name, value in os.environ.items() if name != "LADING_DATABASE_URL"}
    begun = [
        subprocess.Popen(
            [sys.executable, "-P", "-m", "lading", "runs"],
            env=environ | {"LADING_HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(8)
    ]
    said = [process.communicate()[1] for process in begun]

    assert [0] * 8 == [process.returncode for process in begun], b"".join(said)
