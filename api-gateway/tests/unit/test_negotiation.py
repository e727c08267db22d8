"""The headers of a client decide between page and JSON, and between codings."""

import pytest

from app.storefront.negotiation import best_coding, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ALL = frozenset({b"br", b"gzip"})


@pytest.mark.parametrize(
    ("accept", "is_preferred"),
    [
        (BROWSER, True),
        ("TEXT/HTML; Q=0.1", True),
        ("application/json;q=0.5, text/html;q=0.5", True),
        ("application/json, text/html;q=0.5", False),
        ("text/*, image/*;q=0.8", True),
        ("text/*;q=0.3, application/json", False),
        ("text/*, text/html;q=0", False),
        ("text/html;q=0.5, application/*", False),
        ("text/*;q=0.2, */*", False),
        ("text/html;q=0", False),
        ("text/html;q=0.000, */*", False),
        ("text/html;q=nan", False),
        ("text/html;q=2", False),
        ("*/*", False),
        ("image/avif,image/webp", False),
        (";,;q=,,", False),
        ("", False),
    ],
)
def test_page_is_for_clients_that_name_html(accept: str, is_preferred: bool) -> None:
    assert prefers_html({"headers": [(b"accept", accept.encode())]}) is is_preferred


def test_client_without_accept_gets_no_page() -> None:
    assert not prefers_html({"headers": []})


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", b"br"),
        ("gzip", b"gzip"),
        ("br;q=0, gzip;q=0.1", b"gzip"),
        ("gzip;q=0, *", b"br"),
        ("gzip, br;q=0.5", b"gzip"),
        ("gzip;q=0.5, *;q=0.1", b"gzip"),
        ("gzip;q=0.5, identity;q=0.5", b"gzip"),
        ("gzip;q=0.5, identity", None),
        ("identity, *;q=0.5", None),
        ("identity;q=0, gzip;q=0.1", b"gzip"),
        ("*;q=0", None),
        ("brotli, xgzip", None),
        ("identity", None),
    ],
)
def test_best_accepted_coding_is_chosen(accepted: str, coding: bytes | None) -> None:
    scope = {"headers": [(b"accept-encoding", accepted.encode())]}
    assert best_coding(scope, ALL) == coding


def test_coding_that_is_missing_is_not_chosen() -> None:
    scope = {"headers": [(b"accept-encoding", b"gzip, br")]}
    assert best_coding(scope, {b"gzip"}) == b"gzip"
    assert best_coding(scope, frozenset()) is None
