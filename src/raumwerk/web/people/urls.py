"""Addresses about people, below a region's. The link of an invitation and one's own data stand below ``/konto/``."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.people.views import directory, office, organisations

app_name = "people"
urlpatterns = [
    path("verzeichnis/", directory.actors, name="directory"),
    path("verzeichnis/anfragen/", directory.contacts, name="contacts"),
    path("verzeichnis/anfragen/<int:number>/antwort/", directory.contact_answered, name="contact_answered"),
    path("verzeichnis/anfragen/<int:number>/zurueckziehen/", directory.contact_withdrawn, name="contact_withdrawn"),
    path("verzeichnis/<int:number>/", directory.actor, name="organisation"),
    path("verzeichnis/<int:number>/anfrage/", directory.contact_asked, name="contact_asked"),
    path("verzeichnis/<int:number>/bearbeiten/", directory.own_organisation, name="own_organisation"),
    path("geschaeftsstelle/", office.overview, name="office"),
    path("geschaeftsstelle/einladungen/", office.invitations, name="invitations"),
    path("geschaeftsstelle/einladungen/<int:number>/erneut/", office.invitation_again, name="invitation_again"),
    path(
        "geschaeftsstelle/einladungen/<int:number>/zurueckziehen/",
        office.invitation_withdrawn,
        name="invitation_withdrawn",
    ),
    path("geschaeftsstelle/konten/", office.accounts, name="accounts"),
    path("geschaeftsstelle/konten/<int:number>/", office.term, name="term"),
    path("geschaeftsstelle/konten/<int:number>/beenden/", office.end_account_role, name="end_role"),
    path("geschaeftsstelle/organisationen/", organisations.organisation_list, name="organisation_list"),
    path("geschaeftsstelle/organisationen/neu/", organisations.organisation_new, name="organisation_new"),
    path("geschaeftsstelle/organisationen/<int:number>/", organisations.organisation_edit, name="organisation_edit"),
    path(
        "geschaeftsstelle/organisationen/<int:number>/personen/",
        organisations.affiliation_added,
        name="affiliation_added",
    ),
    path("geschaeftsstelle/personen/<int:number>/beenden/", organisations.affiliation_ended, name="affiliation_ended"),
]
