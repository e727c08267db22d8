"""`make bench [ONLY=requests|gateway|streams|machine|...] [ROUNDS=5]`: measures costs.

On a platform of its own, in CPU: clients run on the same machine, so that times would
say little. `make bench GROWTH=1` compares a catalogue of a million products with one of
a thousand. It takes some minutes and 3 GB, so that only this option runs it.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any

from tools.bench import (
    bodies,
    crowd,
    gateway,
    growth,
    machine,
    requests,
    streams,
    tracing,
)
from tools.bench.scene import Scene
from tools.local.errors import PlatformError
from tools.local.termination import unwind_at_signals

Part = Callable[[Scene, int], Coroutine[Any, Any, Iterator[str]]]

PARTS: Mapping[str, Part] = {
    "requests": requests.measure,
    "gateway": gateway.measure,
    "streams": streams.measure,
    "machine": machine.measure,
    "crowd": crowd.measure,
    "bodies": bodies.measure,
    "tracing": tracing.measure,
}
EXTRA: Mapping[str, Part] = {"growth": growth.measure}


def main() -> int:
    arguments = _arguments()
    unwind_at_signals()
    chosen = [arguments.only] if arguments.only else list(PARTS)
    try:
        print("starting a platform of its own", flush=True)
        with Scene.running() as scene:
            for name in chosen:
                table = asyncio.run({**PARTS, **EXTRA}[name](scene, arguments.rounds))
                print("\n" + "\n".join(table), flush=True)
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--only", choices=[*PARTS, *EXTRA])
    parser.add_argument("--rounds", type=int, default=5, help="of each comparison")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
