"""Who may read a stored file, and who may put one there."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from raumwerk.web.people.models import Person
from raumwerk.web.shared.files.models import StoredFile
from raumwerk.web.shared.files.targets import may_read_target
from raumwerk.web.shared.visibility import Audience, may_see

__all__ = ["may_manage", "may_read"]


def may_read(audience: Audience, file: StoredFile) -> bool:
    """Tell whether `audience` may have the file: its own level and what it hangs on both have to agree."""
    if file.withdrawn_at is not None:
        return audience.office
    if not may_see(audience, file.visibility, file.body_number):
        return False
    return file.target_type_id is None or may_read_target(audience, file.target)


def may_manage(person: Person | AnonymousUser, file: StoredFile) -> bool:
    """Tell whether somebody may add versions or withdraw it: the office of its region."""
    return person.is_authenticated and person.has_perm("regions.run_office", file.region)
