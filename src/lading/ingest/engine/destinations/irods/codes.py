"""What an iRODS code means to the caller: our own table of facts."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from lading.base.errors import (
    AccessDenied,
    ChecksumMismatch,
    CollectionNotEmpty,
    LadingError,
    NameRefused,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    Refused,
    TargetFull,
    ZoneUnreachable,
)

CAT_NO_ROWS_FOUND = -808000
CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME = -809000
CAT_INSUFFICIENT_PRIVILEGE_LEVEL = -830000
CAT_NAME_EXISTS_AS_COLLECTION = -833000
SYS_UNMATCHED_API_NUM = -12000
SYS_NO_API_PRIV = -13000
SYS_INTERNAL_ERR = -154000
SYS_REPLICA_DOES_NOT_EXIST = -164000
USER_INCOMPATIBLE_PARAMS = -402000
USER_CHKSUM_MISMATCH = -314000
HIERARCHY_ERROR = -1803000
DIRECT_CHILD_ACCESS = -1816000
USER_FILE_SIZE_MISMATCH = -401000
CHECK_VERIFICATION_RESULTS = -407000
CAT_NO_CHECKSUM_FOR_REPLICA = -862000
CLIENT_NEGOTIATION_ERROR = -1824000
SERVER_NEGOTIATION_ERROR = -1825000

#: codes of the lowest thousand keep an errno in their last three digits
_UNIX_ERRORS = range(-540_999, -509_999)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_MEANINGS: Mapping[type[LadingError], Mapping[int, str]] = {
    AccessDenied: {
        SYS_NO_API_PRIV: "SYS_NO_API_PRIV",
        -129000: "PATH_REG_NOT_ALLOWED",
        -818000: "CAT_NO_ACCESS_PERMISSION",
        CAT_INSUFFICIENT_PRIVILEGE_LEVEL: "CAT_INSUFFICIENT_PRIVILEGE_LEVEL",
    },
    ObjectMissing: {
        -310000: "USER_FILE_DOES_NOT_EXIST",
        -358000: "OBJ_PATH_DOES_NOT_EXIST",
        CAT_NO_ROWS_FOUND: "CAT_NO_ROWS_FOUND",
        -814000: "CAT_UNKNOWN_COLLECTION",
        -817000: "CAT_UNKNOWN_FILE",
    },
    ObjectExists: {
        -46000: "SYS_COPY_ALREADY_IN_RESC",
        -312000: "OVERWRITE_WITHOUT_FORCE_FLAG",
        -834000: "CAT_NAME_EXISTS_AS_DATAOBJ",
    },
    CollectionNotEmpty: {-821000: "CAT_COLLECTION_NOT_EMPTY"},
    ChecksumMismatch: {
        USER_CHKSUM_MISMATCH: "USER_CHKSUM_MISMATCH",
        USER_FILE_SIZE_MISMATCH: "USER_FILE_SIZE_MISMATCH",
    },
    ObjectLocked: {
        -405000: "INTERMEDIATE_REPLICA_ACCESS",
        -406000: "LOCKED_DATA_OBJECT_ACCESS",
        HIERARCHY_ERROR: "HIERARCHY_ERROR",
    },
    TargetFull: {
        -110000: "SYS_RESC_QUOTA_EXCEEDED",
        -186000: "LOGICAL_QUOTA_EXCEEDED",
        -311000: "USER_FILE_TOO_LARGE",  # the resource would be left with less room than it is to keep
    },
    ZoneUnreachable: {
        -9000: "SYS_EXCEED_CONNECT_CNT",
        -22000: "SYS_SVR_TO_SVR_CONNECT_FAILED",
        -38000: "SYS_AGENT_INIT_ERR",
        -105000: "SYS_RESC_IS_DOWN",
        -115000: "SYS_SOCK_READ_TIMEDOUT",
        -118000: "SYS_MAX_CONNECT_COUNT_EXCEEDED",
        -162000: "SYS_SOCK_CONNECT_ERR",
        -168000: "SYS_REPLICA_INACCESSIBLE",
        -801000: "CATALOG_NOT_CONNECTED",
        -803000: "CAT_CONNECT_ERR",
    },
    NameRefused: {-317000: "USER_INPUT_PATH_ERR", -307000: "USER_PATH_EXCEEDS_MAX"},
}
#: other codes that an ingest meets, so that the message can name them
_OTHER_NAMES: Mapping[int, str] = {
    SYS_UNMATCHED_API_NUM: "SYS_UNMATCHED_API_NUM",
    -27000: "SYS_COPY_LEN_ERR",
    -46000: "SYS_COPY_ALREADY_IN_RESC",
    -67000: "SYS_TAR_STRUCT_FILE_EXTRACT_ERR",
    -78000: "SYS_RESC_DOES_NOT_EXIST",
    -113000: "SYS_REQUESTED_BUF_TOO_LARGE",
    -130000: "SYS_INVALID_INPUT_PARAM",
    SYS_INTERNAL_ERR: "SYS_INTERNAL_ERR",
    SYS_REPLICA_DOES_NOT_EXIST: "SYS_REPLICA_DOES_NOT_EXIST",
    -166000: "SYS_NO_GOOD_REPLICA",
    -170000: "NOT_A_COLLECTION",
    -171000: "NOT_A_DATA_OBJECT",
    -172000: "JSON_VALIDATION_ERROR",
    -318000: "USER_INPUT_OPTION_ERR",
    USER_INCOMPATIBLE_PARAMS: "USER_INCOMPATIBLE_PARAMS",
    -510000: "UNIX_FILE_OPEN_ERR",
    -511000: "UNIX_FILE_CREATE_ERR",
    -513000: "UNIX_FILE_WRITE_ERR",
    -520000: "UNIX_FILE_MKDIR_ERR",
    -806000: "CAT_SQL_ERR",
    CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME: "CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME",
    -816000: "CAT_INVALID_ARGUMENT",
    -826000: "CAT_INVALID_AUTHENTICATION",
    -827000: "CAT_INVALID_USER",
    CAT_NAME_EXISTS_AS_COLLECTION: "CAT_NAME_EXISTS_AS_COLLECTION",
    -840000: "CAT_PASSWORD_EXPIRED",
    -852000: "CAT_UNKNOWN_RESOURCE",
    -992000: "PAM_AUTH_NOT_BUILT_INTO_SERVER",
    -993000: "PAM_AUTH_PASSWORD_FAILED",
    -994000: "PAM_AUTH_PASSWORD_INVALID_TTL",
    -1811000: "INVALID_OPERATION",
    CLIENT_NEGOTIATION_ERROR: "CLIENT_NEGOTIATION_ERROR",
    SERVER_NEGOTIATION_ERROR: "SERVER_NEGOTIATION_ERROR",
    DIRECT_CHILD_ACCESS: "DIRECT_CHILD_ACCESS",
}
_BY_CODE: Mapping[int, tuple[type[LadingError], str]] = {
    code: (kind, name) for kind, names in _MEANINGS.items() for code, name in names.items()
}
#: codes that mean, during a login, that this user will not get in with these credentials
_LOGIN_REFUSED = frozenset({-826000, -827000, -832000, -840000, -891000, -992000, -993000, -994000})
_HINTS: Mapping[int, str] = {
    USER_CHKSUM_MISMATCH: "A stale replica was left; storing it again with REPLACE repairs it",
    HIERARCHY_ERROR: "It may have a replica on another resource than the one asked for",
    DIRECT_CHILD_ACCESS: "Name the root of the hierarchy, not a resource below it",
}


def nominal(code: int) -> int:
    """Return the code without the errno that servers add in the last three digits."""
    return -(-code // 1000 * 1000)


def name_of(code: int) -> str:
    """Return the name of a code, or "" where it is not in the table."""
    known = _BY_CODE.get(nominal(code))
    return known[1] if known else _OTHER_NAMES.get(nominal(code), "")


def says_no_file(code: int) -> bool:
    """Say whether the code means that there is no file where a replica is to lie."""
    return code in _UNIX_ERRORS and -code % 1000 == errno.ENOENT


def refuses_login(code: int) -> bool:
    """Say whether the code, met during a login, will be met again until someone changes user or password."""
    return nominal(code) in _LOGIN_REFUSED


def error_of(code: int, subject: str, detail: str = "") -> LadingError:
    """Return the error for a negative status; `subject` is the path it concerns, `detail` the server's words."""
    named = f"{name_of(code)} ({code})".strip() if name_of(code) else f"iRODS code {code}"
    message = f"{subject}: {named}" + (f": {detail}" if detail else "")
    hint = _HINTS.get(nominal(code), "")
    if code in _UNIX_ERRORS and -code % 1000 in _FULL:
        return TargetFull(message)
    kind = _BY_CODE[nominal(code)][0] if nominal(code) in _BY_CODE else Refused
    if issubclass(kind, Refused):
        return kind(message, irods_code=code, hint=hint)
    return kind(message, hint=hint)
