"""The password of somebody who has one: changed by whoever knows it."""

from __future__ import annotations

from django.contrib.auth.models import User

from lading.accounts import throttle
from lading.accounts.models import Profile
from lading.accounts.people import refuse_weak
from lading.base.errors import UsageError


def change(user: User, *, old: str, new: str, address: str) -> None:
    """
    Give a person the password that they chose; their sessions end, but for one that is told of it.

    `TooManyAttempts` before anything is compared, `UsageError` for a wrong, a weak or the same password.
    """
    throttle.refuse_if_too_many(user.username, address)
    if not user.check_password(old):
        throttle.failed(user.username, address)
        raise UsageError("The present password is another one")
    if new == old:
        raise UsageError("The new password is the present one")
    refuse_weak(new, user)
    user.set_password(new)
    user.save(update_fields=["password"])
    Profile.objects.filter(user=user).update(must_change_password=False)
