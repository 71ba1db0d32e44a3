"""Roles, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from lading.base.errors import AskPerson, UsageError


class Role(Enum):
    """
    What somebody may do by the web and the API; each role may do all that the ones before it may.

    =============  ==================================================================================
    viewer         see runs, outcomes, jobs, manifests, figures
    operator       define and run jobs; pause, resume, stop, retry; approve and reject deletions
    administrator  limits, people, tokens of others, what each role may touch, the trail
    =============  ==================================================================================
    """

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        """Place in the order of roles, from 0."""
        return list(Role).index(self)

    def covers(self, needed: Role) -> bool:
        """Whether who has this role may do what needs the other one."""
        return self.rank >= needed.rank

    def or_less(self, other: Role) -> Role:
        """Return the one of both that may do less."""
        return self if other.covers(self) else other


class Area(Enum):
    """What a token may be for alone."""

    #: CV reviews: no job, no file, nobody's account
    CV = "cv"
    #: the check of a CV of which nothing is kept, and nothing else
    LINT = "cv-lint"


class NotSignedIn(AskPerson):
    """Nobody is signed in, or the token is not one that holds."""

    code = "NOT_SIGNED_IN"


class NotPermitted(AskPerson):
    """Whoever is signed in may not do this."""

    code = "NOT_PERMITTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: a person in a browser, or a program with that person's token."""

    user_id: int
    name: str
    role: Role
    #: patterns of the names of jobs that a token is for; empty: all
    jobs: tuple[str, ...] = ()
    #: what a token is for alone; None: whatever its role may
    only: Area | None = None
    #: public part of the token; "" for a browser
    token: str = ""
    #: address of the client, as the server in front says it
    address: str = ""
    #: nothing but a new password will do
    must_change_password: bool = False

    def needs(self, role: Role) -> None:
        """Raise `NotPermitted` where the role is not enough."""
        if not self.role.covers(role):
            raise NotPermitted(f"This takes the role {role.value}; {self.name} is {self.role.value} here")

    def sees(self, job: str) -> bool:
        """Whether jobs of that name, and their runs, are within what the token is for."""
        return not self.jobs or any(fnmatchcase(job, pattern) for pattern in self.jobs)


def role_of(text: str) -> Role:
    """Return the role of that name; `UsageError` if there is none."""
    try:
        return Role(text)
    except ValueError:
        raise UsageError(
            f"There is no role {text}", hint=f"Roles are {', '.join(role.value for role in Role)}"
        ) from None
