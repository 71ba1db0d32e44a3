"""The task backbone: Celery application, ledger, leases, enqueuing, progress, results, limits."""
