"""A small window compresses small bodies as well as a large one."""

import gzip
import json

import pytest

from app.api.compression import LEAST_BYTES, LEVEL, gzip_coder

PRODUCTS = json.dumps(
    [{"id": n, "name": f"Lamp {n * n}", "price": f"{n % 89}.99"} for n in range(30_000)]
).encode()


@pytest.mark.parametrize(
    "length", [LEAST_BYTES + 1, 2_047, 2_048, 8_000, 20_000, 40_000, 1_000_000]
)
def test_body_is_compressed_as_in_largest_window(length: int) -> None:
    body = PRODUCTS[:length]
    assert len(body) == length

    coder = gzip_coder(length)
    compressed = coder.compress(body) + coder.flush()

    assert gzip.decompress(compressed) == body
    assert len(compressed) <= len(gzip.compress(body, LEVEL)) * 1.01
