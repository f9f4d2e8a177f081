from __future__ import annotations

from raumwerk.store import read
from raumwerk.store.compare import Change, changes_between
from raumwerk.store.layout import Store


def test_changes_between_counts_what_came_and_changed(store: Store, publish) -> None:
    first, same, second = publish(5723.0), publish(5723.0), publish(6000.0)
    old, again, new = (read.release(store, identity) for identity in (first, same, second))
    assert changes_between(old, again) == {}
    assert changes_between(old, new) == {"flows": Change(added=0, changed=1, removed=0)}
    assert changes_between(new, old) == {"flows": Change(added=0, changed=1, removed=0)}
