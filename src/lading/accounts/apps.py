"""Django's view of accounts."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tables `accounts_*`."""

    name = "lading.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the trail be as long as the settings say."""
        from lading.orchestration import retention

        if _old_entries not in retention.pieces:
            retention.pieces.append(_old_entries)


def _old_entries() -> bool:
    from lading.accounts import audit  # once the tables are known

    return audit.forget_old()
