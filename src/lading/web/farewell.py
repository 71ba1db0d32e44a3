"""What is deleted with an account: `accounts` knows no CV, and CV reviews know no account, so it is said here."""

from __future__ import annotations

from lading.accounts import leaving


def register() -> None:
    """Let accounts know; called when Django is ready."""
    leaving.register("cv", forget_cvs)


def forget_cvs(user_id: int) -> None:
    """Delete all CVs of a person, what was made of them, what it cost, and what the person agreed to."""
    # they load the engine, and the tables are there once Django is ready
    from lading.cv.app import access, deletion
    from lading.cv.app.accounting import Spending

    owner = access.owner_of(user_id)
    deletion.delete_all(owner)
    Spending.objects.filter(owner=owner).delete()
