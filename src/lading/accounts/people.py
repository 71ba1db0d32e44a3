"""People: who there is, in which role."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction

from lading.accounts import leaving, sessions
from lading.accounts.audit import OK
from lading.accounts.models import Attempts, Entry, Profile
from lading.accounts.roles import Role
from lading.base.errors import NotFound, UsageError

#: name of whoever is made at the first start
FIRST = "admin"
#: how the trail calls that an account was deleted
DELETED = "account.delete"

#: letters and digits that nobody takes for another one
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

#: names stand in paths of collections (`grants`): no separator, nothing that leads upwards
_NAME = RegexValidator(r"\A[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,149}\Z")


def find(name: str) -> User:
    """Return the person; `UsageError` if there is none."""
    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        raise NotFound(f"There is no account {name}", hint="`lading accounts list` shows them")
    return found


def create(name: str, role: Role, password: str | None = None) -> tuple[User, str]:
    """
    Make an account; return it with its password.

    Without a password one is made that is good for one sign-in, at which another one has to be chosen.
    """
    if password is not None:
        refuse_weak(password, User(username=name))
    told = password or one_time_password()
    return _made(name, told, role, must_change=password is None), told


def create_without_password(name: str, role: Role) -> User:
    """Make the account of somebody who proves elsewhere who they are."""
    return _made(name, None, role, must_change=False)


def ensure_administrator() -> str | None:
    """Make the first account, an administrator, where there is none at all; return its one-time password."""
    if get_user_model().objects.exists():
        return None
    return create(FIRST, Role.ADMINISTRATOR)[1]


def profile_of(user: User) -> Profile:
    """Return what is known of a person; one who came another way (single sign-on) may see, and nothing more."""
    try:
        return user.profile  # of who was read together with it: no further question
    except Profile.DoesNotExist:
        return Profile.objects.get_or_create(user=user)[0]


def set_role(name: str, role: Role) -> None:
    """Give a person another role; `UsageError` where no administrator would be left."""
    with transaction.atomic():
        _refuse_last(name, keeps=role is Role.ADMINISTRATOR)
        profile = profile_of(find(name))
        Profile.objects.filter(pk=profile.pk).update(role=role.value)


def set_active(name: str, *, active: bool) -> None:
    """Let a person sign in, or not any more; whoever may not has no session and no token that holds."""
    with transaction.atomic():
        _refuse_last(name, keeps=active)
        get_user_model().objects.filter(pk=find(name).pk).update(is_active=active)


def delete(name: str) -> None:
    """
    Delete a person: the account, what hangs on it, and all that `leaving` knows to be theirs alone.

    Jobs, runs of jobs and the trail stay, under the name, which nobody gets any more. Where something theirs cannot be deleted
    now, the account is disabled and that is raised: deleting it once more goes on.
    """
    user = find(name)
    set_active(name, active=False)
    key = user.pk
    leaving.forget(key)
    with transaction.atomic():
        sessions.end_all(key)
        Attempts.objects.filter(pk=f"name:{name.casefold()}").delete()
        user.delete()
    leaving.forget(key)  # what a request stored that was under way


def reset_password(name: str) -> str:
    """Give a person a one-time password; return it."""
    user, fresh = find(name), one_time_password()
    user.set_password(fresh)
    with transaction.atomic():
        user.save(update_fields=["password"])
        Profile.objects.filter(pk=profile_of(user).pk).update(must_change_password=True)
    return fresh


def forget_one_time_password(user: User) -> None:
    """Let a one-time password be good for nothing, now that its person proves elsewhere who they are."""
    profile = profile_of(user)
    if profile.must_change_password:
        user.set_unusable_password()
        with transaction.atomic():
            user.save(update_fields=["password"])
            Profile.objects.filter(pk=profile.pk).update(must_change_password=False)


def one_time_password() -> str:
    """Return a password that can be read out: four groups, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def refuse_weak(password: str, user: User) -> None:
    """Raise `UsageError` for a password that is short, common, or much like the name."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UsageError(" ".join(error.messages)) from None


def _made(name: str, password: str | None, role: Role, *, must_change: bool) -> User:
    _refuse_name(name)
    with transaction.atomic():
        if get_user_model().objects.filter(username__iexact=name).exists():
            raise UsageError(f"There is an account {name} already", hint="`lading accounts list` shows them")
        _refuse_name_of_the_gone(name)
        user = get_user_model().objects.create_user(name, password=password)
        Profile.objects.create(user=user, role=role.value, must_change_password=must_change)
    return user


def _refuse_name(name: str) -> None:
    try:
        _NAME(name)
    except ValidationError:
        raise UsageError(
            f"{name!r} is no name for an account", hint="Letters, digits, and . _ @ + - after the first one"
        ) from None


def _refuse_name_of_the_gone(name: str) -> None:
    """Raise `UsageError` for the name of a deleted account: the trail, jobs and `{user}` in grants know people by name."""
    if Entry.objects.filter(action=DELETED, subject__iexact=name, result=OK).exists():
        raise UsageError(
            f"The account {name} was deleted, and the trail knows it by that name", hint="Take another name"
        )


def _refuse_last(name: str, *, keeps: bool) -> None:
    """Raise `UsageError` where nobody would be left who may administer; of two at a time the second one looks again."""
    administrators = Profile.objects.filter(role=Role.ADMINISTRATOR.value, user__is_active=True).select_for_update()
    others = [profile.pk for profile in administrators.exclude(user__username=name)]
    if not keeps and profile_of(find(name)).role == Role.ADMINISTRATOR.value and not others:
        raise UsageError(f"{name} is the only administrator", hint="Give somebody else that role first")
