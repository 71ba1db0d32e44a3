"""What goes wrong with stores of objects, in terms of the error tree."""

from __future__ import annotations

from lading.base.errors import AskPerson, RetryLater, SkipFile, SourceChanged, StopRun


class SourceUnavailable(RetryLater):
    """
    The store does not answer, or only to say that it cannot.

    No `ServiceUnreachable`: the circuit that a run names is that of its zone.
    """

    code = "SOURCE_UNAVAILABLE"


class SourceSlow(SourceUnavailable):
    """The store wants fewer requests."""


class SourceLoginRefused(AskPerson):
    """The store does not know the credentials, they have expired or were revoked, or there are none."""

    code = "SOURCE_LOGIN_REFUSED"


class SourceDenied(AskPerson):
    """The store lists its objects to these credentials, and gives none of them."""

    code = "SOURCE_DENIED"


class SourceCertificateRefused(AskPerson):
    """The certificate of the store has expired, is for another host, or nobody who is trusted has signed it."""

    code = "SOURCE_CERTIFICATE_REFUSED"


class SourceMisplaced(StopRun):
    """The bucket is in another region, or the store cannot be asked like this."""

    code = "SOURCE_MISPLACED"


class SourceUnordered(StopRun):
    """The store does not list keys in order, so that nobody could tell what vanished."""

    code = "SOURCE_UNORDERED"


class ObjectArchived(SkipFile):
    """The object lies in an archive and has to be restored before it can be read."""

    code = "OBJECT_ARCHIVED"


class ObjectRefused(SkipFile):
    """The store refuses to give this object."""

    code = "OBJECT_REFUSED"


class SourceDamaged(SourceChanged):
    """The bytes that were read are not those that the store has a checksum of."""

    code = "SOURCE_DAMAGED"
