"""Scoped queries: what belongs to a region is read for one region, or expressly across all.

``Membership.objects.all()`` raises; ``Membership.objects.in_region(region)`` is the way, and
``Membership.objects.across_regions("a person's own page")`` where a reason is given. Django's own checks of
uniqueness run inside :func:`allow_unscoped`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.db import models

__all__ = ["RegionScoped", "ScopedManager", "ScopedQuerySet", "UnscopedQueryError", "allow_unscoped"]

_allowed: ContextVar[bool] = ContextVar("raumwerk_unscoped_allowed", default=False)


class UnscopedQueryError(RuntimeError):
    """A query over rows of regions did not say which region it means."""


@contextmanager
def allow_unscoped(reason: str) -> Iterator[None]:
    """Let the framework's own queries through (checks of uniqueness, migrations of data); the reason is for readers."""
    if not reason:
        raise ValueError("Say why this query may cross regions.")
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


class ScopedQuerySet(models.QuerySet):
    """A query set that answers only after :meth:`in_region` or :meth:`across_regions`."""

    _scoped = False

    def in_region(self, region: Any) -> Self:
        """Keep the rows of one region (a Region or its primary key)."""
        if region is None:
            raise UnscopedQueryError(f"{self.model.__name__}: no region given; this page belongs to none.")
        rows = self.filter(region=region)
        rows._scoped = True
        return rows

    def across_regions(self, reason: str) -> Self:
        """Keep the rows of every region; `reason` says why that is right."""
        if not reason:
            raise ValueError("Say why this query may cross regions.")
        rows = self.all()
        rows._scoped = True
        return rows

    def none(self) -> Self:
        rows = super().none()
        rows._scoped = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # the stubs leave private methods out
        clone._scoped = self._scoped
        return clone

    def _check_scope(self) -> None:
        if not (self._scoped or _allowed.get()):
            raise UnscopedQueryError(
                f"A query over {self.model.__name__} names no region: use .in_region(region), "
                "or .across_regions(reason) where all regions are meant."
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check_scope()
        super()._fetch_all()

    def _update(self, values: Any) -> int:
        # Model.save() updates one row by its key through the base manager; this door is for everybody else.
        self._check_scope()
        return super()._update(values)  # type: ignore[misc]

    def _raw_delete(self, using: Any) -> Any:
        self._check_scope()
        return super()._raw_delete(using)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._check_scope()
        return super().resolve_expression(*args, **kwargs)


def _guard(name: str) -> Any:
    original = getattr(models.QuerySet, name)

    def checked(self: ScopedQuerySet, *args: Any, **kwargs: Any) -> Any:
        self._check_scope()
        return original(self, *args, **kwargs)

    checked.__name__ = name
    checked.__doc__ = original.__doc__
    return checked


for _name in ("aggregate", "contains", "count", "delete", "exists", "explain", "iterator", "update", "__or__", "union"):
    setattr(ScopedQuerySet, _name, _guard(_name))


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The default manager of everything that belongs to a region; related managers inherit it."""


class RegionScoped(models.Model):
    """Base of the models that belong to exactly one region."""

    region = models.ForeignKey("regions.Region", on_delete=models.CASCADE, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Any = None) -> None:
        with allow_unscoped("uniqueness is checked over the whole table"):
            super().validate_unique(exclude=exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with allow_unscoped("constraints are checked over the whole table"):
            super().validate_constraints(exclude=exclude)
