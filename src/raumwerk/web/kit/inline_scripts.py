"""Wagtail's forms start their pickers by inline scripts, each one call with plain data.

Such scripts, and no others, are let through by their hash: a script that is anything but one of these calls with
arguments that are JSON stays forbidden, so that text which slipped into a page as a script is still not run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re

__all__ = ["known_script_hashes"]

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_CALL = re.compile(r"\s*(?:new [A-Za-z]*Chooser|init(?:Date|DateTime|Time)Chooser)\((.*)\);?\s*", re.DOTALL)


def known_script_hashes(html: str) -> list[str]:
    """Return the policy's sources (``'sha256-…'``) of the picker scripts in a page."""
    found = []
    for script in _SCRIPT.findall(html):
        call = _CALL.fullmatch(script)
        if call and _is_data(call.group(1)):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
            found.append(f"'sha256-{digest}'")
    return list(dict.fromkeys(found))


def _is_data(arguments: str) -> bool:
    try:
        json.loads(f"[{arguments}]")
    except ValueError:
        return False
    return True
