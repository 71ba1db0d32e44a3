"""What is told of the end of a run: one value, as JSON for programs, as text for people."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from lading.base import config
from lading.orchestration import results
from lading.orchestration.models import Run, RunState

_COUNTS = ("created", "updated", "registered", "deleted", "skipped", "failed", "unchanged")


def of_run(run: Run, state: RunState, reason: str, name: str) -> dict[str, Any]:
    """Return what is told of a run that ends now: the last object of `sync --json`, and what it was. No file is named."""
    link = config.current().notify.link
    return results.summary(run.pk) | {
        "event": "run.ended",
        "job": name,
        "title": run.title,
        "state": str(state),
        "reason": reason,
        "link": link.replace("{run}", str(run.pk)) if link else None,
    }


def subject(content: dict[str, Any]) -> str:
    """Return one line without anything that a header cannot hold."""
    line = f"[Lading] {content['job']}: {content['state'].replace('_', ' ')} (run {content['run']})"
    return "".join(letter for letter in " ".join(line.split()) if letter.isprintable())


def text(content: dict[str, Any]) -> str:
    """Return what a person reads."""
    counts = content["counts"]
    told = ", ".join(f"{counts[name]:,} {name}" for name in _COUNTS if counts.get(name))
    seconds = content["seconds"]
    lines = [
        f"Run {content['run']} of {content['job']} is {content['state'].replace('_', ' ')}.",
        content["reason"],
        "",
        content["title"],
        f"Files: {told or 'none'}",
        f"Bytes: {content['bytes']:,}" + ("" if seconds is None else f" in {seconds:,.0f} s"),
        "",
        content["link"] or f"lading show {content['run']}",
    ]
    return "\n".join(line for line in lines if line is not None) + "\n"


def email(content: dict[str, Any], sender: str, to: str, number: int) -> EmailMessage:
    """Return it as a message; `number` lets a reader see that a second one is the same."""
    message = EmailMessage()
    message["Subject"] = subject(content)
    message["From"], message["To"] = sender, to
    message["Message-ID"] = f"<lading-{number}-run-{content['run']}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(content).encode("utf-8", "replace").decode())
    return message
