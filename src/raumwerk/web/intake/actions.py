"""Deeds on uploads. Each takes ``by`` and writes the log; the commands themselves are run by the worker."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem, UnavailableError
from raumwerk.web.intake import command
from raumwerk.web.intake.models import Upload
from raumwerk.web.intake.states import MOVES, State
from raumwerk.web.kit.problems import translated
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.notify.duties import stopping

__all__ = [
    "check_upload",
    "discard_upload",
    "go_back_to",
    "order_check",
    "order_publication",
    "publish_upload",
    "receive_upload",
    "work_on_uploads",
]

log = logging.getLogger("raumwerk.intake")
CHECK_SECONDS, PUBLISH_SECONDS, BACK_SECONDS = 900, 1800, 120
#: A file on which no worker has said for so long that it works is begun again.
LEASE = timedelta(minutes=2)


@transaction.atomic
def receive_upload(file: UploadedFile, *, by: Person, mapping: UploadedFile | None = None) -> Upload:
    """Keep an uploaded file outside of everything that is served, to be checked next.

    Raises
    ------
    UnavailableError
        When the disk takes no more.
    """
    digest = hashlib.sha256()
    upload = Upload.objects.create(
        name=_plain(file.name), mapping=_plain(mapping.name) if mapping else "", size=file.size or 0, sha256="", by=by
    )
    try:
        _write(file, upload.path, digest)
        if mapping and upload.mapping_path:
            _write(mapping, upload.mapping_path, hashlib.sha256())
    except OSError as error:
        log.exception("An upload cannot be stored")
        upload.forget_files()
        text = _("The file could not be stored: the server has no room for it. Please tell those who run it.")
        raise UnavailableError(text) from error
    upload.sha256 = digest.hexdigest()
    upload.save(update_fields=["sha256"])
    record("receive_upload", upload, by=by, size=upload.size, sha256=upload.sha256)
    return upload


def work_on_uploads() -> int:
    """Check and publish what waits for it, one after the other; return how many. A slow duty of the worker."""
    left = timezone.now() - LEASE
    for state, move in ((State.CHECKING, "check_again"), (State.PUBLISHING, "publish_again")):
        for one in Upload.objects.filter(state=state, changed_at__lt=left):
            with suppress(ConflictError):  # its worker has just come to an end with it, or another took it up
                _move(one, move)
    done = 0
    for state, work in ((State.RECEIVED, check_upload), (State.QUEUED, publish_upload)):
        for number in Upload.objects.filter(state=state).order_by("pk").values_list("pk", flat=True):
            if stopping.is_set():
                return done
            try:
                work(number)
            except ConflictError:  # another worker took it first
                continue
            done += 1
    return done


def check_upload(number: int) -> None:
    """Let the command read the file on trial and keep what it says; called by the worker."""
    upload = Upload.objects.get(pk=number)
    _move(upload, "check")
    answer = command.data(
        "check", upload.path, *_mapping(upload), "--json",
        seconds=CHECK_SECONDS, memory=int(str(settings.RAUMWERK["CHECK_MEMORY"])), beat=lambda: _beat(upload),
    )  # fmt: skip
    found = answer.result if isinstance(answer.result, list) else []
    if answer.stopped:
        _move(upload, "check_again")
    elif answer.broken_off:
        _move(upload, "break_off", outcome=_refusal(answer))
    elif answer.code == 0 and found:
        _move(upload, "pass", found=found, outcome={})
    else:
        _move(upload, "refuse", found=found, outcome={} if found else _refusal(answer))
        upload.forget_files()


@transaction.atomic
def order_check(upload: Upload, *, by: Person) -> None:
    """Have a file checked again of which the check broke off."""
    _move(upload, "retry", outcome={})
    record("check_upload_again", upload, by=by, sha256=upload.sha256)


@transaction.atomic
def order_publication(upload: Upload, *, by: Person) -> None:
    """Say that a checked file is to be published; who comes second is told so."""
    _move(upload, "order", outcome={})
    record("publish_upload", upload, by=by, sha256=upload.sha256)


def publish_upload(number: int) -> None:
    """Let the command add the file as a new release; called by the worker."""
    upload = Upload.objects.get(pk=number)
    _move(upload, "publish")
    origin = f"upload {upload.pk}: {upload.name}"
    answer = command.data(
        "add", upload.path, *_mapping(upload), "--origin", origin, "--json",
        seconds=PUBLISH_SECONDS, beat=lambda: _beat(upload),
    )  # fmt: skip
    if answer.stopped:
        _move(upload, "publish_again")
    elif answer.code == 0 and isinstance(answer.result, dict):
        with transaction.atomic():
            _move(upload, "finish", outcome=answer.result)
            record("release_published", str(answer.result["release"]), by=upload.by, before=answer.result["before"])
        upload.forget_files()
    else:
        _move(upload, "fail", outcome=_refusal(answer))


@transaction.atomic
def discard_upload(upload: Upload, *, by: Person) -> None:
    """Put a file aside that is not to be published; its record stays."""
    _move(upload, "discard")
    record("discard_upload", upload, by=by, sha256=upload.sha256)
    transaction.on_commit(upload.forget_files)


def go_back_to(release: str, *, by: Person) -> None:
    """Make another kept release the current one."""
    answer = command.data("rollback", release, seconds=BACK_SECONDS)
    if answer.code != 0:
        reason = translated(answer.message) or answer.message
        raise ConflictError(_("The release could not be changed: %(reason)s") % {"reason": reason})
    record("go_back_to", release, by=by)


def _mapping(upload: Upload) -> list[str | Path]:
    return ["--mapping", upload.mapping_path] if upload.mapping_path else []


def _beat(upload: Upload) -> None:
    """Say that the work on a file goes on; what nobody says this of is taken up by the next worker."""
    now = timezone.now()
    if now - upload.changed_at > LEASE / 10:
        Upload.objects.filter(pk=upload.pk, state=upload.state, changed_at=upload.changed_at).update(changed_at=now)
        upload.changed_at = now


def _refusal(answer: command.Answer) -> dict[str, Any]:
    """Why the command refused: its message, and the problems one by one where it named them."""
    problems = answer.result.get("problems") if isinstance(answer.result, dict) else None
    return {"message": answer.message} | ({"problems": problems} if problems else {})


def _move(upload: Upload, move: str, **changes: Any) -> None:
    """Change the state in one statement that only one of several callers can win."""
    start, end = MOVES[move]
    values = {"state": end, "changed_at": timezone.now(), **changes}
    if not Upload.objects.filter(pk=upload.pk, state__in=start).update(**values):
        upload.refresh_from_db()
        raise ConflictError(
            _("The file “%(name)s” is %(state)s by now; this cannot be done any more. Load the page again.")
            % {"name": upload.name, "state": State(upload.state).label}
        )
    upload.refresh_from_db()


def _plain(name: str | None) -> str:
    """A file name without folders and without characters that a terminal or a shell would act on."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(char if char.isalnum() or char in " ._-()+" else "_" for char in last).strip(" .")
    if not plain:
        raise InputError(Problem(_("The file has no name."), column="file"))
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:150]}{dot}{ending[:20]}" if dot else plain[:150]


def _write(file: UploadedFile, target: Path, digest: Any) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
    target.chmod(0o600)
