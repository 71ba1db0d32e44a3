"""`python -m lading.services`: say which Redis would be started, or what to install; exit code 4 where there is none."""

from __future__ import annotations

import sys

from lading.base import config
from lading.base.errors import LadingError
from lading.services import find_server


def main() -> int:
    """Look for the server; start nothing."""
    try:
        settings = config.current()
        found = find_server(settings.redis_server).label if settings.is_redis_embedded else f"{settings.redis_url}"
    except LadingError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    sys.stdout.write(f"Redis: {found}\n")
    return 0


sys.exit(main())
