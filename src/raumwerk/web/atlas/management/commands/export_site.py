"""``export_site``: write the Atlas of a region as a website of files. ``raumwerk export-site`` calls it."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from raumwerk.errors import InputError, IntegrityError, Problem
from raumwerk.web.atlas.exports.site_check import check_site
from raumwerk.web.atlas.queries.release import atlas_release
from raumwerk.web.atlas.views.static_site import Site

MARK = "raumwerk-export.json"
_SHOWN = 20


class Command(BaseCommand):
    help = "Write the Atlas of a region as a website that needs no server."
    stealth_options = ("progress",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", required=True)
        parser.add_argument("--release")
        parser.add_argument("--output", required=True)
        parser.add_argument("--check", action="store_true", help="Prove that no link is broken and no host is asked.")

    def handle(self, *args: Any, **options: Any) -> None:
        atlas = atlas_release(options["release"])
        region = atlas.region(options["region"])
        target = Path(options["output"]).resolve()
        _refuse_others(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            draft.chmod(0o755)
            steps = Site(atlas, region, draft).steps()
            progress = options.get("progress")
            for number, (name, write) in enumerate(steps):
                if progress:
                    progress(number, len(steps), name)
                write()
            mark = {"region": region.slug, "release": atlas.id}
            (draft / MARK).write_text(json.dumps(mark, indent=1) + "\n", "utf-8")
            if options["check"]:
                _prove(draft)
            if target.exists():
                shutil.rmtree(target)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        files = [path for path in target.rglob("*") if path.is_file()]
        told = f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB in {target}"
        self.stdout.write(told + (", checked: no broken link, no request elsewhere." if options["check"] else "."))


def _refuse_others(target: Path) -> None:
    """Only an earlier export, or an empty folder, is written over."""
    if target.is_dir() and (not any(target.iterdir()) or (target / MARK).is_file()):
        return
    if target.exists():
        raise InputError(
            Problem(
                f"{target} exists and is no earlier export",
                expected="a new or empty folder, or an earlier export",
                advice="Name another folder with --output.",
            )
        )


def _prove(draft: Path) -> None:
    problems = check_site(draft)
    if problems:
        shown = "\n".join(problems[:_SHOWN])
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise IntegrityError(f"The website was not written: its check found {len(problems)} faults.\n{shown}{more}")
