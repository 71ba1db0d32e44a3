"""Addresses of the pages of accounts."""

from __future__ import annotations

from django.urls import path

from lading.accounts import signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("password/", signing_in.change_password, name="change-password"),
]
