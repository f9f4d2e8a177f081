"""Giving tasks, doing them, reminding of them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import InputError, Problem
from raumwerk.web.forum.actions._checks import locked_body, plain, saved
from raumwerk.web.forum.actions._telling import held, page, site_language
from raumwerk.web.forum.models import Body, Task
from raumwerk.web.forum.models.task import UNDONE
from raumwerk.web.forum.states import TASK
from raumwerk.web.people.models import Affiliation, Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.actions import notify
from raumwerk.web.shared.notify.models import Note

__all__ = ["change_task", "give_task", "move_task", "remind_overdue"]

FIELDS = ("title", "text", "owner", "organisation", "due_on", "visibility")


@transaction.atomic
def give_task(body: Body, *, by: Person | None, **fields: Any) -> Task:
    """Give a task to a person or an organisation; who has it is told.

    Raises
    ------
    InputError
        When nobody is to do it, or the resolution it comes from is of another body.
    """
    current = locked_body(body)
    task = Task(region=current.region, body=current, **fields)
    _check(task)
    saved(task)
    record("give_task", task, by=by, region=current.region, task=task.pk)
    _tell(task)
    return task


@transaction.atomic
def change_task(task: Task, *, by: Person, **fields: Any) -> Task:
    """Change a task that is not done."""
    current: Task = held(task)
    TASK.require(current.state, "drop_task")  # what can be dropped can be changed
    before = {name: plain(getattr(current, name)) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(current, name, fields[name])
    _check(current)
    saved(current)
    after = {name: plain(getattr(current, name)) for name in FIELDS}
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    if changed:
        record("change_task", current, by=by, region=current.region, task=current.pk, changed=changed)
    if {"owner", "organisation"} & set(changed):
        _tell(current)
    return current


@transaction.atomic
def move_task(task: Task, move: str, *, by: Person, outcome: str = "") -> Task:
    """Begin, finish, drop or reopen a task; a task that is dropped needs a reason."""
    current: Task = held(task)
    current.state = TASK.require(current.state, move)
    if move == "drop_task" and not outcome.strip():
        raise InputError(Problem(_("Give the reason why the task is dropped."), column="outcome"))
    if outcome.strip():
        current.outcome = outcome.strip()
    current.done_on = timezone.localdate() if current.state == "done" else None
    saved(current)
    record(move, current, by=by, region=current.region, task=current.pk)
    return current


def remind_overdue(today: date | None = None) -> int:
    """Remind of tasks that are overdue, once for each due day; return of how many.

    Run by the worker; running it twice, or twice at once, reminds nobody twice.
    """
    rows = Task.objects.across_regions("the worker reminds everywhere").overdue(today)
    return sum(_remind(one, today or timezone.localdate()) for one in rows)


@transaction.atomic
def _remind(task: Task, today: date) -> bool:
    current: Task = held(task)
    if not current.due_on or current.due_on >= today or current.state not in UNDONE:
        return False
    notes = Note.objects.in_region(current.region_id).about(current).filter(kind="task_overdue")
    due = timezone.make_aware(datetime.combine(current.due_on, time.max))
    people = [one for one in _responsible(current) if not notes.filter(person=one, created_at__gt=due).exists()]
    if not people:
        return False
    with site_language():
        text = _("A task of yours is overdue: %(title)s") % {"title": current.title}
        notify(people=people, region=current.region, kind="task_overdue", text=text, about=current,
               url=page(current.region, "task", number=current.pk))  # fmt: skip
    record("remind_of_task", current, by=None, region=current.region, task=current.pk)
    return True


def _check(task: Task) -> None:
    problems = []
    if task.owner_id is None and task.organisation_id is None:
        problems.append(Problem(_("Say who is to do it: a person or an organisation."), column="owner"))
    if task.resolution is not None and task.resolution.body_id != task.body_id:
        problems.append(Problem(_("This resolution is of another body."), column="resolution"))
    if problems:
        raise InputError(problems)


def _responsible(task: Task) -> list[Person]:
    """Return whose task it is: the person, or those who speak for the organisation."""
    if task.owner:
        return [task.owner] if task.owner.is_active else []
    speaking = Affiliation.objects.in_region(task.region_id).current()
    speaking = speaking.filter(organisation=task.organisation_id, spokesperson=True)
    return list(Person.objects.filter(pk__in=speaking.values("person"), is_active=True))


def _tell(task: Task) -> None:
    people = _responsible(task)
    with site_language():
        text = _("A task for you: %(title)s") % {"title": task.title}
        notify(people=people, region=task.region, kind="task", text=text, about=task,
               url=page(task.region, "task", number=task.pk))  # fmt: skip
