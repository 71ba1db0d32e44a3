"""`python -m lading.irods_sync` is `lading irods-sync`."""

from __future__ import annotations

from lading.cli.main import main

if __name__ == "__main__":
    import sys

    main(["irods-sync", *sys.argv[1:]], prog_name="lading")
