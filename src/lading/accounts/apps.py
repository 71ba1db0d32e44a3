"""Django's view of accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tables `accounts_*`."""

    name = "lading.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
