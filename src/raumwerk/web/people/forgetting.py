"""Taking the name and the addresses of somebody who leaves out of texts that stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q

from raumwerk.web.people.models import Person
from raumwerk.web.regions.scope import allow_unscoped

__all__ = ["Traces", "forget_in"]

#: Stands where a name stood; the same in both languages, since a text does not say which it is in.
NOBODY = "[…]"


class Traces:
    """What names one person: every address of the account, and the full name in both orders.

    A single name alone ("Weber") is no trace: it may be anybody's.
    """

    def __init__(self, person: Person) -> None:
        proved = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
        self.addresses = sorted({person.email.lower(), *(address.lower() for address in proved)})
        first, last = person.first_name.strip(), person.last_name.strip()
        names = [f"{first} {last}", f"{last}, {first}", f"{last} {first}"] if first and last else []
        self.words = [*self.addresses, *names]
        self._pattern = re.compile(
            "|".join(rf"(?<![\w.+-]){re.escape(word)}(?![\w-]|\.\w)" for word in self.words), re.IGNORECASE
        )

    def without(self, text: str) -> str:
        """Return a text in which nothing names the person."""
        return self._pattern.sub(NOBODY, text)

    def without_in(self, value: Any) -> Any:
        """Return plain data (what JSON holds) in which nothing names the person."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.without_in(one) for one in value]
        if isinstance(value, dict):
            return {self.without(key): self.without_in(one) for key, one in value.items()}
        return value


def forget_in(
    person: Person, model: type[models.Model], fields: Iterable[str], *, then: Callable[[Any], None] | None = None
) -> int:
    """Take the traces of a person out of some text or JSON fields of all rows of a model.

    Rows are written past the guards of models that never change otherwise: this is the one lawful exception.

    Parameters
    ----------
    person : Person
        Who leaves.
    model : Model class
        Whose rows.
    fields : iterable of str
        Names of its text and JSON fields.
    then : callable or None
        Called with the key of each row that was changed.

    Returns
    -------
    int
        How many rows named the person.
    """
    traces, names = Traces(person), list(fields)
    changed = 0
    with allow_unscoped("an account ends in all regions"):
        rows = model._base_manager.all()
        if not any(isinstance(model._meta.get_field(name), models.JSONField) for name in names):
            rows = rows.filter(_holding(names, traces.words))
        for key, *values in rows.values_list("pk", *names).iterator(chunk_size=500):
            fresh = {name: traces.without_in(value) for name, value in zip(names, values, strict=True)}
            if list(fresh.values()) != values:
                model._base_manager.filter(pk=key).update(**fresh)
                changed += 1
                if then is not None:
                    then(key)
    return changed


def _holding(names: list[str], words: list[str]) -> Q:
    asked = Q(pk__in=[])
    for name in names:
        for word in words:
            asked |= Q(**{f"{name}__icontains": word})
    return asked
