"""Pins: releases that are cited somewhere and must therefore never be deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from raumwerk.errors import MissingError
from raumwerk.store.files import locked, read_json, to_json, write_text
from raumwerk.store.layout import RELEASE_ID, Store

__all__ = ["is_pinned", "pin", "pins", "unpin"]


def pin(store: Store, release: str, reason: str) -> None:
    """Record that a release is needed; the same reason counts once.

    Raises
    ------
    MissingError
        When there is no such release.
    """
    if not RELEASE_ID.fullmatch(release) or not (store.release_folder(release) / "manifest.json").is_file():
        raise MissingError(f"There is no release {release}. 'raumwerk data releases' lists them.")
    with locked(store.lock):
        known = _read(store)
        reasons = known.setdefault(release, {})
        reasons.setdefault(reason, datetime.now(UTC).isoformat(timespec="seconds"))
        write_text(store.pins, to_json(known))


def unpin(store: Store, release: str, reason: str) -> None:
    """Take one reason back; others keep the release pinned."""
    with locked(store.lock):
        known = _read(store)
        known.get(release, {}).pop(reason, None)
        write_text(store.pins, to_json({name: reasons for name, reasons in known.items() if reasons}))


def pins(store: Store) -> dict[str, list[str]]:
    """Reasons by release id."""
    return {release: sorted(reasons) for release, reasons in _read(store).items()}


def is_pinned(store: Store, release: str) -> bool:
    """Whether anything needs this release."""
    return release in pins(store)


def _read(store: Store) -> dict[str, dict[str, Any]]:
    return read_json(store.pins) if store.pins.exists() else {}
