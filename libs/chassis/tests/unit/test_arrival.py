"""The arrival of data on systems that do not say when it was."""

import asyncio
import socket
import sys
import time

import pytest

from chassis._http.arrival import arrival_of_data


def assert_arrival_is_now() -> None:
    before = time.monotonic()
    # A transport without a socket, which has no data to be asked for.
    arrived_at = arrival_of_data(asyncio.BaseTransport())
    assert before <= arrived_at <= time.monotonic()


def test_arrival_is_now_without_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "TCP_INFO")

    assert_arrival_is_now()


def test_arrival_is_now_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some have the option, but with another structure."""
    monkeypatch.setattr(sys, "platform", "freebsd14")

    assert_arrival_is_now()
