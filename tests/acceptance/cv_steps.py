"""The steps of a person who reviews a CV in a browser; `test_cv_browser` goes them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import httpx2
import pypdf
from playwright.sync_api import Locator, expect

from tests.acceptance import sample_cv
from tests.acceptance.browser import Window
from tests.acceptance.conftest import Place, wait_for
from tests.acceptance.test_browser import PASSWORD

ADVERTISEMENT = "You have\n- experience with Python\n- AutoCAD\n- Terraform\n- fluent German\n- a valid work permit\n"


def check_only(served: Place, window: Window, cv: Path, faults: list[str]) -> None:
    """The way there is in the navigation; what is kept, and for how long, is said before; a check leaves nothing."""
    page = window.page
    page.get_by_role("link", name="CVs").click()
    expect(page.get_by_role("main")).to_contain_text("for 30 days")
    expect(page.get_by_role("main")).to_contain_text("No CVs yet")
    faults += window.faults()
    page.get_by_label("Your CV").set_input_files(cv)
    page.get_by_role("button", name="Check only, keep nothing").click()
    expect(page.get_by_role("main")).to_contain_text(sample_cv.HIDDEN)
    faults += window.faults()
    assert (
        served.rows("SELECT count(*) FROM cv_document") == served.rows("SELECT count(*) FROM cv_pagepicture") == [(0,)]
    )
    page.go_back()


def upload(window: Window, cv: Path, faults: list[str]) -> None:
    """By keyboard; a file that is no CV is refused with its code, and what was typed in stays."""
    page = window.page
    page.get_by_label("Your CV").set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"\x89PNG\r\n"}
    )
    page.get_by_label("A job advertisement").fill(ADVERTISEMENT)
    page.get_by_role("button", name="Upload and review").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("PNG picture")
    expect(page.get_by_role("alert").get_by_role("link", name="CV_WRONG_TYPE")).to_be_visible()
    expect(page.get_by_label("A job advertisement")).to_have_value(ADVERTISEMENT)
    faults += window.faults()
    page.get_by_label("Your CV").set_input_files(cv)
    page.get_by_role("button", name="Upload and review").press("Enter")
    expect(page.get_by_role("heading", name="ada-beispiel.pdf")).to_be_visible()


def see_findings_beside_the_page(window: Window, faults: list[str]) -> None:
    """They come by themselves, and nothing jumps; a finding leads to its place, which is marked on the picture."""
    page = window.page
    expect(page.locator("#loses").locator("..")).to_contain_text("fields were recovered")
    expect(page.locator("#state .state.big")).to_have_text("done")
    picture = page.get_by_alt_text("Page 1; its text stands below, line by line")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 893
    assert window.shift() < 0.1
    hidden = page.get_by_role("link", name="line 23")
    hidden.press("Enter")
    mark = page.get_by_role("img", name=re.compile(f"Line 23, {sample_cv.HIDDEN}: .*nobody can see"))
    expect(mark).to_be_in_viewport()
    lies_on(mark, picture)
    page.get_by_text("What software reads of page 1").press("Enter")
    expect(page.locator(".cv-lines")).to_contain_text("nobody sees this")
    faults += window.faults()


def lies_on(mark: Locator, picture: Locator) -> None:
    """The white text stands 40 points above the lower edge, 64 from the left."""
    inner, outer = mark.bounding_box(), picture.bounding_box()
    assert inner is not None
    assert outer is not None
    scale = outer["width"] / 595
    assert abs(inner["x"] - outer["x"] - 64 * scale) < 6 * scale
    assert abs(outer["y"] + outer["height"] - inner["y"] - inner["height"] - 38 * scale) < 6 * scale


def see_the_job(window: Window) -> None:
    """Four answers, and no figure for the whole."""
    job = window.page.get_by_role("region", name="Against the advertisement")
    answers = {"Evidenced": "Python", "Listed only": "AutoCAD", "Missing": "Terraform", "Not assessed": "work permit"}
    for standing, name in answers.items():
        found = job.get_by_role("heading", name=standing).locator("xpath=following-sibling::ul[1]")
        expect(found).to_contain_text(name)


def let_the_model_suggest(window: Window, model: str, faults: list[str]) -> None:
    """Every word that would be sent is seen before; after the consent suggestions come one by one, by themselves."""
    page = window.page
    counts = model.replace("//0.0.0.0", "//127.0.0.1")
    page.get_by_role("link", name="see what would be sent").click()
    shown = page.locator(".cv-outgoing")
    expect(shown).to_have_count(3)
    expect(page.get_by_role("main")).to_contain_text("not this machine")
    sent = "\n".join(shown.all_inner_texts())
    assert "Built a dock for small boats" in sent
    assert [] == [word for word in ("Ada", "Beispiel", "5550", sample_cv.HIDDEN) if word in sent]
    faults += window.faults()
    page.get_by_role("button", name="Send and review").click()
    expect(
        page.get_by_role("heading", name="What would be sent")
    ).to_be_visible()  # the browser wants the consent first
    assert httpx2.get(counts).json() == {}
    page.get_by_label("I agree that this text leaves this machine").check()
    page.get_by_role("button", name="Send and review").click()
    by_model = page.locator(".cv-card", has_text="by the model")
    seen = set[int]()

    def is_over() -> bool:
        seen.add(by_model.count())
        return page.locator("#state .state.big").inner_text() == "done"

    wait_for(is_over, 120)
    assert len(seen) >= 4, f"the cards came one by one: {sorted(seen)}"
    expect(by_model).to_have_count(8)
    expect(page.locator("#cards .busy")).to_have_count(0)
    expect(page.locator("#state")).to_contain_text("answered about 3 of 3 sections")
    assert sum(httpx2.get(f"{counts}/contents").json().values()) == 3
    faults += window.faults()


def decide(window: Window, faults: list[str]) -> None:
    """Accept one, edit one, reject one, answer a question, then all safe ones: those of rules alone."""
    page = window.page
    chosen = card(window, "Planned the maintenance")
    chosen.get_by_role("button", name="Accept").click()
    expect(card(window, "Planned the maintenance")).to_contain_text("You accepted it")
    edited = card(window, "Measured the depth of the basin with Python and")
    edited.get_by_text("Edit it").press("Enter")
    edited.get_by_label("In your own words").fill("Measured the depth of the basin with QGIS <and> sonar")
    edited.get_by_role("button", name="Take my words").press("Enter")
    expect(page.get_by_text("You wrote: Measured the depth of the basin with QGIS <and> sonar")).to_be_visible()
    rejected = card(window, "Taught new colleagues")
    rejected.get_by_role("button", name="Reject").click()
    expect(card(window, "Taught new colleagues")).to_contain_text("You left it as it is")
    question = page.locator(".cv-card", has_text="How many, how much").filter(has_text="Painted the hulls")
    question.get_by_role("textbox").fill("Painted the hulls of 11 ferries during the summer season")
    question.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("You wrote: Painted the hulls of 11 ferries")).to_be_visible()
    by_model = page.locator(".cv-card:not(.cv-over)", has_text="by the model").count()
    page.get_by_role("button", name="Accept all safe ones (2)").click()
    expect(page.locator(".cv-card", has_text="DATE_FORM")).to_contain_text("You accepted it")
    assert by_model == page.locator(".cv-card:not(.cv-over)", has_text="by the model").count() > 0
    faults += window.faults()


def card(window: Window, text: str) -> Locator:
    """Return the model's suggestion about a text."""
    return window.page.locator(".cv-card", has_text="by the model").filter(has_text=text).first


def compare(window: Window, faults: list[str]) -> None:
    """What changed is told word by word, and not by colour alone."""
    page = window.page
    page.get_by_role("link", name="Versions and downloads").click()
    change = page.locator(".cv-change", has_text="11 ferries")
    expect(change.locator("ins")).to_have_text(re.compile("11"))
    expect(change.locator(".cv-before")).to_contain_text("Before: ")
    expect(page.get_by_role("main")).not_to_contain_text("Taught new colleagues")
    page.get_by_label("to version").select_option("2")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".cv-change")).to_have_count(1)
    faults += window.faults()


def take_it_away(window: Window, faults: list[str]) -> None:
    """Each format is made and read again; the PDF says what was accepted, and not what was not."""
    page = window.page
    for words in ("JSON Resume", "plain text", "Markdown", "Word (DOCX)", "PDF"):
        page.get_by_label("Format").select_option(label=words)
        page.get_by_role("button", name="Make the file").click()
        made = page.locator("#files li", has_text=f"as {words}")
        expect(made).to_contain_text("read again")
    with page.expect_download() as download:
        page.get_by_role("link", name="as PDF").click()
    pages = pypdf.PdfReader(io.BytesIO(Path(download.value.path()).read_bytes())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Painted the hulls of 11 ferries during the summer season" in text
    assert "with QGIS <and> sonar" in text
    assert "Taught new colleagues how loads are secured on deck" in text
    assert "Python, QGIS, AutoCAD, Welding, Project planning" in text
    assert sample_cv.HIDDEN not in text
    faults += window.faults()


def strangers_see_nothing(served: Place, window: Window) -> None:
    """Another person, signed in, is told that there is no such thing; a file is as little there as a page."""
    made = served.run("accounts", "create", "stranger", "--role", "administrator")
    assert made.code == 0, made.err
    names = ("reviews/1", "reviews/1/live", "renderings/1/file", "documents/1/original", "documents/1/pages/1")
    paths = [f"/cv/{name}" for name in (*names, "documents/1/versions", "documents/1/files")]
    own = {path: window.context.request.get(window.address + path) for path in paths}
    assert dict.fromkeys(own, 200) == {path: answer.status for path, answer in own.items()}
    assert "private, no-store" == own["/cv/documents/1/pages/1"].headers["cache-control"]
    assert own["/cv/documents/1/original"].headers["content-disposition"].startswith("attachment")
    other = window.context.browser
    assert other is not None
    context = other.new_context()
    page = context.new_page()
    once = made.out.strip()
    page.goto(f"{window.address}/password/")
    page.fill("[name=name]", "stranger")
    page.fill("[name=password]", once)
    page.keyboard.press("Enter")
    page.fill("[name=old]", once)
    page.fill("[name=new]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("header nav")
    paths.append("/streams/runs/1")
    assert {404} == {context.request.get(window.address + path).status for path in paths}
    context.close()


def on_a_phone(window: Window) -> None:
    """No page is wider than it."""
    window.page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/cv/", "/cv/reviews/2", "/cv/reviews/2/outgoing", "/cv/documents/1/versions"):
        window.go(path)
        assert window.overhang() <= 0, path
    window.page.set_viewport_size({"width": 1280, "height": 900})


def delete_it_all(served: Place, window: Window, faults: list[str]) -> None:
    """One button, and what was made of the CV is gone with it: rows, pictures, files, words."""
    page = window.page
    window.go("/cv/")
    page.locator("summary", has_text="Delete").press("Enter")
    faults += window.faults()
    page.get_by_role("button", name="Delete ada-beispiel.pdf and everything made of it").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("No CVs yet")
    kept = ("document", "pagepicture", "resume", "review", "finding", "suggestion", "decision", "modelcall", "artefact")
    assert [0] * len(kept) == [served.rows(f"SELECT count(*) FROM cv_{name}")[0][0] for name in kept]
    assert 404 == window.context.request.get(f"{window.address}/cv/documents/1/pages/1").status
    assert b"Hafenbetrieb Nord" not in b"".join(path.read_bytes() for path in served.home.rglob("*") if path.is_file())
