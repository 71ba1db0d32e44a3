"""CV reviews in a real browser, from the upload to the deletion: workers and Redis are real, the model is a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.acceptance import cv_steps, sample_cv
from tests.acceptance.browser import Window, chromium
from tests.acceptance.conftest import PATIENCE, ROOT, Place, wait_for
from tests.acceptance.test_browser import address_file, sign_in

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

#: milliseconds that a page may take to show something
SOON = 30_000 * PATIENCE


@pytest.fixture
def model() -> Iterator[str]:
    """Start a fake model that speaks slowly; yield its address, which is none of those that stay on this machine."""
    command = [sys.executable, "-m", "tests.integration.cv.fake_model", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield f"http://0.0.0.0:{server.stdout.readline().strip()}/v1"
        server.kill()


@pytest.fixture
def served(place: Place, model: str) -> Place:
    """Return a home whose pages answer, whose workers work, and whose settings name the model."""
    served = place.having(LADING_CV__MODEL_URL=model, LADING_CV__MODEL_NAME="good", LADING_CV__MODEL_CALLS_AT_ONCE="1")
    served.work("--queues", "cv", slots=1)
    served.work("--queues", "cv-ai", slots=1)
    served.serve("web", "--listen", "127.0.0.1:0", "--address-file", str(address_file(place)), log="web.log")
    wait_for(address_file(place).exists)
    return served


@pytest.fixture
def window(served: Place) -> Iterator[Window]:
    """Return a browser before the pages."""
    expect.set_options(timeout=SOON)
    with chromium(address_file(served).read_text().strip()) as window:
        window.page.set_default_timeout(SOON)
        yield window


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    """Return a CV as a PDF."""
    file = tmp_path / "ada-beispiel.pdf"
    sample_cv.write(file)
    return file


def test_a_person_reviews_a_cv_and_takes_a_better_one_away(served: Place, window: Window, model: str, cv: Path) -> None:
    """Upload, findings beside the page, the model after its text was seen, decisions, a file that can be read, deletion."""
    faults: list[str] = []
    sign_in(served, window, faults)
    faults.clear()  # of pages that are looked at elsewhere

    cv_steps.check_only(served, window, cv, faults)
    cv_steps.upload(window, cv, faults)
    cv_steps.see_findings_beside_the_page(window, faults)
    cv_steps.see_the_job(window)
    cv_steps.let_the_model_suggest(window, model, faults)
    cv_steps.decide(window, faults)
    cv_steps.compare(window, faults)
    cv_steps.take_it_away(window, faults)
    cv_steps.strangers_see_nothing(served, window)
    cv_steps.on_a_phone(window)
    cv_steps.delete_it_all(served, window, faults)

    assert faults == []
    assert window.complaints == []


def test_without_scripts_and_without_a_model(place: Place, cv: Path) -> None:
    """Everything can be done; a link shows what is there now, and the page says that no model is set up."""
    place.work("--queues", "cv", slots=1)
    place.serve("web", "--listen", "127.0.0.1:0", "--address-file", str(address_file(place)), log="web.log")
    wait_for(address_file(place).exists)
    expect.set_options(timeout=SOON)
    with chromium(address_file(place).read_text().strip()) as window:
        sign_in(place, window, [])
        assert window.context.browser is not None
        plain = window.context.browser.new_context(
            java_script_enabled=False, storage_state=window.context.storage_state()
        )
        page = plain.new_page()
        page.goto(f"{window.address}/cv/")
        expect(page.get_by_role("main")).to_contain_text("no language model is set up here")
        page.get_by_label("Your CV").set_input_files(cv)
        page.get_by_role("button", name="Upload and review").click()

        def has_ended() -> bool:
            again = page.get_by_role("link", name="show what is there now")
            if again.count():
                again.click()
            return page.locator("#state .state.big").inner_text() == "done"

        wait_for(has_ended)
        expect(page.locator("#state")).to_contain_text("cv.model_url")
        expect(page.get_by_alt_text(re.compile("Page 1"))).to_be_visible()
        page.get_by_role("button", name="Accept all safe ones").click()
        expect(page.locator(".cv-card", has_text="SKILL_TWICE")).to_contain_text("You accepted it")
        page.get_by_role("link", name="Versions and downloads").click()
        expect(page.locator(".cv-change")).to_have_count(2)
        plain.close()
