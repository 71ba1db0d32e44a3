"""`lading demo`: the whole way, with a copy of a small folder, in a home of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from lading.base import config, config_places, units
from lading.base.errors import UsageError
from lading.cli.frame import err, out

#: the demo changes files, so it works on a copy; larger folders are not copied
_LARGEST = 2 * 1024**3
_MOST_FILES = 50_000

_COLLECTION = "/tempZone/home/rods"


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
def demo(source: Path) -> None:
    """Bring a copy of SOURCE into an embedded zone, change two files, bring these two; stop everything again."""
    home = config.current().home / "demo"
    work = home / "source"
    files, size = _measured(source)
    if not files:
        raise UsageError(f"There is no file in {source}", hint="make demo SRC=/a/folder/with/files")
    if size > _LARGEST or files > _MOST_FILES:
        raise UsageError(
            f"{source} holds {units.count(files, 'file')}, {units.size(size)}: too much to copy for a demo",
            hint="Bring it as it is: lading sync SRC /tempZone/home/rods/NAME",
        )
    shutil.rmtree(home, ignore_errors=True)
    config_places.data_folder(config.current().home)
    home.mkdir(mode=0o700)
    copy = work / source.resolve().name
    shutil.copytree(source, copy, symlinks=True)
    os.environ["LADING_HOME"] = str(home)
    config.current.cache_clear()
    _show(copy, f"{_COLLECTION}/{copy.name}", home)


def _show(copy: Path, destination: str, home: Path) -> None:
    from lading import services

    _say("A home for the demo, with a Redis, an iRODS-compatible zone and a ledger of its own:", str(home))
    with services.hold(config.current()) as held:
        for part in held.status().parts:
            out.print(f"  {part.name:<6} {part.address}", soft_wrap=True)
        _say("Everything in the folder goes into the zone, over the iRODS protocol, by two Celery workers:")
        _lading("sync", str(copy), destination)
        _say("Once more: whatever did not change costs nothing.")
        _lading("sync", str(copy), destination)
        changed = _change_two(copy)
        _say("Two files change: " + ", ".join(str(path.relative_to(copy)) for path in changed))
        _lading("sync", str(copy), destination)
        _lading("manifest", "3", "--outcome", "updated")
    _say("Redis, zone and workers are stopped. What to try next:")
    for line in (
        f"export PATH={Path(sys.executable).parent}:$PATH",
        f"export LADING_HOME={home}",
        "lading runs              # what was done, in the demo's home",
        "unset LADING_HOME        # from here on your own home, ~/.local/share/lading",
        "lading plan SRC DEST     # what would be done; touches nothing",
        "lading sync SRC DEST     # bring your own folder",
        "lading up                # keep Redis, zone and workers running: any iRODS client can connect with the files",
        "                         # zone/irods_environment.json and zone/.irodsA of the home",
        "lading doctor            # is everything well?",
    ):
        out.print(f"  {line}", soft_wrap=True, markup=False)


def _say(text: str, detail: str = "") -> None:
    out.print(f"\n[bold]{text}[/]", soft_wrap=True)
    if detail:
        out.print(f"  {detail}", soft_wrap=True)


def _lading(*words: str) -> None:
    """Run one command as a person would, and show it."""
    shown = [word if " " not in word else f"'{word}'" for word in words]
    out.print(f"[green]$ lading {' '.join(shown)}[/]", soft_wrap=True)
    done = subprocess.run([sys.executable, "-P", "-m", "lading", *words], check=False)
    if done.returncode:
        err.print(
            f"[red]lading {words[0]} ended with {done.returncode}[/]; the logs are in {config.current().log_folder}"
        )
        raise SystemExit(done.returncode)


def _measured(folder: Path) -> tuple[int, int]:
    """Return files and bytes below a folder."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return len(sizes), sum(sizes)


def _change_two(folder: Path) -> list[Path]:
    """Append a line to two files of the copy (to the same one twice where there is one only)."""
    chosen = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())[-2:]
    for path in chosen:
        path.chmod(path.stat().st_mode | 0o200)
        with path.open("ab") as file:
            file.write(b"one more line\n")
    return chosen
