"""
Makes the pictures of CV reviews in docs/images: real workers, a real browser, and a stand-in for the language model.

::

    python -m tools.cv_screenshots        # from the folder that holds src and docs; needs Chromium on PATH
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.screenshots import DESK, FLAGS, IMAGES, PATIENCE, PHONE, Scene, sign_in

_ROOT = Path(__file__).parents[1]
_ADVERTISEMENT = """Harbour engineer (m/f/d)

You have
- experience with Python and QGIS
- knowledge of hydraulic modelling with MIKE 21
- AutoCAD
- at least 5 years in the maintenance of port structures
- fluent German

Nice to have: Danish, Terraform
"""


@contextmanager
def stand_in() -> Iterator[str]:
    """Yield the address of a server that answers as a language model would."""
    command = [sys.executable, "-m", "tests.integration.cv.fake_model", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        server.kill()


def keep(page: Page, name: str, *, at: str = "header.site", every: bool = True) -> None:
    """Keep what is seen from a place on: by day, and where it is `every` by night and on a phone as well."""
    looks = (("light", DESK), ("dark", DESK), ("phone", PHONE)) if every else (("light", DESK),)
    for look, size in looks:
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        page.set_viewport_size({**size})  # type: ignore[typeddict-item]
        page.locator(at).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 12)")
        page.wait_for_timeout(400)
        page.screenshot(path=str(IMAGES / (f"cv-{name}-{look}.png")))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({**DESK})  # type: ignore[typeddict-item]


def pictures(page: Page, address: str, cv: Path) -> None:
    """Go the way of a person: upload, look, let a model suggest, decide, compare, take away."""
    page.goto(f"{address}/cv/")
    page.set_input_files("[name=file]", str(cv))
    page.fill("[name=job]", _ADVERTISEMENT)
    keep(page, "upload")
    page.click("text=Upload and review")
    page.wait_for_selector("#state .state.good")
    page.wait_for_selector(".cv-paper img")
    keep(page, "review")
    keep(page, "match", at="#match", every=False)
    page.click("text=see what would be sent")
    keep(page, "outgoing")
    page.click("text=Send and review")
    page.wait_for_selector(".cv-card.cv-over .busy")
    keep(page, "progress", every=False)
    page.wait_for_selector("#state .state.good")
    page.click("text=Accept all safe ones")
    page.wait_for_selector("text=You accepted it")
    keep(page, "cards", at="#suggested")
    card = page.locator(".cv-card", has_text="How many, how much").first
    card.locator("textarea").fill("Wrote the plan of the yard for 3 winters and 2 storms")
    card.get_by_text("Answer", exact=True).click()
    page.wait_for_selector("text=You wrote")
    page.click("text=Versions and downloads")
    page.click("text=Make the file")
    page.wait_for_selector("#files .check")
    keep(page, "versions")


def main() -> None:
    """Make them all."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("Chromium is not on PATH: no picture was made")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, stand_in() as model, sync_playwright() as driver:
        cv = Path(place) / "ada-beispiel.pdf"
        subprocess.run([sys.executable, "-m", "tests.acceptance.sample_cv", str(cv)], cwd=_ROOT, check=True)
        scene = Scene(Path(place))
        scene.environment |= {"LADING_CV__MODEL_URL": model, "LADING_CV__MODEL_NAME": "llama3.1:8b"}
        with scene.up() as (address, once):
            page = driver.chromium.launch(executable_path=program, args=list(FLAGS)).new_page()
            page.set_default_timeout(PATIENCE * 1000)
            sign_in(page, address, once)
            pictures(page, address, cv)


if __name__ == "__main__":
    main()
