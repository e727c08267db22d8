"""`make faults [SEEDS=1] [SEED=...] [SECONDS=45]`; exits 1 when anything is wrong."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from random import randrange

from tools.faults import report
from tools.faults.run import Outcome, run
from tools.faults.schedule import schedule
from tools.local.errors import PlatformError
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import free_service_ports
from tools.local.termination import unwind_at_signals

ROOT = REPOSITORY / ".local" / "faults"
START_SECONDS = 180
# The passwords of so many people would cost more than all else.
GIVEN = {"BCRYPT_COST": "4"}


def main() -> int:
    arguments = _arguments()
    unwind_at_signals()
    platform = Platform(ROOT, free_service_ports(), given=GIVEN)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    try:
        platform.delete()
        print("starting a platform of its own", flush=True)
        platform.start(timeout=START_SECONDS)
        outcomes = asyncio.run(_run_all(platform, seeds, arguments.seconds))
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        platform.stop()
    print(f"\n{report.table(outcomes)}")
    if not any(outcome.wrong for outcome in outcomes):
        return 0
    print(f"\nThe logs are in {os.path.relpath(platform.layout.logs)}.")
    return 1


async def _run_all(
    platform: Platform, seeds: Iterable[int], seconds: float
) -> list[Outcome]:
    outcomes = []
    for seed in seeds:
        print(f"\n{report.planned(seed, seconds, schedule(seed, seconds))}", flush=True)
        outcome = await run(platform, seed, seconds)
        outcomes.append(outcome)
        print(report.in_a_line(outcome), flush=True)
        if outcome.wrong:
            print(report.wrong(outcome), flush=True)
    return outcomes


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--seed", type=int, default=randrange(10_000), help="the first")
    parser.add_argument("--seconds", type=float, default=45, help="of traffic for each")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
