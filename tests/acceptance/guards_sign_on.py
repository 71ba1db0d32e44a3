"""The guards of single sign-on: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_SIGN_ON = "integration/web/test_single_sign_on.py::"
_LIES = "integration/web/test_sign_on_lies.py::"
_LIE = _LIES + "test_what_proves_nothing_lets_nobody_in"

SIGN_ON_GUARDS = (
    Guard(
        "the answer is for the browser that asked",
        "accounts/oidc/errand.py",
        '    if not constant_time_compare(errand.state, request.GET.get("state", "")):',
        "    if False:",
        _LIE + "[state]",
    ),
    Guard(
        "the id token is of this sign-in",
        "accounts/oidc/verifying.py",
        '    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):',
        "    if False:",
        _LIE + "[nonce]",
    ),
    Guard(
        "the id token is for us",
        "accounts/oidc/verifying.py",
        'options={"require": _NEEDED}',
        'options={"require": _NEEDED, "verify_aud": False}',
        _LIE + "[aud]",
    ),
    Guard(
        "the id token is for nobody beside us",
        "accounts/oidc/verifying.py",
        '    if (is_shared or "azp" in claims) and claims.get("azp") != expected.client_id:',
        "    if False:",
        _LIE + "[azp]",
    ),
    Guard(
        "the id token is of our issuer",
        "accounts/oidc/verifying.py",
        "            issuer=expected.issuer,\n",
        "",
        _LIE + "[iss]",
    ),
    Guard(
        "the id token says until when it holds",
        "accounts/oidc/verifying.py",
        'options={"require": _NEEDED}',
        'options={"require": []}',
        _LIE + "[no-exp]",
    ),
    Guard(
        "the id token is signed by a key of the provider",
        "accounts/oidc/verifying.py",
        'options={"require": _NEEDED}',
        'options={"require": _NEEDED, "verify_signature": False, "verify_exp": True, "verify_aud": True, "verify_iss": True}',
        _LIE + "[other-key]",
    ),
    Guard(
        "the answer comes from our provider",
        "accounts/oidc/views.py",
        '    if "iss" in request.GET and not',
        '    if "iss" not in request.GET and not',
        _LIE + "[mixed-up]",
    ),
    Guard(
        "an address that nobody verified links nothing",
        "accounts/oidc/admitting.py",
        'if claims.get("email_verified") is not True or not isinstance',
        "if not isinstance",
        _SIGN_ON + "test_an_account_is_linked_by_a_verified_address_only",
    ),
    Guard(
        "a linked account is nobody else's",
        "accounts/oidc/admitting.py",
        "return None if user is None or user.identities.exists() else user",
        "return user",
        _SIGN_ON + "test_a_linked_account_is_nobody_elses",
    ),
    Guard(
        "who has no group does not come in",
        "accounts/oidc/admitting.py",
        "return None if settings.others is Others.NOBODY else Role(settings.others.value)",
        "return Role.VIEWER",
        _SIGN_ON + "test_groups_say_the_role",
    ),
    Guard(
        "the role is that of the claims, each time",
        "accounts/oidc/admitting.py",
        "    if people.profile_of(user).role != role.value:",
        "    if False:",
        _SIGN_ON + "test_each_sign_in_gives_the_role_anew",
    ),
    Guard(
        "who is disabled stays out",
        "accounts/oidc/admitting.py",
        "    if not user.is_active:",
        "    if False:",
        _SIGN_ON + "test_who_is_disabled_stays_out",
    ),
    Guard(
        "what is told elsewhere is of the same person",
        "accounts/oidc/provider.py",
        '        if found.get("sub") != claims["sub"]:',
        "        if False:",
        _SIGN_ON + "test_nested_claims_and_those_told_elsewhere_count",
    ),
    Guard(
        "no answer goes where others read it on the way",
        "accounts/oidc/provider.py",
        "                if not isinstance(found.get(name), str) or not self._is_safe(found[name]):",
        "                if not isinstance(found.get(name), str):",
        _LIES + "test_a_description_that_is_not_the_providers_is_not_followed",
    ),
    Guard(
        "passwords that are switched off sign nobody in",
        "accounts/signing_in.py",
        "    if config.current().web.oidc.only:",
        "    if False:",
        _SIGN_ON + "test_passwords_can_be_switched_off",
    ),
)
