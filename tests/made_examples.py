"""Things that the demonstration does not hold, made on the site under test so that each page has something to show.

Run in a process of its own, with the surroundings of that site: ``python tests/made_examples.py RELEASE`` prints what
addresses need as one line of JSON. Everything comes about by the actions that people use.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from raumwerk.cli.manage import call, set_up

SLUG = "mitte"
PASSWORDLESS = "ohne-passwort@mitte.example"


def main(release: str) -> None:
    set_up()
    call("load_examples")
    from django.db import transaction

    with transaction.atomic():
        made = _held() | _draft() | _discussed() | _around(release) | _account()
    sys.stdout.write("\n" + json.dumps(made) + "\n")


def _region() -> Any:
    from raumwerk.web.regions.models import Region

    return Region.objects.get(slug=SLUG)


def _person(role: str) -> Any:
    from raumwerk.web.people.models import Person

    return Person.objects.get(email=f"{role}@{SLUG}.example")


def _first(model: Any, **asked: Any) -> Any:
    return model.objects.in_region(_region()).filter(**asked).order_by("pk").first()


def _held() -> dict[str, Any]:
    """Numbers of what the example meeting left behind."""
    from raumwerk.web.forum import models as forum
    from raumwerk.web.people.models import Membership, Organisation

    body = _first(forum.Body, slug="beispielgruppe")
    minutes = _first(forum.Minutes, meeting__body=body)
    forwarding = _first(forum.Forwarding)
    return {
        "body": body.slug, "meeting": minutes.meeting_id,
        "item": _first(forum.AgendaItem, meeting=minutes.meeting_id).pk, "motion": _first(forum.Motion, body=body).pk,
        "vote": _first(forum.Vote).pk, "resolution": forwarding.resolution_id, "forwarding": forwarding.pk,
        "task": _first(forum.Task, body=body).pk, "topic": _first(forum.FrameworkTopic).number,
        "milestone": _first(forum.Milestone).pk, "seat": _first(forum.Seat, body=body).pk,
        "organisation": _first(Organisation, public=True).pk, "membership": _first(Membership, role="member").pk,
    }  # fmt: skip


def _draft() -> dict[str, Any]:
    """A second meeting, whose minutes are being written."""
    from django.utils import timezone

    from raumwerk.web.forum.actions.agenda import add_item
    from raumwerk.web.forum.actions.meetings import invite, open_meeting, plan_meeting
    from raumwerk.web.forum.actions.minutes import begin_minutes
    from raumwerk.web.forum.models import Body

    office, start = _person("office"), timezone.now() + timedelta(minutes=5)
    meeting = plan_meeting(
        _first(Body, slug="beispielgruppe"), by=office, title="Zweite Beispielsitzung", place="Rathaus", example=True,
        starts_at=start, ends_at=start + timedelta(hours=1),
    )  # fmt: skip
    add_item(meeting, by=office, title="Begrüßung")
    minutes = begin_minutes(open_meeting(invite(meeting, by=office), by=office), by=office)
    return {"draft_meeting": meeting.pk, "draft": minutes.pk}


def _discussed() -> dict[str, Any]:
    """Comments at the resolution: one to change or report, and one that was reported and hidden."""
    from raumwerk.web.forum.models import Resolution
    from raumwerk.web.shared.comments.actions import write_comment
    from raumwerk.web.shared.comments.moderation import decide, report_comment

    resolution, member = _first(Resolution), _person("member")
    comment = write_comment(resolution, "Bitte mit Radweg.", by=member)
    hidden = write_comment(resolution, "Jetzt ganz billig kaufen!", by=member)
    report_comment(hidden, "advertising", "Das ist Werbung.", by=None)
    decision = decide(hidden, "hide", "Werbung ist hier nicht erlaubt.", by=_person("office"))
    return {"comment": comment.pk, "hidden": hidden.pk, "decision": decision.pk, "discussed": resolution.pk}


def _around(release: str) -> dict[str, Any]:
    """A scenario, a file that was refused, a citation, a document, a text to many, and an organisation of one's own."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from raumwerk.web.atlas.actions.scenarios import save_scenario
    from raumwerk.web.forum.models import Meeting, Minutes
    from raumwerk.web.intake.models import Upload
    from raumwerk.web.people.actions.organisations import affiliate
    from raumwerk.web.people.models import Organisation
    from raumwerk.web.shared.evidence.actions import cite
    from raumwerk.web.shared.evidence.reference import Reference
    from raumwerk.web.shared.files.actions import store_file
    from raumwerk.web.shared.notify.outbox import propose_mass_mail

    region, office, member = _region(), _person("office"), _person("member")
    scenario = save_scenario(
        region, by=office, name="Beispiel", visibility="link", release=release, parameters={"telework_share": "30"}
    )
    problem = {"what": "the file holds a header and nothing else", "expected": "rows of data", "advice": "", "row": 1,
               "sheet": None, "column": None}  # fmt: skip
    upload = Upload.objects.create(
        name="zahlen.csv", size=12, sha256="0" * 64, by=office, state="refused",
        found=[{"name": "zahlen.csv", "problems": [problem]}],
    )  # fmt: skip
    reference = Reference("indicators", "population_density", area="06611000", release=release)
    citation = cite(_first(Minutes, state="draft"), reference, by=office)
    file = store_file(
        region, SimpleUploadedFile("lageplan.txt", b"Ein Plan in Worten.\n"), by=office, visibility="public",
        target=_first(Meeting, title="Zweite Beispielsitzung"),
    )  # fmt: skip
    mass = propose_mass_mail(
        region, people=[member], subject="An alle", text="Die Sitzung beginnt später.", kind="meeting_news", by=office
    )
    own = _first(Organisation, public=True)
    affiliate(member, own, by=office, function="Ansprechperson", spokesperson=True)
    return {
        "scenario": str(scenario.token), "upload": upload.pk, "citation": citation.pk, "file": file.pk, "mass": mass.pk,
        "own": own.pk,
    }  # fmt: skip


def _account() -> dict[str, Any]:
    """Links that come by mail, recovery codes, and the session of somebody without a password who came just now."""
    from allauth.account.forms import default_token_generator
    from allauth.account.internal.flows.login import record_authentication
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.account.utils import user_pk_to_url_str
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from django.conf import settings
    from django.http import HttpRequest
    from django.test import Client

    from raumwerk.web.people.actions.invitations import invite_person
    from raumwerk.web.people.models import Person
    from raumwerk.web.people.signals import invitation_made
    from raumwerk.web.shared.notify.actions import unsubscribe_token

    tokens: list[str] = []

    def note(token: str, **_: Any) -> None:
        tokens.append(token)

    invitation_made.connect(note)
    invite_person(_region(), email="eingeladen@mitte.example", by=_person("office"))
    guest = _person("guest")
    RecoveryCodes.activate(_person("editor"))
    waiting = EmailAddress.objects.create(user=guest, email="zweite@mitte.example", verified=False, primary=False)
    person = Person.objects.create_user(PASSWORDLESS, None, first_name="Ohne", last_name="Passwort")
    EmailAddress.objects.create(user=person, email=PASSWORDLESS, verified=True, primary=True)
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    came = HttpRequest()
    came.session = client.session
    record_authentication(came, person, "socialaccount", provider="openid_connect")
    came.session.save()
    return {
        "invitation": tokens[0], "confirmation": EmailConfirmationHMAC(waiting).key, "uid": user_pk_to_url_str(guest),
        "reset": default_token_generator.make_token(guest),
        "unsubscribe": unsubscribe_token(guest, _region(), "meeting_news"),
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
