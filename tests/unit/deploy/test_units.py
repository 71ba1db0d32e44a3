"""Units, image and compose file as far as they can be checked without running them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from lading.base.config import Settings
from lading.base.config_sources import names_of, variable
from lading.cli.main import main
from lading.cli.system import QUEUES
from tests.not_run import not_run
from tests.unit.deploy.alerts import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "lading:local"}
DOCKERFILE = (DEPLOY / "docker" / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = {variable(name) for name in names_of(Settings)}


def _of_units() -> Iterator[list[str]]:
    for unit in UNITS:
        yield shlex.split(*re.findall(r"^ExecStart=/opt/lading/bin/lading (.+)$", unit.read_text(), re.MULTILINE))


def commands() -> Iterator[list[str]]:
    """Yield the words of each command of Lading that is started somewhere."""
    yield from _of_units()
    for service in OURS.values():
        yield service["command"]
    yield re.findall(r'"(\w+)"', DOCKERFILE.splitlines()[-1])


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_command_is_one_that_there_is(words: list[str]) -> None:
    """With options that it has, and values that it takes."""
    command = main.get_command(click.Context(main), words[0])
    assert command is not None

    assert command.make_context(words[0], words[1:]).params


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_a_unit(unit: Path, tmp_path: Path) -> None:
    """`systemd-analyze verify`, with a program that is there in the place of the one that will be."""
    program = shutil.which("systemd-analyze")
    if program is None:
        not_run("systemd-analyze is not installed (apt-get install systemd)")
    text = unit.read_text(encoding="utf-8")
    copy = tmp_path / unit.name
    copy.write_text(text.replace("/opt/lading/bin/lading", sys.executable))
    done = subprocess.run([program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)

    assert [] == [line for line in done.stderr.splitlines() if str(copy) in line or unit.name in line]
    assert 0 == done.returncode, done.stderr


def test_units_run_as_a_user_without_rights() -> None:
    """All alike; what they may write is their home."""
    for unit in UNITS:
        lines = unit.read_text(encoding="utf-8").splitlines()
        assert {"User=lading", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=lading"} <= set(lines)
        assert "Restart=always" in lines


def test_variables_are_settings() -> None:
    """In units, image and compose file: a name that there is not is refused at the start."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DEPLOY.glob("*/*")) if path.suffix != ".json"]
    used = {name for text in texts for name in re.findall(r"\b(LADING_[A-Z_]+)\b\s*[=:]", text)}
    used |= {name for service in OURS.values() for name in service["environment"]}

    assert used
    # two folders of the host, for the compose file alone
    assert set() == used - SETTINGS - {"LADING_SOURCES", "LADING_PROFILE"}


def test_the_compose_file_is_whole() -> None:
    """Volumes, secrets and services that are named are there; nothing is published but on loopback; images have versions."""
    volumes, secrets = set(COMPOSE["volumes"]), set(COMPOSE["secrets"])
    for name, service in COMPOSE["services"].items():
        mounted = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {mount for mount in mounted if re.fullmatch(r"\w+", mount)} <= volumes, name
        assert set(service.get("secrets", ())) <= secrets
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert re.fullmatch(r"[a-z]+:(?!latest)[\w.-]+", service["image"])
        assert service["restart"] == "unless-stopped"
    assert {"worker", "worker-model", "web", "watch", "metrics"} == set(OURS)
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in OURS.values())


def test_the_proxy_of_the_host_is_believed() -> None:
    """What it says of the client is: it comes as the gateway of the network that the compose file makes."""
    network = COMPOSE["networks"]["default"]["ipam"]["config"][0]

    assert network["gateway"] == OURS["web"]["environment"]["LADING_WEB__PROXIES"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])


def test_every_queue_has_a_worker() -> None:
    """In the units, and in the compose file: the model's of its own, all others together."""
    everything = set(QUEUES)
    for started in (list(_of_units()), [service["command"] for service in OURS.values()]):
        taken = [_queues_of(words) for words in started if words[0] == "worker"]
        assert everything == set().union(*taken)
        assert {"cv-ai"} in taken


def _queues_of(words: list[str]) -> set[str]:
    command = main.get_command(click.Context(main), words[0])
    assert command is not None
    return set(command.make_context(words[0], words[1:]).params["queues"].split(","))


def test_the_image_takes_what_is_pinned_and_runs_as_nobody() -> None:
    """Files that it copies are there."""
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)]

    assert all((ROOT / path).exists() for words in copied for path in words)
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    assert all(":" in image for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))


def test_the_image_is_made_of_instructions_that_there_are() -> None:
    """Each a known one, none that fetches, the last user nobody, and the program the first process: it gets the signals."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    instructions = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
    stages = {words.split()[-1] for name, words in instructions if name == "FROM" and " AS " in words}

    assert set() == {name for name, _ in instructions} - known
    assert stages == set(re.findall(r"--from=(\w+)", text))
    for name, words in instructions:
        if name in {"ENTRYPOINT", "CMD"}:
            assert isinstance(json.loads(words), list)
    order = [name for name, _ in instructions]
    assert order.index("USER") < order.index("ENTRYPOINT")
