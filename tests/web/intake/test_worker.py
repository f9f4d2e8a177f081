"""Work on data beside the mail: nothing waits for it, and what is killed or stopped can be taken up again."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from made_workbooks import wide_xls
from raumwerk.store import read
from raumwerk.web.intake import actions, command, queries
from raumwerk.web.intake.models import Upload
from raumwerk.web.intake.states import State
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify import duties
from raumwerk.web.shared.notify.actions import enqueue_mail
from raumwerk.web.shared.notify.management.commands.run_worker import Command
from raumwerk.web.shared.notify.models import OutgoingMail

pytestmark = pytest.mark.usefixtures("home")
GOOD = b"key,people\n06611,204202\n05762,140667\n"
#: A real command that begins and never comes to an end; it says its number so that a test can see it gone.
HANGING = "import os, time; open({begun!r}, 'w').write(str(os.getpid())); time.sleep(600)"


class Told(EmailBackend):
    """A transport that says when a mail went out."""

    sent = threading.Event()

    def send_messages(self, messages):
        Told.sent.set()
        return super().send_messages(messages)


@pytest.fixture
def worker(settings, monkeypatch):
    """The worker with all its duties, in this process; told to stop in the end, whatever happens."""
    settings.MAIL_TRANSPORT = f"{__name__}.Told"
    monkeypatch.setattr("raumwerk.web.shared.notify.management.commands.run_worker.POLL_SECONDS", 0.05)
    Told.sent.clear()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield Command()
    duties.stopping.clear()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _queue_mail(regions) -> None:
    enqueue_mail(to="a@kreis.example", subject="Nr. 1", text="Text", region=regions["mitte"], kind="digest")


def _hang(tmp_path: Path, monkeypatch) -> Path:
    begun = tmp_path / "begun"
    (tmp_path / "sitecustomize.py").write_text(HANGING.format(begun=str(begun)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return begun


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_and_votes_are_closed_while_data_work_goes_on(regions, worker, monkeypatch):
    closed, waited = threading.Event(), []

    def slow() -> None:
        waited.append((Told.sent.wait(60), closed.wait(60)))  # ends only after the others are done
        duties.stopping.set()

    monkeypatch.setattr(duties, "_duties", {})
    duties.register_duty("work_on_uploads", slow, every=timedelta(hours=1), slow=True)
    duties.register_duty("close_due_votes", closed.set, every=timedelta(hours=1))
    _queue_mail(regions)
    worker.handle()
    assert waited == [(True, True)]


@pytest.mark.django_db(transaction=True)
def test_worker_that_is_told_to_stop_ends_the_command_and_leaves_the_file_to_the_next(
    regions, bring, worker, tmp_path, monkeypatch
):
    begun, upload = _hang(tmp_path, monkeypatch), bring(GOOD)
    _queue_mail(regions)

    def stop() -> None:
        while not (begun.exists() and begun.read_text()):
            if duties.stopping.wait(0.05):
                return
        Told.sent.wait(60)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    worker.handle()
    stopper.join()
    upload.refresh_from_db()
    sent = OutgoingMail.objects.across_regions("all of the test").get()
    assert (sent.state, upload.state, _alive(int(begun.read_text()))) == ("sent", State.RECEIVED, False)
    duties.stopping.clear()
    monkeypatch.delenv("PYTHONPATH")
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    assert upload.state == State.CHECKED


@pytest.mark.django_db(transaction=True)
def test_two_workers_check_and_publish_a_file_once(bring, monkeypatch):
    upload, ran, real = bring(GOOD), [], command.data

    def data(*arguments, **bounds):
        ran.append(arguments[0])
        return real(*arguments, **bounds)

    monkeypatch.setattr(command, "data", data)

    def work() -> None:
        start.wait(30)
        try:
            actions.work_on_uploads()
        finally:
            connections.close_all()

    for order in (None, actions.order_publication):
        if order:
            upload.refresh_from_db()
            order(upload, by=upload.by)
        start = threading.Barrier(3)
        workers = [threading.Thread(target=work) for _ in range(3)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    upload.refresh_from_db()
    assert (ran, upload.state) == (["check", "add"], State.PUBLISHED)
    assert AuditEntry.objects.filter(verb="release_published").count() == 1


def test_killed_check_is_told_of_and_can_be_done_again(bring, sign_in, tmp_path, monkeypatch):
    # A hook of its own lets the real command end as it does when the system takes its memory away.
    (tmp_path / "sitecustomize.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    upload = bring(GOOD)
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.path.exists()) == (State.BROKEN_OFF, True)
    client = sign_in(upload.by)
    page = client.get(reverse("intake:upload", kwargs={"number": upload.pk})).content.decode()
    assert "Der Vorgang wurde von außen beendet, bevor er fertig war (-9)." in page
    assert "Erneut prüfen" in page
    monkeypatch.delenv("PYTHONPATH")
    again = reverse("intake:check", kwargs={"number": upload.pk})
    assert [client.post(again).status_code for _ in range(2)] == [302, 409]
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.outcome) == (State.CHECKED, {})


def test_publication_killed_between_import_and_release_is_made_up_for(home, bring, tmp_path, monkeypatch):
    upload = bring(GOOD)
    actions.check_upload(upload.pk)
    upload.refresh_from_db()
    actions.order_publication(upload, by=upload.by)
    kill = "import raumwerk.pipeline.adding as a, os\na.publish = lambda *_, **__: os.kill(os.getpid(), 9)\n"
    (tmp_path / "sitecustomize.py").write_text(kill)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    actions.publish_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, queries.current_release()) == (State.FAILED, None)
    monkeypatch.delenv("PYTHONPATH")
    actions.order_publication(upload, by=upload.by)
    actions.publish_upload(upload.pk)
    upload.refresh_from_db()
    release = read.current(read.open_store(home))
    assert (upload.state, upload.outcome["release"]) == (State.PUBLISHED, release.id)
    assert set(release.table("observations").collect()["value"]) == {204202.0, 140667.0}


def test_work_that_goes_on_is_not_taken_up_by_another_worker(bring, monkeypatch):
    upload, seen = bring(GOOD), []

    def long_work(*_arguments, beat, **_bounds):
        long_ago = timezone.now() - 2 * actions.LEASE
        Upload.objects.filter(pk=upload.pk).update(changed_at=long_ago)
        monkeypatch.setattr(timezone, "now", lambda real=timezone.now: real() + actions.LEASE)
        beat_lost = Upload.objects.get(pk=upload.pk)
        beat()  # another worker may have it by now: a late sign of life does not take it back
        beat_lost.refresh_from_db()
        seen.append(beat_lost.changed_at == long_ago)
        return command.Answer(0, [{"name": "x"}], "")

    monkeypatch.setattr(command, "data", long_work)
    actions.check_upload(upload.pk)
    assert seen == [True]


def test_sign_of_life_keeps_a_file_with_its_worker(bring, monkeypatch):
    upload = bring(GOOD)
    others = []

    def long_work(*_arguments, beat, **_bounds):
        for minutes in range(1, 11):
            at = began + timedelta(minutes=minutes)
            monkeypatch.setattr(timezone, "now", lambda at=at: at)
            beat()
            others.append(actions.work_on_uploads())
        return command.Answer(0, [{"name": "x"}], "")

    began = timezone.now()
    monkeypatch.setattr(command, "data", long_work)
    actions.check_upload(upload.pk)
    upload.refresh_from_db()
    assert (others, upload.state) == ([0] * 10, State.CHECKED)


def test_workbook_that_would_fill_the_memory_is_stopped_and_told_of(bring, sign_in, operator, monkeypatch):
    monkeypatch.setitem(settings.RAUMWERK, "CHECK_MEMORY", 2**30)
    upload = bring(wide_xls(100), name="wide.xls", mapping=None)
    assert upload.size < 20_000
    assert actions.work_on_uploads() == 1
    upload.refresh_from_db()
    assert upload.state == State.BROKEN_OFF
    page = sign_in(operator).get(reverse("intake:upload", kwargs={"number": upload.pk})).content.decode()
    assert "wäre mehr Arbeitsspeicher nötig als die 1024 MiB" in page
    assert "RUST_BACKTRACE" not in page
