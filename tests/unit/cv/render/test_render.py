"""Rendering: the same bytes each time, every text as it is, nothing in it with any effect."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import replace

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.cv.engine.document import Format
from lading.cv.engine.extract import extract_bytes
from lading.cv.engine.render import Output, Template
from lading.cv.engine.render.errors import NothingToRender
from lading.cv.engine.render.render import render
from lading.cv.engine.structure import structure
from lading.cv.engine.values import Language, PartialDate, Resume
from tests.unit.cv.lint.workshop import Cv, points, sound, text

#: what other programs would take for a command
HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0": *',
    "$ sum_(k=0)^n k $ *bold* _it_ `raw` @ref <label>",
    "#set page(width: 1pt); #panic()",
    "<script>alert(1)</script><img src=file:///etc/passwd>",
    "[click](file:///etc/passwd) ![x](http://127.0.0.1/x) [a]: http://b",
    "file:///etc/passwd https://evil.example/x javascript:alert(1)",
    "# not a heading",
    "- not a list",
    "1. not a list either",
    "=== --- *** \\ \\# \\\\",
    "{{ 7*7 }} ${HOME} $(id) %s %n",
    "&lt;b&gt; &#x41; </w:t></w:r>",
)
_WORDS = st.text(
    alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x17E, exclude_categories=["Cc", "Cf", "Zs"]),
    min_size=1,
    max_size=12,
)
_TEXTS = st.one_of(st.sampled_from(HOSTILE), st.lists(_WORDS, min_size=1, max_size=8).map(" ".join))


def _with(content: str) -> Resume:
    cv = sound().bullets(content, "Built it")
    return cv.told(skills=()).work(0, position=text(content)).basics(summary=text(content)).resume


def _bare(content: str) -> str:
    # a hyphen at the end of a line is a sign of hyphenation to the library that reads here
    return re.sub(r"[-\s\u200b\x00-\x1f\ufffe\u00ad]+", "", unicodedata.normalize("NFKC", content))


def _pdf(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a PDF and where its links lead, by another library than the one that wrote it."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        found = re.findall(rb"/URI ?\(([^)]*)\)", content)
    finally:
        document.close()
    return _bare("".join(pages)), [one.decode("latin-1") for one in found]


@given(content=_TEXTS)
@settings(max_examples=60, deadline=None)
def test_hostile_text_is_set_as_it_is_in_a_pdf(content: str) -> None:
    """Every character is there, three times, and no link is made of it."""
    found, links = _pdf(render(_with(content), Output.PDF).content)

    assert found.count(_bare(content)) >= 3
    assert all(link.startswith(("https://github.com/marlene", "mailto:marlene@")) for link in links)


@given(content=_TEXTS)
@settings(max_examples=60, deadline=None)
def test_hostile_text_is_no_markup_in_markdown(content: str) -> None:
    """A reader of Markdown sees the text, and neither link nor heading nor list in it."""
    document = extract_bytes(render(_with(content), Output.MARKDOWN).content)
    lines = [_bare(line.text) for line in document.lines]

    assert Format.MARKDOWN is document.format
    assert lines.count(_bare(content)) >= 3
    assert all(link.url.startswith("https://github.com/") for link in document.links)


@given(content=_TEXTS)
@settings(max_examples=12, deadline=None)
def test_hostile_text_is_no_markup_in_a_word_processor_file(content: str) -> None:
    """The paragraphs hold the text; there are no other parts than those of the empty file."""
    document = docx.Document(io.BytesIO(render(_with(content), Output.DOCX).content))
    texts = [_bare(paragraph.text) for paragraph in document.paragraphs]

    assert _bare(content) in texts
    assert not [one for one in document.part.rels.values() if one.is_external]


@given(content=_TEXTS)
@settings(max_examples=60, deadline=None)
def test_json_resume_gives_back_every_text(content: str) -> None:
    """Read again, it is the same resume."""
    resume = _with(content)
    value = json.loads(render(resume, Output.JSON_RESUME).content)

    assert " ".join(content.split()) == " ".join(value["work"][0]["highlights"][0].split())


@pytest.mark.parametrize("template", list(Template))
@pytest.mark.parametrize("output", list(Output))
def test_the_same_resume_gives_the_same_bytes(output: Output, template: Template) -> None:
    """No time, no path and no random id is in the file."""
    one, other = (render(sound().resume, output, template) for _ in range(2))

    assert one.content == other.content
    assert one.sha256 == other.sha256


def test_every_template_looks_different() -> None:
    """A choice between equal things is none."""
    assert len(Template) == len({render(sound().resume, Output.PDF, template).sha256 for template in Template})


def test_a_resume_without_text_is_refused() -> None:
    """An empty page would look like a result."""
    with pytest.raises(NothingToRender):
        render(Resume(), Output.PDF)


@pytest.mark.parametrize(
    ("output", "media"), [(Output.PDF, "application/pdf"), (Output.JSON_RESUME, "application/json")]
)
def test_a_file_knows_what_it_is(output: Output, media: str) -> None:
    """Whoever sends it names the type, and does not let the browser guess."""
    assert media == render(sound().resume, output).media_type


def test_letters_of_other_scripts_come_out_of_a_pdf() -> None:
    """Diacritics, Greek, Cyrillic and Hebrew are in the fonts that travel with the typesetter."""
    content = (
        "\u0141\u00f3d\u017a \u0158\u00ed\u010dany \u0391\u03b8\u03ae\u03bd\u03b1 \u041c\u043e\u0441\u043a\u0432\u0430"
    )
    found, _ = _pdf(render(_with(content), Output.PDF).content)

    assert _bare(content) in found


def test_a_letter_without_a_glyph_does_not_stop_the_rest() -> None:
    """What the fonts do not have is missing in the file, and reading it back says so."""
    found, _ = _pdf(render(_with("\u5c65\u6b74\u66f8 Built it"), Output.PDF).content)

    assert "Builtit" in found


def test_a_word_longer_than_the_line_stays_on_the_page() -> None:
    """It is broken, not cut off."""
    found, _ = _pdf(render(_with("x" * 400), Output.PDF).content)

    assert "x" * 400 in found


def test_unknown_keys_of_json_resume_are_kept_where_their_entry_still_is() -> None:
    """A file that was read comes back with what Lading does not know."""
    source = {
        "basics": {
            "name": "A",
            "image": "x.png",
            "profiles": [{"network": "GitHub", "username": "a", "url": "https://g.example/a"}],
        },
        "work": [
            {"name": "B", "position": "C", "url": "https://b.example", "startDate": "2019-01", "highlights": ["D"]}
        ],
        "awards": [{"title": "E", "awarder": "F", "date": "2020"}],
        "skills": [{"name": "G", "level": "Master", "keywords": ["H"]}],
        "meta": {"theme": "even"},
    }
    document = extract_bytes(json.dumps(source).encode())
    value = json.loads(render(structure(document), Output.JSON_RESUME, document=document).content)
    value.pop("$schema")

    assert source == value


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.GERMAN, Language.UNKNOWN])
def test_dates_of_a_computer_are_spelt_out(language: Language) -> None:
    """2021-03 is how files say it; people read Mar 2021 or 03/2021. What the person wrote stays."""
    cv = sound().told(language=language).period("2021-03 to 2022-04", "2021-03", "2022-04")
    lines = render(cv.resume, Output.TEXT).content.decode()

    assert ("03/2021 \u2013 04/2022" if language is Language.GERMAN else "Mar 2021 \u2013 Apr 2022") in lines
    assert "Sep 2017 - Feb 2021" in lines


def test_a_period_that_was_not_understood_stands_as_it_was_written() -> None:
    """Nothing is dropped because a program does not understand it."""
    cv = sound().period("last winter", "", "")

    assert "last winter" in render(cv.resume, Output.TEXT).content.decode()
    assert PartialDate(year=2021, month=3) != PartialDate(year=2021)


def _markdown(cv: Cv) -> str:
    return render(cv.resume, Output.MARKDOWN).content.decode()


def test_paragraphs_stay_paragraphs() -> None:
    """Only list items get a mark."""
    cv = sound().work(0, highlights=(*points("A paragraph", listed=False), replace(points("A point")[0], id="p")))

    assert "\n\nA paragraph\n\n- A point" in _markdown(cv)
