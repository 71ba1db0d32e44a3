"""Alerts, runbooks and figures name each other rightly; what the rules do is shown by promtool and by faults."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from lading.orchestration.metrics.figures import all_figures
from tests.not_run import not_run
from tests.unit.deploy.alerts import CASES, FOLDER, ROOT, RULES, Alert, alerts

HEADINGS = ["What it means", "What to look at", "What to do", "When to wake somebody"]
RUNBOOKS = ROOT / "docs" / "runbooks"


@pytest.fixture(scope="module")
def promtool() -> str:
    """Return Prometheus's own checker."""
    found = shutil.which("promtool")
    if found is None:
        not_run("promtool is not installed (apt-get install prometheus)")
    return found


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_an_alert_says_how_bad_it_is_and_what_to_do(alert: Alert) -> None:
    """A severity, a sentence, and a runbook about this very alert, with commands."""
    page = (ROOT / alert.runbook).read_text(encoding="utf-8")

    assert alert.severity in {"page", "ticket"}
    assert alert.name.startswith("Lading")
    assert f"Alert: `{alert.name}`" in page
    assert HEADINGS == re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert "```sh\n" in page.split("## What to look at")[1].split("## What to do")[0]
    row = f"| `{alert.name}` | {alert.severity} | [{(ROOT / alert.runbook).stem}]({(ROOT / alert.runbook).name}) |"
    assert row in (RUNBOOKS / "README.md").read_text(encoding="utf-8").splitlines()


def test_each_runbook_belongs_to_an_alert() -> None:
    """And no page is left over."""
    assert {path.relative_to(ROOT).as_posix() for path in RUNBOOKS.glob("*.md")} - {"docs/runbooks/README.md"} == {
        alert.runbook for alert in alerts()
    }


def test_alerts_and_runbooks_name_figures_that_there_are() -> None:
    """A figure that is not told never fires."""
    pages = [RULES, *FOLDER.glob("*.md"), *RUNBOOKS.glob("*.md")]
    found = {
        name for page in pages for name in re.findall(r"\blading_[a-z_]+[a-z]\b", page.read_text(encoding="utf-8"))
    }

    assert {alert.name for alert in alerts() if not re.search(r"\blading_|\bup\{", alert.expression)} == set()
    assert {name for name in found if not any(known.startswith(name) for known in all_figures())} == set()


def test_links_of_runbooks_lead_somewhere() -> None:
    """Whoever is woken does not search."""
    for page in [*RUNBOOKS.glob("*.md"), *FOLDER.glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"


def test_prometheus_understands_the_rules(promtool: str) -> None:
    """`promtool check rules`."""
    done = subprocess.run([promtool, "check", "rules", str(RULES)], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert f"{len(alerts())} rules found" in done.stdout


def test_each_alert_comes_after_its_time_and_not_before(promtool: str) -> None:
    """`promtool test rules`: synthetic series, real durations; each alert has a case where it comes."""
    cases = CASES.read_text(encoding="utf-8")
    coming = {block.splitlines()[0] for block in cases.split("alertname: ")[1:] if "exp_alerts" in block}
    done = subprocess.run([promtool, "test", "rules", str(CASES)], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert {alert.name for alert in alerts()} == coming
