"""
Makes the pictures of docs/images: a Lading of its own in a temporary folder, real runs, a real browser.

What is shown happened: nothing is drawn by hand. Needs Chromium on PATH.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
PASSWORD = "three green bicycles"  # noqa: S105 - of a Lading that lives for a minute
COLLECTION = "/tempZone/home/rods"
#: seconds that anything may take
PATIENCE = 120.0

#: percent at which a run is looked at
_HALF_WAY = 45
#: how a page is seen
DESK = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 780}


class Scene:
    """A Lading, its source folders, and the environment of its commands."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("LADING_", "IRODS_"))
        } | {
            "LADING_HOME": str(folder / "home"),
            "LADING_ALLOWED__SOURCES": str(self.data),
            "LADING_ALLOWED__DESTINATIONS": COLLECTION,
            "LADING_WEB__LISTEN": "127.0.0.1:0",
        }
        self.log = folder / "log"

    def run(self, *words: str) -> None:
        """Run a command; one that says that files failed has done its work, too."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "lading", *words], env=self.environment, capture_output=True, check=False
        )
        if done.returncode not in (0, 1, 3):
            raise SystemExit(done.stderr.decode())

    def fill(self, name: str, files: int, size: int) -> Path:
        """Make a source."""
        folder = self.data / name
        for number in range(files):
            path = folder / f"plate-{number // 40:02}" / f"well-{number:04}.tif"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes([number % 256]) * size)
        return folder

    @contextmanager
    def up(self) -> Iterator[tuple[str, str]]:
        """Start everything; yield the address of the console and the one-time password."""
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "lading", "up"], env=self.environment, stdout=log, stderr=log
            )
        try:
            wait_for(lambda: "Ready" in self.said())
            address, once = re.search(r"http://\S+", self.said()), re.search(r"password\s+(\S+):", self.said())
            if address is None or once is None:
                raise SystemExit(self.said())
            yield address[0], once[1]
        finally:
            process.terminate()
            process.wait()

    def said(self) -> str:
        """Return what the parts said so far."""
        return self.log.read_text()


def wait_for(what: Callable[[], object]) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > ends:
            raise SystemExit("it took too long")
        time.sleep(0.2)


def history(scene: Scene) -> None:
    """Let some runs happen: good ones, one with a failure, one that is held."""
    microscope, sequencer = scene.fill("microscope-3", 400, 20_000), scene.fill("sequencer", 200, 60_000)
    scene.run("sync", str(microscope), f"{COLLECTION}/microscope-3", "--name", "microscope-3", "--delete-mode", "trash")
    scene.run("sync", str(sequencer), f"{COLLECTION}/sequencer", "--name", "sequencer")
    shutil.rmtree(sequencer / "plate-01")
    (sequencer / "plate-01").write_bytes(b"a file where a folder was")
    scene.run("sync", str(sequencer), f"{COLLECTION}/sequencer", "--name", "sequencer")
    for number in range(4, 8):
        shutil.rmtree(microscope / f"plate-{number:02}")
    scene.run("sync", str(microscope), f"{COLLECTION}/microscope-3", "--name", "microscope-3", "--delete-mode", "trash")
    scene.fill("archive", 4_000, 30_000)


def sign_in(page: Page, address: str, once: str) -> None:
    """Choose a password."""
    page.goto(f"{address}/password/")
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", once)
    page.keyboard.press("Enter")
    page.fill("[name=old]", once)
    page.fill("[name=new]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("header nav")


def plan(page: Page, address: str, scene: Scene) -> None:
    """Define a job by the form, and wait for its plan."""
    page.goto(f"{address}/jobs/new")
    page.fill("[name=name]", "archive")
    page.fill("[name=source]", str(scene.data / "archive"))
    page.fill("[name=destination]", f"{COLLECTION}/archive")
    keep(page, "job-form")
    page.click("summary:has-text('When, and how fast')")
    page.fill("[name=bandwidth]", "4M")
    page.click("text=Save and plan")
    page.wait_for_selector("text=Source and destination are fine")
    keep(page, "plan")


def schedule(page: Page) -> None:
    """Let the job run by itself."""
    page.click("text=Change schedule")
    page.fill("[name=cron]", "0 2 * * mon-fri")
    page.fill("[name=time_zone]", "Europe/Amsterdam")
    page.click("text=Save")
    page.get_by_role("region", name="By itself").scroll_into_view_if_needed()
    keep(page, "job-by-itself")


def keep(page: Page, name: str, *, scheme: str = "light", phone: bool = False) -> None:
    """Keep what is seen."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({**(PHONE if phone else DESK)})  # type: ignore[typeddict-item]
    page.wait_for_timeout(400)
    page.screenshot(path=str(IMAGES / f"{name}.png"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({**DESK})  # type: ignore[typeddict-item]


def pictures(page: Page, address: str, scene: Scene) -> None:
    """Go through the pages, one of them while something moves."""
    plan(page, address, scene)
    schedule(page)
    page.click("text=Run now")
    wait_for(lambda: float(page.get_by_role("progressbar").get_attribute("aria-valuenow") or 0) > _HALF_WAY)
    keep(page, "run-light")
    keep(page, "run-phone", phone=True)
    page.goto(address)
    page.wait_for_selector(".part")
    keep(page, "overview-light")
    keep(page, "overview-dark", scheme="dark")
    page.goto(f"{address}/runs/?state=held")
    page.click("td.what a")
    page.wait_for_selector("#deletions .held")
    keep(page, "held")


def main() -> None:
    """Make them all."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("Chromium is not on PATH: no picture was made")
    IMAGES.mkdir(exist_ok=True)
    folder = Path(tempfile.gettempdir()).resolve() / "harbour"  # it is read in the pictures
    folder.mkdir(mode=0o700)
    try:
        _made(program, folder)
    finally:
        shutil.rmtree(folder)


def _made(program: str, folder: Path) -> None:
    with sync_playwright() as driver:
        scene = Scene(folder)
        with scene.up() as (address, once):
            history(scene)
            page = driver.chromium.launch(executable_path=program, args=list(FLAGS)).new_page()
            page.set_default_timeout(PATIENCE * 1000)
            sign_in(page, address, once)
            pictures(page, address, scene)


if __name__ == "__main__":
    main()
