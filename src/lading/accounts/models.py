"""
The tables of accounts.

A person is Django's user; the role stands beside it. Times are seconds since the epoch as the database knows them.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from lading.accounts.roles import Area, Role

_ROLES = [(role.value, role.value) for role in Role]


class Profile(models.Model):
    """What Lading knows of a person beside the name and the password."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    role = models.CharField(max_length=16, choices=_ROLES, default=Role.VIEWER.value)
    #: the password was made by somebody else, and is good for one thing: to be changed
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"profile of user {self.user_id}: {self.role}"


class Token(models.Model):
    """A secret that a program uses in the name of a person. Only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    #: what it is for, in words of whoever made it
    label = models.CharField(max_length=100, default="")
    #: public part: names the token in lists and in the trail
    prefix = models.CharField(max_length=12, unique=True)
    #: SHA-256 of the whole token: it is random, so that nothing slower is needed
    digest = models.CharField(max_length=64)
    #: it may do no more than this, and no more than its person may
    role = models.CharField(max_length=16, choices=_ROLES, default=Role.VIEWER.value)
    #: patterns of names of jobs; empty: all
    jobs = models.JSONField(default=list)
    #: what it is for alone; "": whatever its role may
    only = models.CharField(max_length=10, default="", choices=[(area.value, area.value) for area in Area])
    created_at = models.FloatField()
    expires_at = models.FloatField(null=True)
    revoked_at = models.FloatField(null=True)
    #: to the nearest few minutes
    used_at = models.FloatField(null=True)
    #: public part of the token that made it: it ends with that one; "" where a person made it
    made_by = models.CharField(max_length=12, default="")

    def __str__(self) -> str:
        return f"token {self.prefix}"


class Identity(models.Model):
    """Who a person is at an OpenID Connect provider: the subject is the one name there that never changes hands."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)

    class Meta:
        """One person each."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class Grant(models.Model):
    """Something that a role may touch. A role without grants of a kind may touch what the settings allow."""

    class Kind(models.TextChoices):
        """As the settings `allowed.*` have it."""

        SOURCE = "source"
        DESTINATION = "destination"
        ZONE = "zone"
        HANDLER = "handler"
        USER = "user"
        BUCKET = "bucket"
        EMAIL = "email"
        WEBHOOK = "webhook"

    role = models.CharField(max_length=16, choices=_ROLES)
    kind = models.CharField(max_length=12, choices=Kind)
    #: `{user}` stands for the name of whoever asks
    value = models.TextField()

    class Meta:
        """Asked for by role."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "kind", "value"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role} may use {self.kind} {self.value}"


class Entry(models.Model):
    """One line of the trail: who did what, to what, from where, and what came of it. Never changed; removed by age alone."""

    at = models.FloatField()
    #: the name, as it was: the trail outlives accounts; "" for nobody
    user = models.CharField(max_length=150, default="")
    token = models.CharField(max_length=12, default="")
    address = models.CharField(max_length=64, default="")
    #: such as `run.pause`
    action = models.CharField(max_length=40)
    #: such as `run 12`, or the name of a job
    subject = models.CharField(max_length=300, default="")
    #: `ok`, or the code of what refused it
    result = models.CharField(max_length=40)
    detail = models.TextField(default="")

    class Meta:
        """Paged by id, newest first; by person, or by what it was done to."""

        indexes: ClassVar = [
            models.Index("user", "id", name="entry_of_user"),
            models.Index("subject", "id", name="entry_about"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.action} {self.subject}: {self.result}"


class Attempts(models.Model):
    """Failed sign-ins of one name, or from one address."""

    #: `name:` or `address:` and what it is
    key = models.CharField(max_length=200, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class Answer(models.Model):
    """What a request with an Idempotency-Key was answered: the same request gets the same answer again."""

    #: of person, and key
    key = models.CharField(max_length=64, primary_key=True)
    #: of method, path and body: another request must not use the key
    request = models.CharField(max_length=64)
    #: 0: the request is being answered
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=300, default="")
    content_type = models.CharField(max_length=100, default="")
    body = models.BinaryField(default=b"")
    made_at = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.status} of {self.made_at}"
