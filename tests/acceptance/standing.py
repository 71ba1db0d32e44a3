"""Services that stand apart from any home: a Redis, a zone; and `lading up` for a while."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from lading import services
from tests.acceptance.conftest import ROOT, Place, wait_for


def sweep_out(place: Place) -> None:
    """Kill whatever a test has left in a home."""
    for process in place.processes(""):
        with suppress(psutil.Error):
            process.kill()


@contextmanager
def up(place: Place, *words: str) -> Iterator[None]:
    """Let `lading up` run."""
    process = place.begin("up", *words)
    try:
        assert process.stderr is not None
        assert any("Ready" in line for line in process.stderr)
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        finally:
            sweep_out(place)


def free_port() -> int:
    """Return a port of loopback that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[int]:
    """Let a Redis of one's own run; give its port."""
    port = free_port()
    command = [str(services.find_server().path), "--port", str(port), "--dir", str(folder), "--save", "", *options]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    """Say whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def zone_apart(home: Path) -> Iterator[Path]:
    """Let a zone run that belongs to no home of Lading; give its client's file."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "lading.zone", "--home", str(home)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: (home / "port").exists() and answers(int((home / "port").read_text())))
        yield home / "irods_environment.json"
    finally:
        process.terminate()
        process.wait(20)
