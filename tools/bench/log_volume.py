"""The log lines of orders, and the space that a week of them takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from tools.local.lifecycle import Platform

ORDERS_A_SECOND = 10
WEEK_SECONDS = 7 * 86400
GIGABYTE = 10**9


@dataclass(frozen=True)
class Volume:
    lines: float
    size: float

    @classmethod
    def so_far(cls, platform: Platform) -> Self:
        """Returns what the services have logged, in the files that rotation keeps."""
        texts = [
            file.read_bytes()
            for service in platform.service_ports
            for file in platform.layout.logs.glob(f"{service}.log*")
        ]
        return cls(sum(t.count(b"\n") for t in texts), sum(map(len, texts)))

    def per_order(self, before: "Volume", orders: int) -> "Volume":
        return Volume(
            (self.lines - before.lines) / orders, (self.size - before.size) / orders
        )


def table(order: Volume) -> Iterator[str]:
    week = order.size * ORDERS_A_SECOND * WEEK_SECONDS / GIGABYTE
    yield f"Log of a POST /orders: {order.lines:.1f} lines, {order.size:.0f} bytes"
    yield f"  a week at {ORDERS_A_SECOND} orders a second: {week:.1f} GB"
