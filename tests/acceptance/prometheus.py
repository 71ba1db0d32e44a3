"""A real Prometheus that looks every second, with the rules of the repository at scaled durations."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import wait_for
from tests.not_run import not_run
from tests.unit.deploy.alerts import RULES

#: what the expressions of the rules wait for, in seconds -> what they wait for here
SCALED = {"> 900": "> 2", "> 14400": "> 1", "> 60": "> 1"}

CONFIGURATION = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs:
"""
TARGET = "  - {{job_name: {job}, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}\n"


class Prometheus:
    """Answers at a port of this host."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"

    def alerts(self) -> set[tuple[str, str]]:
        """Return the alerts that have come: each name with the label that says of what."""
        found = self._get("/api/v1/alerts")["alerts"]
        return {(alert["labels"]["alertname"], _subject(alert["labels"])) for alert in found}

    def is_true(self, expression: str) -> bool:
        """Say whether an expression has a value at this moment."""
        return bool(self._get(f"/api/v1/query?query={urllib.parse.quote(expression)}")["result"])

    def is_ready(self) -> bool:
        """Say whether it answers."""
        try:
            return bool(self._get("/api/v1/rules")["groups"])
        except OSError:
            return False

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self._address + path, timeout=10) as answer:  # noqa: S310 - loopback
            return json.load(answer)["data"]


def _subject(labels: Mapping[str, str]) -> str:
    """Return what an alert is about, beside where it was scraped."""
    return next((labels[name] for name in ("queue", "zone", "run", "watcher") if name in labels), "")


def scaled(rules: str) -> str:
    """Return the rules as they are, but for how long they wait."""
    for real, here in SCALED.items():
        rules, count = re.subn(rf"{re.escape(real)}$", here, rules, flags=re.MULTILINE)
        assert count, f"no rule waits for {real} s any more"
    return re.sub(r"for: \w+", "for: 0s", rules)


@contextmanager
def running(folder: Path, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """Run a Prometheus that scrapes jobs at ports, until the context ends."""
    program = shutil.which("prometheus")
    if program is None:
        not_run("prometheus is not installed (apt-get install prometheus)")
    folder.mkdir()
    jobs = "".join(TARGET.format(job=job, port=port) for job, port in targets.items())
    (folder / "prometheus.yml").write_text(CONFIGURATION.format() + jobs)
    (folder / "rules.yml").write_text(scaled(RULES.read_text()))
    port = free_port()
    words = (
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    prometheus = Prometheus(port)
    try:
        wait_for(lambda: process.poll() is not None or prometheus.is_ready())
        assert process.poll() is None, (folder / "log").read_text()
        yield prometheus
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
