"""What can go wrong when an embedded part is started or stopped."""

from __future__ import annotations

from lading.base.errors import RetryLater, StopRun


class ServiceMissing(StopRun):
    """A program that would have to be started is not on this machine."""

    code = "SERVICE_MISSING"


class ServiceFailed(RetryLater):
    """An embedded part does not start, or does not stop."""

    code = "SERVICE_FAILED"
