"""Settings of single sign-on by an OpenID Connect provider."""

from __future__ import annotations

from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from lading.base.config_groups import Group, Names, Seconds, Words


class Others(Enum):
    """What somebody may who signs in and has none of the listed values."""

    NOBODY = "nobody"  # they do not come in
    VIEWER = "viewer"
    OPERATOR = "operator"


class Link(Enum):
    """When who signs in for the first time gets an account that is there already."""

    NEVER = "never"
    #: the account's name is the address, and the provider says that it has verified it
    VERIFIED_EMAIL = "verified-email"


def is_on_this_machine(host: str) -> bool:
    """Say whether a host of an address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _issuer(text: str) -> str:
    parts = urlsplit(text)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{text} is no issuer such as https://sso.example.org/realms/lab")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_on_this_machine(parts.hostname)):
        raise ValueError(f"{text} must start with https://: whoever reads what goes there can sign in as anybody")
    return text


def _absolute(path: Path) -> Path:
    if not path.expanduser().is_absolute():
        raise ValueError(f"{path} is no absolute path")
    return path.expanduser()


_File = Annotated[Path, AfterValidator(_absolute)]


class Oidc(Group):
    """The provider, what it says of people, and what they may for that."""

    #: address of the provider as it calls itself, such as https://sso.example.org/realms/lab; None: no single sign-on
    issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    #: how the provider knows this Lading
    client_id: str | None = None
    #: what proves it; better in the environment than in a file that others read. None of the three: a public client
    client_secret: SecretStr | None = None
    #: file whose first line it is
    client_secret_file: _File | None = None
    #: command that says it, as a list of words or one line; run without a shell, for each sign-in
    client_secret_command: Words | None = None
    #: what is asked for
    scopes: Names = ("openid", "profile", "email")
    #: what the button says behind "Sign in with"
    label: str = "single sign-on"
    #: claim that becomes the name of a new account
    name_claim: str = "preferred_username"
    #: claim with the groups or roles of a person, with dots for what is nested: realm_access.roles
    role_claim: str = "groups"
    #: values of it that make somebody an administrator, an operator, a viewer: the highest one counts
    administrators: Names = ()
    operators: Names = ()
    viewers: Names = ()
    #: nobody, viewer or operator: what all others may who sign in
    others: Others = Others.NOBODY
    #: never or verified-email: when an account that is there already is theirs
    link: Link = Link.NEVER
    #: whether nobody signs in by a password of Lading
    only: bool = False
    #: file with the CAs (PEM) that may have signed the provider's certificate; None: those of the system
    ca_file: _File | None = None
    #: seconds for each question to the provider
    timeout_s: Annotated[Seconds, Field(le=60)] = 10.0

    @property
    def is_on(self) -> bool:
        """Whether there is a provider."""
        return self.issuer is not None

    @model_validator(mode="after")
    def _whole(self) -> Oidc:
        if self.issuer is not None and not self.client_id:
            raise ValueError("issuer is set, client_id is not")
        if self.only and self.issuer is None:
            raise ValueError("only is set, issuer is not: nobody could sign in")
        given = (self.client_secret, self.client_secret_file, self.client_secret_command)
        if sum(one is not None for one in given) > 1:
            raise ValueError("client_secret, client_secret_file, client_secret_command: more than one is set")
        if self.issuer is not None and "openid" not in self.scopes:
            raise ValueError("scopes must have openid")
        return self
