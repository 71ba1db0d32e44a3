"""
A queue (SQS) in which a store leaves notices of what happened to its objects.

A message is deleted once runs that look at all of its objects are in the ledger; until then it comes back by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from lading.ingest.engine.noticing.changes import Change, Look
from lading.ingest.engine.sources.s3 import clients
from lading.ingest.engine.sources.s3.access import Access
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.notices import NotUnderstood, paths_in

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)

#: messages that one request brings, and seconds that it waits for a first one
_AT_ONCE, _WAIT = 10, 5
#: seconds after which a message that nobody has dealt with comes again: longer than a run is waited for to begin
_HIDDEN = 120
#: seconds before a queue that does not answer is asked again
_LATER = 5.0
#: codes that no further try mends
_HOPELESS = frozenset(
    {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "AccessDenied", "AccessDeniedException"}
)


class BucketNotices:
    """The `Events` of a bucket: tells what happened below a location, at least once and in no promised order; what is lost, the next whole run finds."""

    how = "messages"

    def __init__(self, queue: str, location: Location, access: Access) -> None:
        """`queue` is the address of the queue; it is asked by a thread."""
        #: how often a message was not understood, so that everything has to be looked at
        self.losses = 0
        #: why nothing will be told any more; "" while all is well
        self.broken = ""
        self._queue = queue
        self._location = location
        self._client: SQSClient = clients.of_queue(access, _endpoint(queue))
        self._lock = threading.Lock()
        self._told: list[Change] = []
        #: receipts of each message that are not settled yet
        self._open: dict[str, set[str]] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._thread.start()

    def changes(self) -> Sequence[Change]:
        """Return what came since the last call; never wait for anything."""
        with self._lock:
            told, self._told = self._told, []
        return told

    def settled(self, receipts: Collection[str]) -> None:
        """Be told that runs which look at these are in the ledger; delete the messages of which nothing is left."""
        with self._lock:
            done = []
            for receipt in receipts:
                handle = receipt.partition(" ")[2]
                left = self._open.get(handle, set())
                left.discard(receipt)
                if handle in self._open and not left:
                    del self._open[handle]
                    done.append(handle)
        self._delete(done)

    def close(self) -> None:
        """Ask no more; what was not settled comes again to whoever asks next."""
        self._ending.set()
        self._thread.join(_WAIT + 1)

    # --- the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not (self._ending.is_set() or self.broken):
            try:
                self._receive()
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "")
                self._stumbled(f"{self._queue}: {code}", for_good=code in _HOPELESS)
            except (BotoCoreError, OSError) as error:
                self._stumbled(f"{self._queue}: {type(error).__name__}", for_good=False)

    def _receive(self) -> None:
        answer = self._client.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=_WAIT, VisibilityTimeout=_HIDDEN
        )
        self._delete([handle for message in answer.get("Messages", ()) if (handle := self._take_in(message))])

    def _take_in(self, message: Any) -> str:  # noqa: ANN401 - the library's own shape
        """Take a message in; return its handle if nobody has to be told of it."""
        handle = str(message["ReceiptHandle"])
        try:
            paths = paths_in(message["Body"], self._location)
        except NotUnderstood as error:
            log.warning("%s: %s", self._queue, error)
            self.losses += 1
            paths = ("",)
        notices = [
            Change(path=path, look=Look.ENTRY if path else Look.TREE, receipt=f"{number} {handle}")
            for number, path in enumerate(paths)
        ]
        with self._lock:
            self._told += notices
            if notices:
                self._open[handle] = {notice.receipt for notice in notices}
        return "" if notices else handle

    def _delete(self, handles: Sequence[str]) -> None:
        for start in range(0, len(handles), _AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle}
                for number, handle in enumerate(handles[start : start + _AT_ONCE])
            ]
            try:
                self._client.delete_message_batch(QueueUrl=self._queue, Entries=entries)  # type: ignore[arg-type]
            except (BotoCoreError, ClientError, OSError) as error:
                log.warning("%s: a message will come again: %s", self._queue, type(error).__name__)

    def _stumbled(self, why: str, *, for_good: bool) -> None:
        log.warning("notices: %s", why)
        if for_good:
            self.broken = why
        self._ending.wait(_LATER)


def _endpoint(queue: str) -> str:
    parts = urlsplit(queue)
    return f"{parts.scheme}://{parts.netloc}"
