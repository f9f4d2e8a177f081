"""Bundles, numbers, picker scripts, limits, headers."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from csp.middleware import CSPMiddleware
from django.core.cache import cache
from django.http import HttpResponse
from django.template import Context, Template
from django.utils import translation

from raumwerk.web.kit.inline_scripts import known_script_hashes
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.kit.middleware import SecurityHeaders
from raumwerk.web.kit.templatetags.kit import BundleMissingError, number, period


@pytest.fixture
def bundle(tmp_path, settings):
    settings.BUNDLE_DIR = tmp_path

    def write(manifest):
        (tmp_path / ".vite").mkdir(exist_ok=True)
        (tmp_path / ".vite/manifest.json").write_text(json.dumps(manifest))

    return write


def _render(text):
    return Template("{% load kit %}" + text).render(Context())


def test_bundle_missing_fails_loudly(bundle):
    with pytest.raises(BundleMissingError, match="build the front end"):
        _render('{% bundle_styles "site" %}')


def test_bundle_unknown_entry_fails_loudly(bundle):
    bundle({"src/site/main.ts": {"file": "a.js", "name": "site", "isEntry": True}})
    with pytest.raises(BundleMissingError, match="no entry 'atlas'"):
        _render('{% bundle_script "atlas" %}')


def test_bundle_links_styles_of_imported_chunks_once(bundle):
    bundle({
        "_map.js": {"file": "assets/map-1.js", "css": ["assets/map-1.css"]},
        "src/atlas/main.ts": {
            "file": "assets/atlas-2.js", "name": "atlas", "isEntry": True, "imports": ["_map.js"],
            "css": ["assets/atlas-2.css", "assets/map-1.css"],
        },
    })  # fmt: skip
    assert _render('{% bundle_styles "atlas" %}').split("\n") == [
        '<link rel="stylesheet" href="/static/app/assets/map-1.css">',
        '<link rel="stylesheet" href="/static/app/assets/atlas-2.css">',
    ]
    assert _render('{% bundle_script "atlas" %}') == (
        '<script type="module" src="/static/app/assets/atlas-2.js"></script>'
    )


@pytest.mark.parametrize(
    ("language", "value", "decimals", "shown"),
    [
        ("de", 84358845, 0, "84.358.845"), ("en", 84358845, 0, "84,358,845"), ("de", 27.0175, 1, "27,0"),
        ("en", -1.25, 2, "−1.25"), ("de", -0.04, 1, "0,0"), ("de", None, 1, "–"), ("de", 0, 0, "0"),
    ],
)  # fmt: skip
def test_number_as_the_reader_writes_it(language, value, decimals, shown):
    with translation.override(language):
        assert number(value, decimals) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("de", "2023-06-30", "30. Juni 2023"), ("en", "2023-06-30", "30 June 2023"), ("de", "2021", "2021"),
        ("de", "2023-06", "Juni 2023"), ("de", "2017/2021", "2017–2021"),
    ],
)  # fmt: skip
def test_period_as_the_reader_writes_it(language, value, shown):
    with translation.override(language):
        assert period(value) == shown


def _hash(script):
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def test_known_script_hashes_only_calls_with_plain_data():
    good = ['new PageChooser("id_x", {"a": [1, null]});', 'initDateChooser("id_y", {"format": "Y-m-d"});']
    bad = [
        "alert(1)",
        'new PageChooser("id_x", alert(1));', 'new Function("alert(1)")', "new PageChooser(document.cookie)",
        'initDateChooser("x"); alert(1)', 'new PageChooser("x", {"a": 1}); alert(document.domain)', "",
    ]  # fmt: skip
    html = "".join(f"<script>{script}</script>" for script in [*bad, *good, good[0]])
    assert known_script_hashes(html) == [_hash(script) for script in good]


def test_within_limit_counts_by_connection(rf):
    first = [within_limit(rf.post("/"), "x", times=2, seconds=60) for _ in range(3)]
    assert first == [True, True, False]
    assert within_limit(rf.post("/", REMOTE_ADDR="10.0.0.9"), "x", times=2, seconds=60)
    assert not within_limit(rf.post("/", headers={"X-Forwarded-For": "1.2.3.4"}), "x", times=2, seconds=60)
    assert within_limit(rf.post("/"), "y", times=2, seconds=60)


def test_within_limit_counts_each_of_many_at_once(rf, monkeypatch):
    read = cache.get

    def slowly(*arguments):
        value = read(*arguments)
        time.sleep(0.01)  # long enough for all others to read the same number, if they could
        return value

    monkeypatch.setattr(cache, "get", slowly)
    with ThreadPoolExecutor(12) as pool:
        allowed = list(pool.map(lambda _: within_limit(rf.post("/"), "many", times=5, seconds=3600), range(12)))
    assert sum(allowed) == 5


def test_preview_keeps_its_policy_but_for_the_frame_of_the_editor(rf):
    def shown(request):
        """The page as Wagtail renders it for a preview: by a request of its own through the middleware."""
        return CSPMiddleware(SecurityHeaders(lambda _: HttpResponse("<p>Entwurf</p>")))(rf.get("/mitte/entwurf/"))

    assert shown(None).headers["X-Frame-Options"] == "DENY"
    answer = CSPMiddleware(SecurityHeaders(shown))(rf.get("/verwaltung/pages/7/edit/preview/"))
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert (answer.headers["X-Frame-Options"], policy["frame-ancestors"]) == ("SAMEORIGIN", "'self'")
    assert policy["style-src"] == policy["script-src"] == "'self'"
