"""The guards of accounts and of the API's permissions: what each one's words become, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_WEB = "integration/web/"
_PEOPLE = _WEB + "test_people.py::"
_PAGES = _WEB + "test_people_pages.py::"
_ACCOUNTS = _WEB + "test_accounts.py::"
_HOSTILE = _WEB + "test_hostile.py::"

_ROLES = (
    Guard(
        "a role that is not enough is refused by the API",
        "accounts/roles.py",
        "        if not self.role.covers(role):",
        "        if False:",
        _PEOPLE + "test_nobody_else_does",
    ),
    Guard(
        "a role that is not enough sees no page",
        "accounts/access.py",
        "    if not caller.role.covers(role):",
        "    if False:",
        _PAGES + "test_a_page_refuses_what_the_api_refuses",
    ),
    Guard(
        "who changes something has more than who looks",
        "accounts/api_access.py",
        "Role.VIEWER if request.method in _READING else Role.OPERATOR",
        "Role.VIEWER",
        _WEB + "test_api.py::test_each_role_may_what_it_is_for",
    ),
    Guard(
        "nobody does it to their own account",
        "accounts/managing.py",
        "    if caller.user_id == people.find(name).pk:",
        "    if False:",
        _PEOPLE + "test_nobody_does_it_to_themselves",
    ),
    Guard(
        "the last administrator stays",
        "accounts/people.py",
        "    if not keeps and profile_of",
        "    if False and profile_of",
        _PEOPLE + "test_the_last_administrator_stays",
    ),
    Guard(
        "an administrator who is disabled is none",
        "accounts/people.py",
        "filter(role=Role.ADMINISTRATOR.value, user__is_active=True)",
        "filter(role=Role.ADMINISTRATOR.value)",
        _PEOPLE + "test_the_last_administrator_stays",
    ),
    Guard(
        "nobody comes after somebody under the same name",
        "accounts/people.py",
        "        _refuse_name_of_the_gone(name)\n",
        "",
        "integration/cv_app/test_account_deleted.py::test_account_session_and_tokens_go_and_the_name_stays_taken",
    ),
    Guard(
        "a one-time password is good for choosing another one only",
        "accounts/access.py",
        "    if caller.must_change_password:",
        "    if False:",
        _ACCOUNTS + "test_the_first_account_chooses_a_password_before_anything_else",
    ),
    Guard(
        "nor for the API",
        "accounts/api_access.py",
        "    if caller.must_change_password:",
        "    if False:",
        _ACCOUNTS + "test_the_first_account_chooses_a_password_before_anything_else",
    ),
    Guard(
        "wrong passwords have to wait",
        "accounts/throttle.py",
        "        if left > 0:",
        "        if False:",
        _ACCOUNTS + "test_wrong_passwords_are_answered_later_and_later",
    ),
    Guard(
        "a page of another site changes nothing",
        "web/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        _PAGES + "test_what_changes_something_needs_a_page_of_ours",
    ),
    Guard(
        "an account that is deleted takes its CVs along",
        "web/console/apps.py",
        "        farewell.register()",
        "        _ = farewell",
        "integration/cv_app/test_account_deleted.py::test_nothing_of_a_persons_cvs_is_left",
    ),
    Guard(
        "sessions of a deleted account end",
        "accounts/people.py",
        "        sessions.end_all(key)\n",
        "",
        "integration/cv_app/test_account_deleted.py::test_account_session_and_tokens_go_and_the_name_stays_taken",
    ),
    Guard(
        "nobody ends a session of somebody else",
        "accounts/sessions.py",
        "        if told.get(SESSION_KEY) == str(user_id):",
        "        if True:",
        _PEOPLE + "test_sessions_are_seen_and_ended",
    ),
)

_TOKENS = (
    Guard(
        "a token that has ended does not hold",
        "accounts/tokens.py",
        "is_over = token is not None and (token.expires_at is not None and token.expires_at <= at)",
        "is_over = False",
        _WEB + "test_api.py::test_a_token_ends_with_its_revocation_its_person_or_its_time",
    ),
    Guard(
        "a token that was revoked does not hold",
        "accounts/tokens.py",
        "token.revoked_at is not None or is_over",
        "is_over",
        _WEB + "test_api.py::test_a_token_ends_with_its_revocation_its_person_or_its_time",
    ),
    Guard(
        "a token ends with its person",
        "accounts/tokens.py",
        "or is_over or not token.user.is_active:",
        "or is_over:",
        _WEB + "test_api.py::test_a_token_ends_with_its_revocation_its_person_or_its_time",
    ),
    Guard(
        "the whole token is compared",
        "accounts/tokens.py",
        "token is not None and hmac.compare_digest(token.digest, _digest(secret))",
        "token is not None",
        _PEOPLE + "test_the_whole_token_is_compared",
    ),
    Guard(
        "a token makes none that may more",
        "web/api/own.py",
        "        caller.needs(new.role)\n",
        "",
        _PEOPLE + "test_a_token_makes_none_that_may_more",
    ),
    Guard(
        "a token makes none that holds longer",
        "accounts/tokens.py",
        "_earlier(None if scope.days is None else at + scope.days * _DAY, _end_of(scope.made_by))",
        "_earlier(None if scope.days is None else at + scope.days * _DAY, None)",
        _PEOPLE + "test_a_token_that_a_token_made_ends_with_it",
    ),
    Guard(
        "tokens that a token made are revoked with it",
        "accounts/tokens.py",
        "Token.objects.filter(made_by__in=ending, revoked_at=None)",
        "Token.objects.none()",
        _PEOPLE + "test_a_token_that_a_token_made_ends_with_it",
    ),
    Guard(
        "a token for some jobs makes none for others",
        "accounts/tokens.py",
        "    if own and not all(pattern in own for pattern in wanted):",
        "    if False:",
        "unit/accounts/test_decisions.py::test_a_token_makes_none_that_sees_more",
    ),
    Guard(
        "a token for some jobs is for no account",
        "accounts/api_access.py",
        "        if caller.jobs and not self._is_of_jobs:",
        "        if False:",
        _PEOPLE + "test_a_token_for_some_jobs_is_for_no_account",
    ),
    Guard(
        "a token for some jobs sees no others",
        "ingest/app/remote.py",
        "    if job is None or not caller.sees(name):",
        "    if job is None:",
        _WEB + "test_api_jobs.py::test_a_token_for_some_jobs_sees_no_others",
    ),
)

_TOUCHED = (
    Guard(
        "a grant narrows what the settings allow",
        "ingest/app/remote.py",
        "return allowed if by.is_trusted or not by.user else grants.narrowed(allowed, by.user)",
        "return allowed",
        _WEB + "test_api_jobs.py::test_a_role_may_touch_less_than_the_settings_allow",
    ),
    Guard(
        "a grant never allows more than the settings",
        "accounts/grants.py",
        "for pair in pairs if _nested(*pair)]",
        "for pair in pairs]",
        "unit/accounts/test_decisions.py::test_what_is_granted_lies_within_what_is_allowed",
    ),
    Guard(
        "a job of a shell lends nobody its rights",
        "ingest/app/permits.py",
        "return self if not self.is_trusted or other.is_trusted else other",
        "return self",
        _HOSTILE + "test_a_job_of_a_shell_lends_nobody_its_rights[run]",
    ),
    Guard(
        "no run goes on outside the collections that were granted",
        "ingest/app/remote.py",
        "not any(permits.is_below(destination, one) for one in granted)",
        "False",
        _HOSTILE + "test_nobody_lets_a_run_go_on_outside_their_collection",
    ),
    Guard(
        "a private run is nobody else's",
        "ingest/app/remote.py",
        "        or (is_of and not is_of(run.pk, caller.user_id))\n",
        "",
        _HOSTILE + "test_a_private_run_is_nobody_elses_to_touch",
    ),
    Guard(
        "nor by a button of the console",
        "web/console/views/run_actions.py",
        "    run_of(run_id)\n    address",
        "    address",
        _HOSTILE + "test_a_private_run_is_nobody_elses_to_touch",
    ),
    Guard(
        "private runs are in no list",
        "web/api/runs.py",
        "found.filter(kind__in={*wanted.kind} - {*private_kinds()})",
        "found.filter(kind__in={*wanted.kind})",
        _HOSTILE + "test_a_private_run_is_nobody_elses_to_touch",
    ),
    Guard(
        "no log is named from afar",
        "ingest/app/jobs.py",
        "    permits.refuse_logs(definition, by)\n",
        "",
        _HOSTILE + "test_no_field_of_a_definition_leads_elsewhere[a log]",
    ),
    Guard(
        "nothing is looked at before it is refused",
        "web/api/jobs.py",
        "    refuse(told, submitter(request.caller))  # before its places are looked at to make a name of them\n",
        "",
        _HOSTILE + "test_no_field_of_a_definition_leads_elsewhere[another zone and no name]",
    ),
)

ACCOUNT_GUARDS = (*_ROLES, *_TOKENS, *_TOUCHED)
