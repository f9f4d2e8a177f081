"""The cache in front of Django: the same bytes as without it, a new release at once, nothing private kept."""

import gzip
import io

import pytest
from atlas_made import publish

from raumwerk.web.atlas.cache import ResponseCache

ADDRESS = "/api/v1/regions/probe/values/"


class Counting:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, status="200 OK", headers=(), body=b"x" * 2000):
        self.asked, self.status, self.body = [], status, body
        self.headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "public, no-cache"),
            ("ETag", '"e1"'),
            *headers,
        ]

    def __call__(self, environ, start_response):
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_IF_NONE_MATCH")))
        start_response(self.status, list(self.headers))
        return [self.body]


def ask(application, path=ADDRESS, query="", method="GET", **headers):
    told = {}

    def start_response(status, given, error=None):
        told.update(status=status, headers=dict(given))

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "a"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    body = b"".join(application(environ, start_response))
    return told["status"], told["headers"], body


@pytest.fixture
def cached(made_home):
    inner = Counting()
    return inner, ResponseCache(inner, made_home)


def test_the_second_reader_gets_the_kept_answer(cached):
    inner, cache = cached
    first, second = ask(cache), ask(cache)
    assert first == second
    assert first[0] == "200 OK"
    assert first[2] == inner.body
    assert first[1]["Content-Length"] == "2000"
    assert len(inner.asked) == 1


def test_answers_are_packed_for_who_can_unpack(cached):
    inner, cache = cached
    ask(cache)
    _status, headers, body = ask(cache, accept_encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == inner.body
    assert len(body) == int(headers["Content-Length"])


def test_who_has_the_answer_is_not_sent_it_again(cached):
    inner, cache = cached
    for wanted in ('"e1"', 'W/"e1"', '"other", "e1"', "*"):
        status, headers, body = ask(cache, if_none_match=wanted)
        assert (status, headers["ETag"], body) == ("304 Not Modified", '"e1"', b"")
    assert ask(cache, if_none_match='"other"')[0] == "200 OK"
    assert inner.asked == [("GET", ADDRESS, None)]  # the condition never reached the application


def test_head_has_the_headers_of_get_and_no_body(cached):
    _inner, cache = cached
    assert ask(cache, method="HEAD")[2] == b""
    assert ask(cache, method="HEAD")[1] == ask(cache)[1]


def test_another_address_or_host_is_another_answer(cached):
    inner, cache = cached
    for query in ("a=1", "a=2", "a=1"):
        ask(cache, query=query)
    ask(cache, query="a=1", host="b")
    assert len(inner.asked) == 3


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("404 Not Found", []),
        ("500 Internal Server Error", []),
        ("200 OK", [("Set-Cookie", "session=1")]),
        ("200 OK", [("Cache-Control", "private")]),
        ("200 OK", [("Content-Encoding", "br")]),
    ],
)
def test_what_is_not_for_everybody_is_not_kept(made_home, status, headers):
    inner = Counting(status, headers)
    cache = ResponseCache(inner, made_home)
    assert ask(cache) == ask(cache)
    assert len(inner.asked) == 2


@pytest.mark.parametrize(("path", "method"), [("/mitte/", "GET"), (ADDRESS, "POST"), ("/konto/login/", "GET")])
def test_pages_and_other_methods_pass_through(cached, path, method):
    inner, cache = cached
    for _ in range(2):
        ask(cache, path=path, method=method)
    assert len(inner.asked) == 2


def test_a_new_release_is_answered_at_once(tmp_path):
    inner = Counting()
    cache = ResponseCache(inner, tmp_path)
    ask(cache)
    assert len(inner.asked) == 1  # nothing published: nothing kept
    publish(tmp_path, note="first")
    for _ in range(2):
        ask(cache)
    assert len(inner.asked) == 2
    publish(tmp_path, note="second")
    ask(cache)
    assert len(inner.asked) == 3


def test_the_cache_forgets_what_was_not_asked_for_longest(made_home):
    inner = Counting()
    cache = ResponseCache(inner, made_home, max_bytes=3 * 3200)
    for query in ("1", "2", "1", "3", "4"):
        ask(cache, query=query)
    asked = len(inner.asked)
    ask(cache, query="1")
    assert len(inner.asked) == asked
    ask(cache, query="2")
    assert len(inner.asked) == asked + 1


def test_real_answers_are_the_same_with_and_without_the_cache(home, db):
    from django.core.handlers.wsgi import WSGIHandler

    plain = WSGIHandler()
    cache = ResponseCache(plain, home)
    environ = {"SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()}

    def real(application):
        return lambda given, start: application({**environ, **given, "HTTP_HOST": "testserver"}, start)

    query = "indicator=population"
    without, first, second = (ask(real(each), query=query) for each in (plain, cache, cache))
    assert without[2] == first[2] == second[2]
    assert without[1]["ETag"] == second[1]["ETag"]
    assert "Content-Security-Policy" in second[1]
