"""Addresses of the pages of accounts."""

from __future__ import annotations

from django.urls import path

from lading.accounts import signing_in
from lading.accounts.navigation import Place, add
from lading.accounts.oidc import views as sign_on
from lading.accounts.roles import Role
from lading.accounts.views import grants, people, profile

_PERSON = "people/<str:name>/"

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/oidc/", sign_on.begin, name="oidc"),
    path("sign-in/oidc/back", sign_on.come_back, name="oidc-back"),
    path("sign-in/oidc/leave", sign_on.leave, name="oidc-leave"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("password/", signing_in.change_password, name="change-password"),
    path("profile/", profile.page, name="profile"),
    path("profile/tokens", profile.new_token, name="own-token-new"),
    path("profile/tokens/<str:token>/revoke", profile.revoke, name="own-token-revoke"),
    path("profile/sessions/<str:session>/end", profile.end, name="session-end"),
    path("people/", people.listed, name="people"),
    path("people/new", people.create, name="person-new"),
    path(_PERSON, people.page, name="person"),
    path(f"{_PERSON}role", people.set_role, name="person-role"),
    path(f"{_PERSON}active", people.set_active, name="person-active"),
    path(f"{_PERSON}reset", people.reset, name="person-reset"),
    path(f"{_PERSON}delete", people.delete, name="person-delete"),
    path(f"{_PERSON}tokens/<str:token>/revoke", people.revoke, name="person-token-revoke"),
    path("grants/", grants.listed, name="grants"),
    path("grants/add", grants.add, name="grant-add"),
    path("grants/remove", grants.remove, name="grant-remove"),
]

add(Place(label="People", view="people", role=Role.ADMINISTRATOR, order=80))
