"""What errors of the library and codes of the store mean: one table, and one sentence for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore import exceptions as library
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError, SSLError

from lading.base.errors import LadingError, SourceChanged, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import shown
from lading.ingest.engine.sources.errors import (
    ObjectArchived,
    ObjectRefused,
    SourceCertificateRefused,
    SourceLoginRefused,
    SourceMisplaced,
    SourceSlow,
    SourceUnavailable,
)

#: whatever the library may raise when it is asked for something
FAULTS = (BotoCoreError, ClientError, HTTPError, ResponseParserError, OSError)

_SLOW = frozenset({"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "429"})
_SLOW_STATUS = frozenset({429, 503})
_AWAY = frozenset({"InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted", "Busy"})
_SERVER_FAULT = 500
_LOGIN = {
    "ExpiredToken": "the credentials have expired",
    "ExpiredTokenException": "the credentials have expired",
    "TokenRefreshRequired": "the credentials have expired",
    "InvalidToken": "the session token is not valid",
    "InvalidAccessKeyId": "the store does not know the access key",
    "InvalidClientTokenId": "the store does not know the access key",
    "UnrecognizedClientException": "the store does not know the access key",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "AuthFailure": "the credentials were refused",
    "AccountProblem": "there is a problem with the account",
    "NotSignedUp": "the account is not signed up for this store",
    "RequestTimeTooSkewed": "the clock of this host is too far from the store's",
}
_ELSEWHERE = frozenset(
    {
        "PermanentRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "301",
        "TemporaryRedirect",
    }
)
_NO_BUCKET = frozenset({"NoSuchBucket", "InvalidBucketName", "NoSuchTenant"})
_NO_KEY = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
_CHANGED = frozenset({"PreconditionFailed", "412", "InvalidRange", "416"})
_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "403", "MethodNotAllowed", "405"})
_NO_LOGIN = (
    library.NoCredentialsError,
    library.PartialCredentialsError,
    library.CredentialRetrievalError,
    library.ProfileNotFound,
    library.TokenRetrievalError,
    library.SSOError,
)
_NO_PLACE = (
    library.NoRegionError,
    library.InvalidRegionError,
    library.EndpointProviderError,
    library.UnknownServiceError,
    library.ParamValidationError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: the store and the location by name, the path of an object or folder ("" for all of it)."""

    store: str
    location: str
    path: str = ""
    #: a folder is listed, not an object read
    is_listing: bool = False

    @property
    def what(self) -> str:
        """The object, folder or location in words."""
        return shown(self.path) if self.path else f"The source {shown(self.location)}"


def meaning(error: Exception, asked: Asked) -> LadingError:
    """Return what an error of the library means for what was asked."""
    if isinstance(error, ClientError):
        return _answered(error, asked)
    if isinstance(error, _NO_LOGIN):
        hint = "Look at the profile's key file, or at the settings of the AWS tools on the worker's host"
        return SourceLoginRefused(f"There are no credentials for {asked.store}: {type(error).__name__}", hint=hint)
    if isinstance(error, library.SSLError | SSLError):
        hint = "Name the authority's certificate as `verify` of the profile, or mend the store's certificate"
        return SourceCertificateRefused(f"The certificate of {asked.store} is not trusted: {_cause(error)}", hint=hint)
    if isinstance(error, _NO_PLACE):
        return SourceMisplaced(f"{asked.store} cannot be asked for {shown(asked.location)}: {error}")
    return SourceUnavailable(f"{asked.store} does not answer: {_cause(error)}")


def _answered(error: ClientError, asked: Asked) -> LadingError:
    """
    Return what a code of the store means.

    ==================  ===============  =================  =================
    the store says      of an object     of a folder        of all of it
    ==================  ===============  =================  =================
    slow down, 503      SourceSlow       SourceSlow         SourceSlow
    500 and the like    SourceUnavailable                   (any)
    login               SourceLoginRefused                  (any)
    other region        SourceMisplaced                     (any)
    no such bucket      SourceMissing                       (any)
    not there           SourceVanished   SourceVanished     SourceMissing
    denied              SourceUnreadable SourceUnreadable   SourceMissing
    changed             SourceChanged    SourceMissing      SourceMissing
    archived            ObjectArchived   SourceMissing      SourceMissing
    anything else       ObjectRefused    SourceMissing      SourceMissing
    ==================  ===============  =================  =================
    """
    told = error.response.get("Error", {})
    code, status = str(told.get("Code", "")), _status(error.response)
    if code in _SLOW or status in _SLOW_STATUS:
        return SourceSlow(f"{asked.store} wants fewer requests: {code or status}")
    if code in _AWAY or status >= _SERVER_FAULT:
        return SourceUnavailable(f"{asked.store} cannot answer now: {code or status}")
    if code in _LOGIN:
        return SourceLoginRefused(f"{asked.store}: {_LOGIN[code]} ({code})", hint="Renew them where they are kept")
    if code in _ELSEWHERE:
        return _elsewhere(error.response, asked)
    if code in _NO_BUCKET:
        return SourceMissing(f"The source {shown(asked.location)} is not there: {asked.store} says {code}")
    return _about(code, asked)


def _about(code: str, asked: Asked) -> LadingError:  # noqa: PLR0911 - a table
    """Return what a code means that concerns what was asked only."""
    if code in _NO_KEY and asked.path:
        return SourceVanished(f"{shown(asked.path)} is not there any more")
    if not asked.path:
        word = "is not there" if code in _NO_KEY else "cannot be read"
        return SourceMissing(
            f"{asked.what} {word}: {asked.store} says {code}", hint="Look at the bucket and its policy"
        )
    if code in _DENIED:
        return SourceUnreadable(f"{shown(asked.path)} cannot be read: {asked.store} says {code}")
    if asked.is_listing:
        return SourceMissing(f"{shown(asked.path)} cannot be listed: {asked.store} says {code}")
    if code in _CHANGED:
        return SourceChanged(f"{shown(asked.path)} was overwritten")
    if code == "InvalidObjectState":
        return ObjectArchived(f"{shown(asked.path)} lies in an archive", hint="Restore it in the store, then run again")
    return ObjectRefused(f"{shown(asked.path)} is not given: {asked.store} says {code}")


def _elsewhere(response: Mapping[str, Any], asked: Asked) -> SourceMisplaced:
    """Say where the bucket is, as far as the store tells."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = headers.get("x-amz-bucket-region") or response.get("Error", {}).get("Region", "")
    where = f"is in the region {region}" if region else "is in another region"
    return SourceMisplaced(f"The source {shown(asked.location)} {where}", hint="Set `region` of the profile to it")


def _status(response: Mapping[str, Any]) -> int:
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _cause(error: Exception) -> str:
    """Return the kind of an error: its text may hold the address of a proxy with its password."""
    return type(error).__name__
