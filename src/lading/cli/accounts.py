"""`lading accounts`: who may use the web and the API, and what each role may touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.frame import Group, err, open_ledger, out, print_columns, print_json

if TYPE_CHECKING:
    from lading.accounts.roles import Caller

_ROLE = click.Choice(["viewer", "operator", "administrator"])
_KIND = click.Choice(["source", "destination", "zone", "handler", "user", "bucket", "email", "webhook"])


@click.group(cls=Group)
def accounts() -> None:
    """Who may use the web and the API: accounts, roles, tokens, grants, the trail."""


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each account.")
def list_accounts(*, as_json: bool) -> None:
    """List the accounts."""
    open_ledger()
    from django.contrib.auth.models import User

    from lading.accounts import people

    found = [(user, people.profile_of(user)) for user in User.objects.select_related("profile").order_by("username")]
    if as_json:
        for user, profile in found:
            print_json({"account": user.username, "role": profile.role, "active": user.is_active})
        return
    rows = [
        [user.username, profile.role, "" if user.is_active else "disabled", _seen(user.last_login)]
        for user, profile in found
    ]
    print_columns(("account", "role", "state", "signed in"), rows) if rows else out.print("No accounts yet: lading web")


@accounts.command("create")
@click.argument("name")
@click.option("--role", type=_ROLE, default="viewer", show_default=True, help="What it may do.")
def create(name: str, role: str) -> None:
    """Make an account; its one-time password is printed and has to be changed at the first sign-in."""
    open_ledger()
    from lading.accounts import audit, people
    from lading.accounts.roles import role_of

    with audit.recorded(_shell(), "account.create", name):
        _, password = people.create(name, role_of(role))
    out.print(password, markup=False)
    err.print(f"{name} signs in with that once, and chooses a password", markup=False)


@accounts.command("set-role")
@click.argument("name")
@click.argument("role", type=_ROLE)
def set_role(name: str, role: str) -> None:
    """Give an account another role."""
    open_ledger()
    from lading.accounts import audit, people
    from lading.accounts.roles import role_of

    with audit.recorded(_shell(), "account.role", name):
        people.set_role(name, role_of(role))


@accounts.command("disable")
@click.argument("name")
@click.option("--off", is_flag=True, help="Let it sign in again.")
def disable(name: str, *, off: bool) -> None:
    """Let an account not sign in any more; its tokens do not hold, its jobs stay."""
    open_ledger()
    from lading.accounts import audit, people

    with audit.recorded(_shell(), "account.active", name):
        people.set_active(name, active=off)


@accounts.command("delete")
@click.argument("name")
def delete(name: str) -> None:
    """Delete an account with its tokens, sessions, CVs and all that was made of them; jobs, their runs and the trail stay."""
    open_ledger()
    from lading.accounts import audit, people

    with audit.recorded(_shell(), people.DELETED, name):
        people.delete(name)


@accounts.command("link")
@click.argument("name")
@click.argument("subject")
def link(name: str, subject: str) -> None:
    """Let an account be that of SUBJECT (the claim `sub`) at the provider of the settings (`web.oidc.issuer`)."""
    open_ledger()
    from lading.accounts import audit
    from lading.accounts.oidc import admitting
    from lading.base import config

    issuer = config.current().web.oidc.issuer
    if issuer is None:
        raise UsageError("There is no single sign-on", hint="Set web.oidc.issuer and web.oidc.client_id")
    with audit.recorded(_shell(), "account.link", name):
        admitting.link(name, issuer, subject)


@accounts.command("reset")
@click.argument("name")
def reset(name: str) -> None:
    """Give an account a new one-time password, and let it try at once."""
    open_ledger()
    from lading.accounts import audit, people, throttle

    with audit.recorded(_shell(), "account.reset", name):
        password = people.reset_password(name)
        throttle.succeeded(name)
    out.print(password, markup=False)


@accounts.command("trail")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Newest lines to show.")
@click.option("--user", default="", help="Of this account.")
@click.option("--subject", default="", help="About this: `run 12`, or the name of a job.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line.")
def trail(limit: int, user: str, subject: str, *, as_json: bool) -> None:
    """Show who did what by the web, the API and this command, newest first."""
    open_ledger()
    from lading.accounts import audit

    found = audit.page(before=None, limit=limit, user=user, subject=subject)
    if as_json:
        names = ("at", "user", "token", "address", "action", "subject", "result", "detail")
        for one in found:
            print_json({name: getattr(one, name) for name in names})
        return
    rows = [[units.moment(one.at), one.user or "-", one.address, one.action, one.subject, one.result] for one in found]
    print_columns(("when", "account", "from", "did", "about", "result"), rows)


# --- tokens ----------------------------------------------------------------------------------------------------------


@accounts.group(cls=Group)
def token() -> None:
    """Secrets that programs use in somebody's name."""


@token.command("new")
@click.argument("name")
@click.option("--role", type=_ROLE, default="viewer", show_default=True, help="It may do no more than this.")
@click.option("--job", "jobs", multiple=True, metavar="PATTERN", help="Only for jobs of such names; may be repeated.")
@click.option("--only", type=click.Choice(["cv", "cv-lint"]), help="For CV reviews alone, or for checks of CVs alone.")
@click.option(
    "--days", type=click.IntRange(0, 3_650), default=90, show_default=True, help="Until it expires; 0: never."
)
@click.option("--label", default="", help="What it is for.")
def new(  # noqa: PLR0917 - click names them
    name: str, role: str, jobs: Sequence[str], only: str | None, days: int, label: str
) -> None:
    """Make a token for an account; it is printed this once."""
    open_ledger()
    from lading.accounts import audit, people, tokens
    from lading.accounts.roles import Area, role_of

    with audit.recorded(_shell(), "token.new", name):
        area = Area(only) if only else None
        scope = tokens.Scope(role=role_of(role), jobs=jobs, only=area, days=days or None, label=label)
        _, secret = tokens.make(people.find(name), scope)
    out.print(secret, markup=False, soft_wrap=True)
    err.print("It is shown this once: LADING_TOKEN holds it for `lading --server URL`")


@token.command("list")
@click.argument("name", required=False)
def list_tokens(name: str | None) -> None:
    """List tokens, of one account or of all."""
    open_ledger()
    from lading.accounts import tokens
    from lading.orchestration.ledger.clock import now

    at = now()
    rows = [
        [
            one.prefix,
            one.user.username,
            one.role,
            one.only or " ".join(one.jobs) or "all jobs",
            "revoked"
            if one.revoked_at
            else "expired"
            if one.expires_at and one.expires_at <= at
            else units.moment(one.expires_at)
            if one.expires_at
            else "never",
            units.moment(one.used_at) if one.used_at else "never",
            one.label,
        ]
        for one in tokens.listed(name)
    ]
    print_columns(("token", "account", "role", "jobs", "expires", "used", "label"), rows)


@token.command("revoke")
@click.argument("prefix", metavar="TOKEN")
def revoke(prefix: str) -> None:
    """Let a token be good for nothing; TOKEN is its public part, as the list has it."""
    open_ledger()
    from lading.accounts import audit, tokens

    with audit.recorded(_shell(), "token.revoke", prefix):
        tokens.revoke(prefix)


# --- grants ----------------------------------------------------------------------------------------------------------


@accounts.group(cls=Group, invoke_without_command=True)
@click.pass_context
def grants(context: click.Context) -> None:
    """What each role may touch of what the settings allow (`allowed.*`); without grants of a kind: all of it."""
    if context.invoked_subcommand is not None:
        return
    open_ledger()
    from lading.accounts import grants as granted

    print_columns(("role", "kind", "value"), [[one.role, one.kind, one.value] for one in granted.listed()])


@grants.command("add")
@click.argument("role", type=_ROLE)
@click.argument("kind", type=_KIND)
@click.argument("value")
def add_grant(role: str, kind: str, value: str) -> None:
    """Let ROLE touch VALUE: a path, a handler, a user; {user} in it is the name of whoever asks."""
    open_ledger()
    from lading.accounts import audit
    from lading.accounts import grants as granted
    from lading.accounts.roles import role_of

    with audit.recorded(_shell(), "grant.add", f"{role} {kind} {value}"):
        granted.add(role_of(role), kind, value)


@grants.command("remove")
@click.argument("role", type=_ROLE)
@click.argument("kind", type=_KIND)
@click.argument("value")
def remove_grant(role: str, kind: str, value: str) -> None:
    """Take a grant back."""
    open_ledger()
    from lading.accounts import audit
    from lading.accounts import grants as granted
    from lading.accounts.roles import role_of

    with audit.recorded(_shell(), "grant.remove", f"{role} {kind} {value}"):
        granted.remove(role_of(role), kind, value)


def _shell() -> Caller:
    """Return who uses this command: nobody that the web knows."""
    from lading.accounts.roles import Caller, Role

    return Caller(user_id=0, name="", role=Role.ADMINISTRATOR, address="shell")


def _seen(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at is not None else "never"
