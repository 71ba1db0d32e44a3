"""The command `lading` in a process that sends every message of its own twice: `python -m tests.chaos.twice worker …`."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import after_task_publish

from lading.cli.main import main

log = logging.getLogger(__name__)

#: header of the second one
_SECOND = "lading-second"


@after_task_publish.connect
def _again(sender: str, headers: dict[str, Any], body: tuple[Any, ...], routing_key: str, **_: object) -> None:
    from lading.orchestration.celery_app import app

    if headers.get(_SECOND):
        return
    app.send_task(sender, args=body[0], queue=routing_key, headers={_SECOND: True}, ignore_result=True)
    log.warning("%s%s was sent twice", sender, body[0])


if __name__ == "__main__":
    main()
