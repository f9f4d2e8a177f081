"""Bodies and programme that come with the regions: loaded once, through actions, never over an office's work."""

from __future__ import annotations

from raumwerk.web.forum.models import Body, Milestone
from raumwerk.web.portal.handover.forum_content import load_forum
from raumwerk.web.shared.audit.models import AuditEntry


def test_load_forum_once_with_all_entries(regions):
    assert load_forum(regions["mitte"]) == {"bodies": 7, "milestones": 37}
    assert load_forum(regions["hannover-hildesheim"]) == {"bodies": 3, "milestones": 0}
    assert load_forum(regions["kali"]) == {"bodies": 0, "milestones": 0}
    assert load_forum(regions["mitte"]) == {"bodies": 0, "milestones": 0}
    assert Milestone.objects.in_region(regions["mitte"]).count() == 37
    assert AuditEntry.objects.filter(verb="found_body", region=regions["mitte"]).count() == 7


def test_load_forum_leaves_what_an_office_removed(regions):
    load_forum(regions["hannover-hildesheim"])
    Body.objects.in_region(regions["hannover-hildesheim"]).delete()
    assert load_forum(regions["hannover-hildesheim"]) == {"bodies": 0, "milestones": 0}
