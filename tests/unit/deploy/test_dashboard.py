"""The dashboard names figures and labels that there are, shows all of them, and is whole."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lading.orchestration.metrics.figures import all_figures
from tests.integration.ingest.table import table
from tests.not_run import not_run
from tests.unit.deploy.alerts import ROOT

FILE = ROOT / "deploy" / "grafana" / "lading.json"
BOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
QUERIES = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
LABELS = {
    name.strip("`"): set(re.findall(r"`(\w+)`", row["labels"])) for name, row in table("metrics.md", "figures").items()
}


def labels_of(query: str) -> Iterator[tuple[str, str]]:
    """Yield (figure, label) for each label that a query chooses or groups by."""
    figures = re.findall(r"lading_\w+", query)
    named = re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", query)
    named += [word for group in re.findall(r"\bby \(([^)]*)\)", query) for word in re.split(r",\s*", group)]
    yield from ((figure, label) for figure in figures for label in named)


def test_each_figure_has_its_panel_and_none_is_made_up() -> None:
    """A panel about a figure that nobody tells stays empty for ever."""
    shown = {name for _, query in QUERIES for name in re.findall(r"lading_\w+", query)}

    assert set(all_figures()) == shown


@pytest.mark.parametrize("query", [query for _, query in QUERIES])
def test_a_query_chooses_by_labels_that_its_figure_has(query: str) -> None:
    """Prometheus itself adds `instance`."""
    assert [] == [
        (figure, label) for figure, label in labels_of(query) if label not in LABELS[figure] | {"instance", "job"}
    ]


def test_legends_are_labels_that_the_query_keeps() -> None:
    """Else a line has no name."""
    for panel in PANELS:
        for target in panel["targets"]:
            kept = set(re.findall(r"\w+", " ".join(re.findall(r"\bby \(([^)]*)\)", target["expr"]))))
            wanted = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            assert wanted <= (kept or {"version"}), target["expr"]


def test_panels_lie_beside_each_other() -> None:
    """Each has a number, a sentence and a place of its own, and asks the data source that was chosen."""
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in BOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert 24 == max(x for x, _ in cells) + 1
    assert len(BOARD["panels"]) == len({panel["id"] for panel in BOARD["panels"]})
    assert all(panel["title"] and panel["description"].endswith(".") for panel in PANELS)
    assert {"${datasource}"} == {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]}
    assert {"datasource", "instance"} == {variable["name"] for variable in BOARD["templating"]["list"]}


def test_prometheus_understands_the_queries(tmp_path: Path) -> None:
    """As recording rules, with what Grafana fills in filled in; `promtool check rules`."""
    promtool = shutil.which("promtool")
    if promtool is None:
        not_run("promtool is not installed (apt-get install prometheus)")
    filled = [query.replace("$__rate_interval", "5m").replace("$instance", ".*") for _, query in QUERIES]
    rules = [{"record": f"lading:shown:{number}", "expr": query} for number, query in enumerate(filled)]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
