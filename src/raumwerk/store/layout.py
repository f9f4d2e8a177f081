"""Where things lie in the store, and what they are called."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["HOME_VARIABLE", "RELEASE_ID", "SHA256", "Store", "home_folder"]

HOME_VARIABLE = "RAUMWERK_HOME"
RELEASE_ID = re.compile(r"\d{8}-[0-9a-f]{8}")
SHA256 = re.compile(r"[0-9a-f]{64}")


def home_folder(home: Path | str | None = None) -> Path:
    """Folder of an installation's state: the argument, else ``RAUMWERK_HOME``, else ``./var``."""
    return Path(home or os.environ.get(HOME_VARIABLE) or "var").expanduser().absolute()


@dataclass(frozen=True)
class Store:
    """The statistics store of one installation.

    Nothing here changes what is on disk except :meth:`create`.

    Parameters
    ----------
    root : Path
        Usually ``<RAUMWERK_HOME>/store``.
    """

    root: Path

    @property
    def raw(self) -> Path:
        """Raw files: ``raw/<first two digits>/<sha256>/<original name>`` with ``origin.json``."""
        return self.root / "raw"

    @property
    def checked(self) -> Path:
        """Checked tables: ``checked/<batch>/batch.json`` with ``<sha256>/<table>.parquet``."""
        return self.root / "checked"

    @property
    def releases(self) -> Path:
        """Releases: ``releases/<id>/manifest.json`` with ``<table>.parquet``."""
        return self.root / "releases"

    @property
    def workspaces(self) -> Path:
        """Unfinished work. What a killed process left here is swept by the next one."""
        return self.root / "tmp"

    @property
    def pointer(self) -> Path:
        """File that holds the id of the current release."""
        return self.root / "current"

    @property
    def lock(self) -> Path:
        """File whose lock guards the pointer."""
        return self.root / "lock"

    @property
    def pins(self) -> Path:
        """File that lists the releases that must be kept, and why."""
        return self.root / "pins.json"

    def raw_folder(self, sha256: str) -> Path:
        """Folder of one raw file."""
        return self.raw / sha256[:2] / sha256

    def release_folder(self, release: str) -> Path:
        """Folder of one release."""
        return self.releases / release

    def create(self) -> Store:
        """Make the folders if they are missing."""
        for folder in (self.raw, self.checked, self.releases, self.workspaces):
            folder.mkdir(parents=True, exist_ok=True)
        return self
