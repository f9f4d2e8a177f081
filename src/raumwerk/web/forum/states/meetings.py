"""States and moves of meetings, motions, votes, minutes, resolutions and tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from raumwerk.web.shared.workflow import Move, State, Workflow

__all__ = ["MEETING", "MINUTES", "MOTION", "RESOLUTION", "TASK", "VOTE"]

RUN = "forum.run_body"
TAKE_PART = "forum.take_part_in_body"
OFFICE = "regions.run_office"

MEETING = Workflow(
    _("Meeting"),
    (
        State("planned", pgettext_lazy("meeting", "planned")),
        State("invited", pgettext_lazy("meeting", "invited")),
        State("running", pgettext_lazy("meeting", "running")),
        State("closed", pgettext_lazy("meeting", "closed")),
        State("cancelled", pgettext_lazy("meeting", "cancelled")),
    ),
    (
        Move("invite", ("planned",), "invited", RUN, _("send the invitation")),
        Move("open_meeting", ("invited",), "running", RUN, _("open the meeting")),
        Move("close_meeting", ("running",), "closed", RUN, _("close the meeting")),
        Move("cancel_meeting", ("planned", "invited"), "cancelled", RUN, _("cancel the meeting")),
    ),
)

MOTION = Workflow(
    _("Motion"),
    (
        State("submitted", pgettext_lazy("motion", "submitted")),
        State("admitted", pgettext_lazy("motion", "on the agenda")),
        State("adopted", pgettext_lazy("motion", "adopted")),
        State("rejected", pgettext_lazy("motion", "rejected")),
        State("withdrawn", pgettext_lazy("motion", "withdrawn")),
    ),
    (
        Move("admit_motion", ("submitted",), "admitted", RUN, _("put it on the agenda")),
        Move("decide_motion", ("submitted", "admitted"), "adopted", RUN, _("decide")),
        Move("reject_motion", ("submitted", "admitted"), "rejected", RUN, _("reject")),
        Move("withdraw_motion", ("submitted", "admitted"), "withdrawn", TAKE_PART, _("withdraw")),
    ),
)

VOTE = Workflow(
    _("Vote"),
    (
        State("created", pgettext_lazy("vote", "prepared")),
        State("open", pgettext_lazy("vote", "open")),
        State("closed", pgettext_lazy("vote", "closed")),
        State("published", pgettext_lazy("vote", "published")),
        State("aborted", pgettext_lazy("vote", "broken off")),
    ),
    (
        Move("open_vote", ("created",), "open", RUN, _("open the vote")),
        Move("cast_vote", ("open",), "open", TAKE_PART, _("cast a vote")),
        Move("close_vote", ("open",), "closed", RUN, _("close the vote")),
        Move("publish_vote", ("closed",), "published", RUN, _("publish the result")),
        Move("abort_vote", ("created", "open"), "aborted", RUN, _("break the vote off")),
    ),
)

MINUTES = Workflow(
    _("Minutes"),
    (
        State("draft", pgettext_lazy("minutes", "draft")),
        State("in_comment", pgettext_lazy("minutes", "open for remarks")),
        State("approved", pgettext_lazy("minutes", "approved")),
        State("published", pgettext_lazy("minutes", "published")),
    ),
    (
        Move("write_minutes", ("draft", "in_comment"), "draft", RUN, _("write")),
        Move("submit_minutes", ("draft",), "in_comment", RUN, _("ask for remarks")),
        Move("remark_minutes", ("in_comment",), "in_comment", TAKE_PART, _("remark")),
        Move("return_minutes", ("in_comment", "approved"), "draft", RUN, _("take back into work")),
        Move("approve_minutes", ("in_comment",), "approved", RUN, _("approve")),
        Move("publish_minutes", ("approved",), "published", RUN, _("publish")),
    ),
)

RESOLUTION = Workflow(
    _("Resolution"),
    (
        State("adopted", pgettext_lazy("resolution", "adopted, not yet published")),
        State("published", pgettext_lazy("resolution", "published")),
    ),
    (
        Move("edit_resolution", ("adopted",), "adopted", RUN, _("complete")),
        Move("publish_resolution", ("adopted",), "published", RUN, _("publish")),
        Move("forward_resolution", ("published",), "published", OFFICE, _("send to an addressee")),
        Move("note_answer", ("published",), "published", OFFICE, _("note the answer")),
    ),
)

TASK = Workflow(
    _("Task"),
    (
        State("open", pgettext_lazy("task", "open")),
        State("in_progress", pgettext_lazy("task", "in progress")),
        State("done", pgettext_lazy("task", "done")),
        State("dropped", pgettext_lazy("task", "dropped")),
    ),
    (
        Move("start_task", ("open",), "in_progress", TAKE_PART, _("begin")),
        Move("finish_task", ("open", "in_progress"), "done", TAKE_PART, _("done")),
        Move("reopen_task", ("done", "dropped"), "open", RUN, _("open again")),
        Move("drop_task", ("open", "in_progress"), "dropped", RUN, _("drop")),
    ),
)
