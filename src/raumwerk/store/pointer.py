"""The pointer to the current release: one small file, replaced at once, moved under a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from raumwerk.errors import ConflictError, IntegrityError, MissingError
from raumwerk.store.files import locked, read_json, write_text
from raumwerk.store.layout import RELEASE_ID, Store

__all__ = ["current_id", "moving", "rollback"]


def current_id(store: Store) -> str | None:
    """Id of the current release, None before the first.

    Raises
    ------
    IntegrityError
        When the pointer names no release.
    """
    try:
        text = store.pointer.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not RELEASE_ID.fullmatch(text) or not (store.release_folder(text) / "manifest.json").is_file():
        raise IntegrityError(
            f"{store.pointer} names {text!r}, which is no release. Choose one of 'raumwerk data releases' and run "
            f"'raumwerk data rollback RELEASE'."
        )
    return text


@contextmanager
def moving(store: Store, *, base: str | None, to: str) -> Iterator[None]:
    """Hold the lock, check that nobody moved the pointer since ``base``, run the body, then point to ``to``.

    Raises
    ------
    ConflictError
        When the current release is no longer ``base``.
    """
    store.create()
    with locked(store.lock):
        current = current_id(store)
        if current != base:
            raise ConflictError(
                f"Release {current} was published while this one was being built on {base or 'an empty store'}. "
                f"Publish again to build on it."
            )
        yield
        write_text(store.pointer, f"{to}\n")


def rollback(store: Store, to: str | None = None) -> str:
    """Make an earlier release the current one; nothing is deleted.

    Parameters
    ----------
    store : Store
    to : str, optional
        Release id; by default the one that was current before the current one was published.

    Returns
    -------
    str
        Id of the release that is current now.

    Raises
    ------
    MissingError
        When there is no such release.
    """
    store.create()
    with locked(store.lock):
        if to is None:
            current = current_id(store)
            if current is None:
                raise MissingError("Nothing has been published yet, so there is nothing to go back to.")
            to = read_json(store.release_folder(current) / "manifest.json").get("base")
            if to is None:
                raise MissingError(f"Release {current} is the first one: there is none before it.")
        if not RELEASE_ID.fullmatch(to) or not (store.release_folder(to) / "manifest.json").is_file():
            raise MissingError(f"There is no release {to}. 'raumwerk data releases' lists them.")
        write_text(store.pointer, f"{to}\n")
        return to
