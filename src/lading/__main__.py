"""`python -m lading` is `lading`."""

from __future__ import annotations

from lading.cli.main import main

main(prog_name="lading")
