"""The little of HTTP that a scrape needs; whatever comes is a status."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oam.prometheus.request import Asked, chunk, complete, head, judged, refusal

HOST = b"\r\nHost: sip1:9464\r\nUser-Agent: Prometheus/2.50\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (b"GET /metrics HTTP/1.1", Asked(200, True)),
        (b"GET /metrics?name[]=a HTTP/1.1", Asked(200, True)),
        (b"GET http://sip1:9464/metrics HTTP/1.1", Asked(200, True)),
        (b"GET /metrics HTTP/1.0", Asked(200)),
        (b"GET / HTTP/1.1", Asked(404)),
        (b"GET /metrics/ HTTP/1.1", Asked(404)),
        (b"GET /../etc/passwd HTTP/1.1", Asked(404)),
        (b"POST /metrics HTTP/1.1", Asked(405)),
        (b"HEAD /metrics HTTP/1.1", Asked(405)),
        (b"GET /metrics HTTP/2.0", Asked(505)),
        (b"GET /metrics", Asked(400)),
        (b"GET  /metrics HTTP/1.1", Asked(400)),
        (b"OPTIONS sip:sip1 SIP/2.0", Asked(400)),
        (b"\xff\xfe\x00", Asked(400)),
    ],
)
def test_what_a_request_comes_to(line: bytes, asked: Asked) -> None:
    assert judged(line + HOST) == asked


def test_a_request_of_http_1_1_names_its_host_once() -> None:
    assert judged(b"GET /metrics HTTP/1.1\r\n\r\n").status == 400
    assert judged(b"GET /metrics HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n").status == 400
    assert judged(b"GET /metrics HTTP/1.0\r\n\r\n").status == 200


def test_bare_line_ends_are_ends() -> None:
    assert complete(b"GET /metrics HTTP/1.1\nHost: a\n\n")
    assert judged(b"GET /metrics HTTP/1.1\nHost: a\n\n").status == 200


@given(st.binary(max_size=300))
def test_no_octets_raise(octets: bytes) -> None:
    complete(octets)
    assert refusal(judged(octets).status) if judged(octets).status != 200 else True


def test_a_refusal_says_its_length_and_what_is_allowed() -> None:
    answer = refusal(405)
    header, _, text = answer.partition(b"\r\n\r\n")
    assert header.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"Allow: GET" in header
    assert b"Content-Length: %d" % len(text) in header


def test_a_page_to_an_old_client_ends_with_the_connection() -> None:
    assert b"chunked" in head("text/plain", True)
    assert b"chunked" not in head("text/plain", False)
    assert b"Connection: close" in head("text/plain", False)
    assert chunk(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
