"""Rules about length and about the list of skills."""

from __future__ import annotations

from collections.abc import Iterator

from lading.cv.engine.lint.asking import Questions, named, needs_skills, needs_work
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage, Skip, not_applicable, not_assessed
from lading.cv.engine.match.skills import find_skills, pattern_of, skill_named
from lading.cv.engine.resume import WORK

QUESTIONS = Questions()

_FEWEST_WORDS, _MOST_WORDS = 300, 1000
_MOST_PAGES = 2
_SHORTEST_SUMMARY, _LONGEST_SUMMARY = 20, 80
_OLD_YEARS, _OLD_BULLETS = 10, 4
_MOST_SKILLS = 40


@QUESTIONS.rule("TOTAL_WORDS")
def total_words(cv: Context) -> Iterator[Passage]:
    """Too little, or too much to read."""
    count = len(cv.text.split())
    if not _FEWEST_WORDS <= count <= _MOST_WORDS:
        yield Passage(pointer="", text=f"{count} words")


def _has_pages(cv: Context) -> Skip | None:
    if cv.document.pages:
        return None
    return not_assessed(f"{named(cv.document.format)} has no pages until it is laid out")


@QUESTIONS.rule("PAGES_FOR_YEARS", _has_pages)
def pages_for_years(cv: Context) -> Iterator[Passage]:
    """More pages than are read."""
    if len(cv.document.pages) > _MOST_PAGES:
        yield Passage(pointer="", text=f"{len(cv.document.pages)} pages")


def _has_summary(cv: Context) -> Skip | None:
    return None if cv.resume.basics.summary else not_applicable("there is no summary")


@QUESTIONS.rule("SUMMARY_LENGTH", _has_summary)
def summary_length(cv: Context) -> Iterator[Passage]:
    """A summary too short to tell, or too long to be one."""
    summary = cv.resume.basics.summary
    assert summary is not None
    count = len(summary.value.split())
    if not _SHORTEST_SUMMARY <= count <= _LONGEST_SUMMARY:
        yield Passage(pointer="/basics/summary", text=f"{count} words", where=cv.where(summary.lines))


@QUESTIONS.rule("OLD_ROLE_TOO_LONG", needs_work)
def old_role_too_long(cv: Context) -> Iterator[Passage]:
    """An old position told at length."""
    for number, work in enumerate(cv.resume.work):
        end = work.period.end if work.period and not work.period.ongoing else None
        is_old = end is not None and cv.today.year - end.year > _OLD_YEARS
        if is_old and len(work.highlights) > _OLD_BULLETS:
            text = f"{len(work.highlights)} bullets, ended {end}"
            yield Passage(pointer=f"{WORK}/{number}", text=text, where=cv.where(work.highlights[0].lines))


def _tells(cv: Context) -> Skip | None:
    return None if cv.told else not_assessed("no text of positions or projects was recovered")


@QUESTIONS.rule("SKILL_NOT_EVIDENCED", needs_skills, _tells)
def skill_not_evidenced(cv: Context) -> Iterator[Passage]:
    """A skill that is claimed and nowhere used."""
    texts = [passage.text for passage in cv.told]
    used = {skill.name for text in texts for skill in find_skills(text)[0]}
    for passage in cv.skills:
        if skill := skill_named(passage.text):
            is_told = skill.name in used
        else:
            pattern = pattern_of(passage.text, is_exact=False)
            is_told = any(pattern.search(text) for text in texts)
        if not is_told:
            yield passage


@QUESTIONS.rule("SKILL_DUPLICATE", needs_skills)
def skill_duplicate(cv: Context) -> Iterator[Passage]:
    """A skill under two of its names, or twice under one."""
    seen: set[str] = set()
    for passage in cv.skills:
        skill = skill_named(passage.text)
        name = skill.name.casefold() if skill else " ".join(passage.text.casefold().split())
        if name in seen:
            yield passage
        seen.add(name)


@QUESTIONS.rule("SKILL_STUFFING", needs_skills)
def skill_stuffing(cv: Context) -> Iterator[Passage]:
    """More skills than anybody has."""
    if len(cv.skills) > _MOST_SKILLS:
        yield Passage(pointer="/skills", text=f"{len(cv.skills)} skills")


def _hides(cv: Context) -> Skip | None:
    return None if cv.document.concealed else not_applicable("there is no hidden text")


@QUESTIONS.rule("SKILL_ONLY_HIDDEN", _hides)
def skill_only_hidden(cv: Context) -> Iterator[Passage]:
    """A skill that software sees and people do not."""
    visible = {skill.name for line in cv.lines for skill in find_skills(line.text)[0]}
    shown: set[str] = set()
    for line in cv.document.concealed:
        for skill in find_skills(line.text)[0]:
            if skill.name not in visible | shown:
                shown.add(skill.name)
                yield Passage(pointer="", text=skill.name, where=cv.at(line).where)
