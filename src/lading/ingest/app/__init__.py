"""The ingest application: job definitions, snapshots, tasks."""
