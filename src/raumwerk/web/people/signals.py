"""What this floor tells those above it, which it may not call itself.

``deed_done`` asks for an entry in the log; the others let mail, seats, search and comments follow. All are sent inside
the transaction of the deed: a receiver that fails undoes it.
"""

from __future__ import annotations

from django.dispatch import Signal

__all__ = [
    "contact_answered",
    "contact_asked",
    "deed_done",
    "invitation_accepted",
    "invitation_made",
    "invitation_withdrawn",
    "leaving_warnings",
    "person_leaving",
]

#: verb, subject, by (Person or None), region (or None), details (dict of plain values).
deed_done = Signal()
#: invitation, token (the only time it is told).
invitation_made = Signal()
#: invitation.
invitation_withdrawn = Signal()
#: invitation, person.
invitation_accepted = Signal()
#: request (a ContactRequest).
contact_asked = Signal()
#: request.
contact_answered = Signal()
#: person; receivers remove what names them, before the account's own row goes.
person_leaving = Signal()
#: person; receivers return a list of sentences about what will lack somebody.
leaving_warnings = Signal()
