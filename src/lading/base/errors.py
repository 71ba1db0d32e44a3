"""
The error tree, ordered by what the caller can do about it.

::

    LadingError
    ├── UsageError          the person who typed it mends the command (exit code 2)
    ├── RetryNow            the same call may work at once: a connection broke, a file moved under us
    ├── RetryLater          the same call may work in a while: a service is down, an object is locked
    ├── SkipFile            this one file cannot be done; every other one can
    ├── StopRun             no file of this run can be done until something is changed
    └── AskPerson           a decision is needed before anything more is done

Each class carries a stable ``code``; manifests, the API and the docs use it. A code is never reused, and each one has its
entry in ``codes.toml``: what it means and what can be done.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import ClassVar


class Remedy(Enum):
    """What can be done about an error, or about whatever else a code tells."""

    MEND_COMMAND = "mend the command"
    RETRY_NOW = "retry now"
    RETRY_LATER = "retry later"
    SKIP_FILE = "skip this file"
    STOP_RUN = "stop the run"
    ASK_PERSON = "ask a person"
    INFORMATION = "information"  # no error has it: there is nothing to do


class LadingError(Exception):
    """Base of every error that Lading raises on purpose."""

    code: ClassVar[str] = "INTERNAL"
    #: what nobody foresaw is tried again, and given up alone
    remedy: ClassVar[Remedy] = Remedy.SKIP_FILE
    #: how long to wait before the next try, where whoever raised it knows
    retry_after: timedelta | None = None

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint  #: what the reader can do, one sentence, may be empty

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class UsageError(LadingError):
    """The command or a setting is wrong."""

    code = "USAGE"
    remedy = Remedy.MEND_COMMAND


class NotFound(UsageError):  # noqa: N818 - named by what it says
    """There is nothing of that name or number."""

    code = "NOT_FOUND"


class RequestInvalid(UsageError):  # noqa: N818 - named by what it says
    """The request to the API is wrong in itself."""

    code = "REQUEST_INVALID"


class RetryNow(LadingError):  # noqa: N818 - named by the remedy
    """The same call may work at once."""

    code = "RETRY_NOW"
    remedy = Remedy.RETRY_NOW


class RetryLater(LadingError):  # noqa: N818 - named by the remedy
    """The same call may work in a while."""

    code = "RETRY_LATER"
    remedy = Remedy.RETRY_LATER


class SkipFile(LadingError):  # noqa: N818 - named by the remedy
    """This one file cannot be done."""

    code = "SKIP_FILE"
    remedy = Remedy.SKIP_FILE


class StopRun(LadingError):  # noqa: N818 - named by the remedy
    """No file of this run can be done."""

    code = "STOP_RUN"
    remedy = Remedy.STOP_RUN


class AskPerson(LadingError):  # noqa: N818 - named by the remedy
    """A person has to decide."""

    code = "ASK_PERSON"
    remedy = Remedy.ASK_PERSON


# --- retry now -------------------------------------------------------------------------------------------------


class ConnectionLost(RetryNow):
    """The connection broke; whether the last request took effect is unknown."""

    code = "CONNECTION_LOST"


class ChecksumMismatch(RetryNow):
    """What the destination stored is not what was sent."""

    code = "CHECKSUM_MISMATCH"


class SourceChanged(RetryNow):
    """The file changed while it was read."""

    code = "SOURCE_CHANGED"


# --- retry later -----------------------------------------------------------------------------------------------


class ServiceUnreachable(RetryLater):
    """A service that whole runs depend on did not answer: what else needs it would not get through, either."""


class ZoneUnreachable(ServiceUnreachable):
    """The zone did not answer."""

    code = "ZONE_UNREACHABLE"


class BrokerUnreachable(RetryLater):
    """Redis did not answer."""

    code = "BROKER_UNREACHABLE"


class LedgerUnreachable(RetryLater):
    """The database did not answer."""

    code = "LEDGER_UNREACHABLE"


class UpgradeUnderWay(RetryLater):
    """`lading upgrade` is at work on the ledger: nothing begins until it ended."""

    code = "UPGRADE_UNDER_WAY"


class WorkersBusy(RetryLater):
    """Workers did not put down what they have in hand within the time that they were given."""

    code = "WORKERS_BUSY"


class ObjectLocked(RetryLater):
    """Somebody else has the object open, or an interrupted write left it locked."""

    code = "OBJECT_LOCKED"


# --- skip this file --------------------------------------------------------------------------------------------


class SourceVanished(SkipFile):
    """The file was there when the folder was listed and is not any more."""

    code = "SOURCE_VANISHED"


class SourceUnreadable(SkipFile):
    """The file or folder may not be read."""

    code = "SOURCE_UNREADABLE"


class NotAFile(SkipFile):
    """A socket, pipe or device has no content to bring."""

    code = "NOT_A_FILE"


class NameRefused(SkipFile):
    """The name cannot be a logical path."""

    code = "NAME_REFUSED"


class TwinRefused(NameRefused):
    """Another name of the same folder is the same text in different bytes, and the job brings no such names."""

    code = "TWIN_REFUSED"


class NotSent(SkipFile):
    """The file would have to be sent, and this run sends nothing."""

    code = "NOT_SENT"


class AccessDenied(SkipFile):
    """The zone does not let this user write there."""

    code = "ACCESS_DENIED"


class ObjectExists(SkipFile):
    """An object that this job does not manage is already there."""

    code = "OBJECT_EXISTS"


class ObjectMissing(SkipFile):
    """The object is not in the catalogue."""

    code = "OBJECT_MISSING"


class OutsideDestination(SkipFile):
    """A path that was to be deleted does not lie below the destination of the job."""

    code = "OUTSIDE_DESTINATION"


class CollectionNotEmpty(SkipFile):
    """A collection that was to be removed still holds something."""

    code = "COLLECTION_NOT_EMPTY"


class WrongReplica(SkipFile):
    """The object is registered under another resource or physical path."""

    code = "WRONG_REPLICA"


class SourceItself(SkipFile):
    """The object is the file of the source itself, registered where it lies: nothing is put over it."""

    code = "SOURCE_ITSELF"


class HookFailed(SkipFile):
    """A method of the handler raised."""

    code = "HOOK_FAILED"


class HookTimedOut(HookFailed):
    """A method of the handler took longer than it may."""

    code = "HOOK_TIMED_OUT"


class AnswerRefused(HookFailed):
    """A method of the handler returned what makes no sense."""

    code = "HANDLER_ANSWER"


class LeftOut(SkipFile):
    """The handler said so when the path was about to be done."""

    code = "HANDLER_SKIPPED"


class Refused(SkipFile):
    """The zone refused this request with a code of its own."""

    code = "ZONE_REFUSED"

    def __init__(self, message: str, *, irods_code: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.irods_code = irods_code


# --- stop the run ----------------------------------------------------------------------------------------------


class SourceMissing(StopRun):
    """The source folder is not there, or is no folder."""

    code = "SOURCE_MISSING"


class DestinationRefused(StopRun):
    """The destination cannot be used: outside the zone, not a collection, not writable."""

    code = "DESTINATION_REFUSED"


class HandlerRefused(StopRun):
    """The handler cannot be loaded, or is not the one that the run was started with."""

    code = "HANDLER_REFUSED"


class LedgerTooNew(StopRun):
    """The ledger was written by a newer version."""

    code = "LEDGER_TOO_NEW"


class LedgerTooOld(StopRun):
    """The ledger, which several hosts may use, was written by an older version."""

    code = "LEDGER_TOO_OLD"


class UpgradeFailed(StopRun):
    """A migration of the ledger failed: nothing begins until it was repeated or undone."""

    code = "UPGRADE_FAILED"


class BackUpFailed(StopRun):
    """The program that backs the ledger up failed."""

    code = "BACK_UP_FAILED"


class CopyDiffers(StopRun):
    """What was read of a copied ledger is not what was written to it."""

    code = "COPY_DIFFERS"


# --- ask a person ----------------------------------------------------------------------------------------------


class TargetFull(AskPerson):
    """The resource has no room left."""

    code = "TARGET_FULL"


class LoginRefused(AskPerson):
    """The zone does not know the user, or the password is wrong or has expired."""

    code = "LOGIN_REFUSED"


class PasswordUnavailable(AskPerson):
    """The command that says the password failed."""

    code = "PASSWORD_UNAVAILABLE"


class ProfileInvalid(AskPerson):
    """The zone profile cannot be read or lacks something."""

    code = "PROFILE_INVALID"


class CertificateRefused(AskPerson):
    """The certificate of the zone has expired, is for another host, or nobody who is trusted has signed it."""

    code = "CERTIFICATE_REFUSED"


class EncryptionRefused(AskPerson):
    """One side requires TLS and the other refuses it, or they know no common way."""

    code = "ENCRYPTION_REFUSED"


class Cancelled(Exception):  # noqa: N818 - control flow, not a fault
    """The work in hand must end now: the run was stopped or the lease was lost. Nothing more may be written."""
