"""A reserved port is for servers of the test, and for no other program."""

import socket
import sys

import pytest

from chassis.testing import reserved_port


def test_server_listens_on_reserved_port() -> None:
    with (
        reserved_port() as port,
        socket.create_server(("127.0.0.1", port)),
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        assert client.getpeername()[1] == port


@pytest.mark.skipif(sys.platform != "linux", reason="it is only found to be free there")
def test_reserved_port_is_not_free_for_others() -> None:
    with (
        reserved_port() as port,
        socket.socket() as other,
        pytest.raises(OSError, match="in use"),
    ):
        other.bind(("127.0.0.1", port))
