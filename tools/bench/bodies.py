"""Compares the cost of refusing a body with that of a good body of the same size.

`POST /validate-token` is open to anonymous clients, and answers a good body at once.
"""

from collections.abc import Iterator, Mapping

from tools.bench.measuring import Cost, cost_of
from tools.bench.scene import Scene
from tools.client.shop import Shop

SERVICE = "user-service"
PATH = "/validate-token"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BYTES = 900_000
REQUESTS, WARM_UP, AT_ONCE = 40, 4, 2

GOOD = "good: a token and blanks"
Body = tuple[str, bytes]


def bodies() -> Mapping[str, Body]:
    """Bodies of about `BYTES` each: one that is accepted, and others that are not."""
    names = b",".join(b'"f%d":1' % number for number in range(BYTES // 10))
    lists = (b"[" * 900 + b"]" * 900 + b",") * (BYTES // 1801)
    return {
        GOOD: (JSON, b'{"token":"x"' + b" " * BYTES + b"}"),
        "unknown fields": (JSON, b"{" + names + b"}"),
        "one field again and again": (
            JSON,
            b"{" + b'"token":"x",' * (BYTES // 12) + b'"token":"x"}',
        ),
        "fractions": (JSON, b'{"token":[' + b"1.5," * (BYTES // 4) + b"1]}"),
        "texts": (JSON, b'{"token":[' + b'"",' * (BYTES // 3) + b"1]}"),
        "numbers": (JSON, b'{"token":[' + b"1," * (BYTES // 2) + b"1]}"),
        "nested lists": (JSON, b'{"token":[' + lists + b"0]}"),
        "objects": (JSON, b'{"token":[' + b"{}," * (BYTES // 3) + b"0]}"),
        "a long text": (JSON, b'{"token":"' + b"x" * BYTES + b'"}'),
        "escapes": (JSON, b'{"token":"' + b"\\n" * (BYTES // 2) + b'"}'),
        "a long name": (JSON, b'{"' + b"x" * BYTES + b'":1}'),
        "digits": (JSON, b'{"token":' + b"1" * BYTES + b"}"),
        "no JSON": (JSON, b"x" * BYTES),
        "a form": (FORM, b"a=1&" * (BYTES // 4)),
        "a form of escapes": (FORM, b"a=" + b"%41" * (BYTES // 3)),
        "a form of escaped bytes": (FORM, b"a=" + b"%ff" * (BYTES // 3)),
    }


async def measure(scene: Scene, _: int) -> Iterator[str]:
    return table(await _costs(scene))


async def _costs(scene: Scene) -> dict[str, Cost]:
    platform = scene.restarted({"OTEL_SDK_DISABLED": "true"})
    costs = {}
    async with Shop(platform) as shop:
        for name, (content_type, content) in bodies().items():
            headers = {"Content-Type": content_type}
            status = 200 if name == GOOD else 422

            async def send(
                content: bytes = content,
                headers: Mapping[str, str] = headers,
                status: int = status,
            ) -> None:
                answer = await shop.users.post(PATH, content=content, headers=headers)
                assert answer.status_code == status, answer.text

            for times in (WARM_UP, REQUESTS):
                costs[name] = await cost_of(
                    platform, send, times=times, at_once=AT_ONCE
                )
    return costs


def table(costs: Mapping[str, Cost]) -> Iterator[str]:
    good = costs[GOOD].cpu_ms(SERVICE)
    yield f"CPU of {SERVICE} for a body of {BYTES / 1e6:.1f} MB to POST {PATH}"
    yield f"  {'body':28}{'milliseconds':>14}{'to a good one':>16}"
    for name, cost in costs.items():
        ms = cost.cpu_ms(SERVICE)
        yield f"  {name:28}{ms:14.1f}{ms / good:16.1f}"
