"""The guards of CV reviews: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_HERE = "integration/cv_app/"
_TABLES = "unit/cv/app/"

CV_GUARDS = (
    Guard(
        "an answer that is there is not asked for again",
        "cv/app/calls.py",
        "    if state is CallState.DONE:",
        "    if False:",
        _TABLES + "test_decisions.py::test_a_call_is_made_once",
    ),
    Guard(
        "a call whose worker died is not made again by itself",
        "cv/app/calls.py",
        "        return Then.ASK if asks_again else Then.LOST",
        "        return Then.ASK",
        _TABLES + "test_decisions.py::test_a_call_is_made_once",
    ),
    Guard(
        "no minute has more requests than it may",
        "cv/app/allowance.py",
        "len(recent) >= allowance.requests",
        "len(recent) > allowance.requests",
        _TABLES + "test_allowance.py::test_no_minute_ever_has_more",
    ),
    Guard(
        "what is somebody else's is not there",
        "cv/app/access.py",
        "rows = kind._default_manager.filter(owner=owner, pk=key)",
        "rows = kind._default_manager.filter(pk=key)",
        _HERE + "test_api.py::test_nobody_sees_what_is_somebody_elses",
    ),
    Guard(
        "a fault tells no word of a document",
        "cv/app/advancing.py",
        'raise StepFailed(f"{type(error).__name__} in a step of the review") from None',
        "raise",
        _HERE + "test_privacy.py::test_an_unforeseen_fault_tells_where_and_no_word",
    ),
    Guard(
        "deleted text is written over",
        "cv/app/deletion.py",
        "        self._set(1)",
        "        self._set(0)",
        _HERE + "test_privacy.py::test_deleted_words_are_not_left_in_the_ledgers_file",
    ),
    Guard(
        "a model's text is never accepted unseen",
        "cv/app/deciding.py",
        "filter(review=review, is_safe=True, is_partial=False)",
        "filter(review=review, is_partial=False)",
        _HERE + "test_reviews.py::test_all_safe_ones_are_form_only",
    ),
    Guard(
        "a token for CVs reaches nothing else",
        "accounts/api_access.py",
        "        if caller.only is not None and caller.only not in self._areas:",
        "        if False:",
        "integration/web/test_cv_tokens.py::test_every_operation_but_those_of_cvs_refuses_such_a_token",
    ),
    Guard(
        "nothing inside the network is connected to for a person's webhook",
        "orchestration/notifications/public.py",
        '        if not all(is_public(ip_address(one.partition("%")[0])) for one in addresses):',
        "        if False:",
        _HERE + "test_webhooks.py::test_a_name_that_leads_inside_gets_nothing",
    ),
    Guard(
        "a token's webhook is told nothing once the token does not hold",
        "cv/app/webhooks.py",
        "filter(prefix=review.token, revoked_at=None, user__is_active=True)",
        "filter(prefix=review.token)",
        _HERE + "test_webhooks.py::test_an_address_of_a_token_hears_of_that_token_while_it_holds",
    ),
    Guard(
        "what was spent is settled once",
        "cv/app/calls.py",
        "filter(pk=reserved.spending_id or 0, ended_at=None)",
        "filter(pk=reserved.spending_id or 0)",
        _HERE + "test_races.py::test_what_was_spent_is_settled_once",
    ),
    Guard(
        "consent that was taken back is asked for right before anything is sent",
        "cv/app/calls.py",
        "    consents.check(call.owner, endpoint)  # it may have been taken back since the review began\n",
        "",
        _HERE + "test_races.py::test_consent_that_is_taken_back_holds_for_the_next_call",
    ),
    Guard(
        "all runs of one person have one share",
        "orchestration/dealing.py",
        "shares.setdefault(one.whose or one.run_id, _Share())",
        "shares.setdefault(one.run_id, _Share())",
        "integration/orchestration/test_shares.py::test_many_runs_of_one_person_have_one_share",
    ),
    Guard(
        "the picture of a page is its owner's alone",
        "cv/app/artefacts.py",
        "PagePicture.objects.filter(owner=owner, document_id=document_id, number=number)",
        "PagePicture.objects.filter(document_id=document_id, number=number)",
        _HERE + "test_pages.py::test_findings_are_marked_beside_the_page",
    ),
    Guard(
        "whoever draws a page is believed in nothing but colours",
        "cv/engine/extract/pictures.py",
        "0 < size <= _CHANNELS * limits.pixels",
        "0 < size",
        "integration/cv/test_pictures.py::test_a_child_is_believed_in_nothing",
    ),
    Guard(
        "no mark stands beside its line",
        "cv/engine/extract/pixels.py",
        "page.get_rotation() == 0 and ",
        "",
        "integration/cv/test_pictures.py::test_a_page_whose_marks_would_stand_elsewhere_is_left_out",
    ),
)
