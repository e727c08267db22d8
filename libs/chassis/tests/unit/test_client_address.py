"""The client's address, with and without trusted proxies."""

from ipaddress import ip_network

import pytest

from chassis import IpNetwork, client_address, throttled_part

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def key(peer: str, forwarded_for: list[str], trusted: list[IpNetwork]) -> str:
    address = client_address(peer, forwarded_for, trusted)
    assert address is not None
    return throttled_part(address)


def test_untrusted_peer_is_the_client() -> None:
    assert key("192.0.2.1", ["198.51.100.7"], TRUSTED) == "192.0.2.1"


def test_no_proxy_is_trusted_by_default() -> None:
    assert key("127.0.0.1", ["198.51.100.7"], []) == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        pytest.param(["198.51.100.7"], "198.51.100.7", id="one hop"),
        pytest.param(["198.51.100.7, 10.0.0.2"], "198.51.100.7", id="two proxies"),
        pytest.param(["198.51.100.7", "10.0.0.2"], "198.51.100.7", id="two headers"),
        pytest.param(["203.0.113.9, 198.51.100.7"], "198.51.100.7", id="untrusted"),
        pytest.param([], "10.0.0.1", id="no header"),
        pytest.param(["10.0.0.3"], "10.0.0.3", id="from a proxy itself"),
        pytest.param(["198.51.100.7, garbage"], "10.0.0.1", id="garbage"),
        pytest.param(["198.51.100.7,"], "198.51.100.7", id="empty last entry"),
        pytest.param(["198.51.100.7", " "], "198.51.100.7", id="blank header"),
        pytest.param(["198.51.100.7,,10.0.0.2"], "198.51.100.7", id="empty entry"),
        pytest.param([""], "10.0.0.1", id="empty"),
        pytest.param(["::ffff:198.51.100.7"], "198.51.100.7", id="mapped"),
        pytest.param(["2001:db8::1:2:3:4"], "2001:db8::/64", id="network"),
        pytest.param(["198.51.100.7:51234"], "198.51.100.7", id="port"),
        pytest.param(["[2001:db8::9]:443"], "2001:db8::/64", id="brackets, port"),
        pytest.param(["[2001:db8::9]"], "2001:db8::/64", id="brackets"),
        pytest.param(['"[2001:db8::9]:443"'], "2001:db8::/64", id="quotes"),
        pytest.param(["[::ffff:198.51.100.7]:80"], "198.51.100.7", id="mapped, port"),
        pytest.param(["198.51.100.7:1, 10.0.0.2:2"], "198.51.100.7", id="two ports"),
        pytest.param(["fe80::1%eth0"], "fe80::/64", id="zone"),
        pytest.param(["unknown"], "10.0.0.1", id="unknown"),
        pytest.param(["_hidden, 198.51.100.7"], "198.51.100.7", id="obfuscated"),
        pytest.param(["198.51.100.7:x:y"], "10.0.0.1", id="no address"),
    ],
)
def test_trusted_proxy_forwards_client_address(
    forwarded_for: list[str], client: str
) -> None:
    assert key("10.0.0.1", forwarded_for, TRUSTED) == client


def test_proxy_can_be_trusted_by_ipv6_address() -> None:
    assert key("fd00::1", ["198.51.100.7"], TRUSTED) == "198.51.100.7"


def test_missing_peer_address_is_unknown() -> None:
    assert client_address(None, ["198.51.100.7"], TRUSTED) is None
