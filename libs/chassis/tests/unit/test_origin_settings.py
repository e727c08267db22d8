"""ALLOWED_ORIGINS, as browsers write origins."""

import pytest

from chassis import ServiceSettings
from tests.refused_settings import refusal

pytestmark = pytest.mark.usefixtures("required_settings")


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        (
            "http://a.example, http://b.example,",
            ["http://a.example", "http://b.example"],
        ),
        ("https://shop.example/", ["https://shop.example"]),
        ("https://Shop.Example:443", ["https://shop.example"]),
        ("HTTP://SHOP.EXAMPLE:80/", ["http://shop.example"]),
        ("http://localhost:3000", ["http://localhost:3000"]),
        ("https://bücher.example", ["https://xn--bcher-kva.example"]),
        ("http://[::1]:8080", ["http://[::1]:8080"]),
        ("http://[0:0:0:0:0:0:0:1]", ["http://[::1]"]),
        ("http://[2001:DB8::0:1]:80", ["http://[2001:db8::1]"]),
        ("https://[::ffff:192.0.2.1]", ["https://[::ffff:c000:201]"]),
        ("https://shop.example:0443", ["https://shop.example"]),
        ("https://a.example,https://A.example/", ["https://a.example"]),
        (
            '["https://a.example", "https://b.example/"]',
            ["https://a.example", "https://b.example"],
        ),
        (" , ", []),
        ("", []),
        ("  ", []),
        ("*", ["*"]),
        ("*,*", ["*"]),
    ],
)
def test_origins_are_normalised(
    monkeypatch: pytest.MonkeyPatch, given: str, origins: list[str]
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", given)
    assert list(ServiceSettings().allowed_origins) == origins


@pytest.mark.parametrize(
    "value",
    [
        "shop.example",
        "https://shop.example/path",
        "https://shop.example?",
        "https://shop.example#top",
        "https://*.shop.example",
        "https://*",
        "https://shop*.example",
        "*,https://shop.example",
        "https://shop .example",
        "https://shop\u00a0x.example",
        "https://sh\top.example",
        "https://<shop>.example",
        "https://shop.example\\evil",
        "https://shop%20.example",
        "https://shop..example",
        "https://-shop.example",
        "https://shop;example",
        "https://[::1",
        "https://::1",
        "https://[shop.example]",
        "https://256.0.0.1",
        "https://ada:hunter2@shop.example",
        '"https://shop.example"',
        "[https://shop.example",
        "[1]",
        "https://shop.example:port",
        "https://shop.example:0",
        "https://shop.example:70000",
        "https:///shop.example",
        "null",
    ],
)
def test_malformed_origin_is_rejected(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    refusal(monkeypatch, "ALLOWED_ORIGINS", value)


def test_refusal_names_position_of_wrong_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    value = "https://a.example,https://b.example/path,https://c.example/path"
    assert refusal(monkeypatch, "ALLOWED_ORIGINS", value) == (
        "error: ALLOWED_ORIGINS: entry 2 must be an origin: a scheme, a host and"
        " perhaps a port, such as https://shop.example"
    )
