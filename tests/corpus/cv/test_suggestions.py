"""Suggestions by rules for every CV of the corpus."""

from __future__ import annotations

from datetime import date

import pytest

from lading.cv.engine.guard import Ground, Verdict, judge
from lading.cv.engine.improve import Kind, first_version, suggest
from lading.cv.engine.lint.context import Context
from lading.cv.engine.model.improving import prompts_of
from tests.corpus.cv.measure import names, read, truth


@pytest.mark.parametrize("name", names())
def test_suggestions_to_the_corpus_have_ids_of_their_own_and_invent_nothing(name: str) -> None:
    """Twice asked, the same is answered; what rules write passes the guard or is only moved."""
    document, resume = read(name)
    cv = Context(document=document, resume=resume, today=date(2026, 11, 21))
    base = first_version(resume).id
    found = suggest(cv, base=base)

    assert found == suggest(cv, base=base)
    assert len({one.id for one in found}) == len(found)
    for one in found:
        if one.kind is not Kind.QUESTION and one.after:
            ground = Ground.of([one.before], language=resume.language.value)
            verdict = judge(one.after, ground, before=one.before).verdict
            assert verdict is not Verdict.BLOCKED or one.code in {
                "LINK_SCHEME",
                "DATE_FORM",
                "HEADING_STANDARD",
                "PHONE_FORM",
            }


@pytest.mark.parametrize("name", names())
def test_neither_hidden_text_nor_contact_data_is_in_what_a_model_is_asked(name: str) -> None:
    """What a person does not see, and who they are, stays here."""
    _, resume = read(name)
    sent = "".join(prompt.material for prompt in prompts_of(first_version(resume)))
    basics = resume.basics
    private = [text.value for text in (basics.name, basics.email, basics.phone) if text]

    assert [] == [text for text in (*private, str(truth(name)["hidden"] or "Nobel")) if text in sent]
