"""Who may do what in the forum. Everything not written here is denied."""

from raumwerk.web.forum.rules.bodies import bodies_of, chairs, is_chair, sits_in

__all__ = ["bodies_of", "chairs", "is_chair", "sits_in"]
