"""Addresses of one's own account that allauth does not have, or that answer otherwise here."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.people.views import account, invited, passkeys, sso

urlpatterns = [
    path("einladung/<str:token>/", invited.invited, name="invited"),
    path("meine-daten/", account.own_data, name="own_data"),
    path("loeschen/", account.leave, name="leave"),
    path("sso/", sso.connected, name="sso"),
    path("sso/beginnen/", sso.begin, name="sso_begin"),
    path("sso/antwort/", sso.answer, name="sso_answer"),
    path("sso/trennen/", sso.end, name="sso_end"),
    # allauth's own addresses, answered by us
    path("2fa/webauthn/reauthenticate/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
]
