"""Who may do what in the forum. Everything not written here is denied."""

from raumwerk.web.forum.rules.bodies import bodies_of, chairs, is_chair, sits_in
from raumwerk.web.forum.rules.meetings import attended, is_entitled, is_invited, is_responsible, votes_held

__all__ = [
    "attended", "bodies_of", "chairs", "is_chair", "is_entitled", "is_invited", "is_responsible", "sits_in",
    "votes_held",
]  # fmt: skip
