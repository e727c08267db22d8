"""The outcome as a person reads it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from tools.faults.audit import Check
from tools.faults.fault_injection import Trouble
from tools.faults.run import Outcome
from tools.faults.schedule import Fault

MOST_SHOWN = 10


def planned(seed: int, seconds: float, faults: Iterable[Fault]) -> str:
    head = f"seed {seed}, {seconds:.0f} s of traffic"
    return "\n".join([head, *(f"  {fault}" for fault in faults)])


def in_a_line(outcome: Outcome) -> str:
    counted = {check.promise: check.counted for check in outcome.checks}
    return (
        f"seed {outcome.seed}: {len(outcome.troubles)} faults, "
        f"{sum(counted.values())} checks, {outcome.wrong} wrong; "
        f"at rest after {outcome.rested_after:.0f} s"
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """All that was checked, added up, and how long each part took to recover."""
    checks = _sum(check for outcome in outcomes for check in outcome.checks)
    troubles = [trouble for outcome in outcomes for trouble in outcome.troubles]
    return "\n".join([*_checked(checks), "", *_recovery(troubles)])


def wrong(outcome: Outcome) -> str:
    """Yields the failed checks with the objects that they found."""
    lines: list[str] = []
    for check in outcome.checks:
        if check.wrong:
            lines.append(f"seed {outcome.seed}, {check.promise}:")
            lines += (f"  {name}" for name in check.wrong[:MOST_SHOWN])
            if len(check.wrong) > MOST_SHOWN:
                lines.append(f"  and {len(check.wrong) - MOST_SHOWN} more")
    return "\n".join(lines)


def _sum(checks: Iterable[Check]) -> list[Check]:
    sums: dict[str, Check] = {}
    for each in checks:
        so_far = sums.get(each.promise, Check(each.promise, 0))
        sums[each.promise] = Check(
            each.promise,
            so_far.counted + each.counted,
            so_far.wrong + each.wrong,
            so_far.notes + each.notes,
        )
    return list(sums.values())


def _checked(checks: Sequence[Check]) -> Iterator[str]:
    width = max(len(check.promise) for check in checks)
    yield f"{'':{width}}  counted  wrong"
    for each in checks:
        line = f"{each.promise:{width}}  {each.counted:7}  {len(each.wrong):5}"
        yield f"{line}  {_notes(each.notes)}".rstrip()


def _notes(notes: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in notes.most_common())


def _recovery(troubles: Iterable[Trouble]) -> Iterator[str]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for trouble in troubles:
        name = f"{trouble.part}, after a {trouble.kind}"
        seconds[name].append(trouble.seconds_to_recover)
    width = max(map(len, seconds), default=0)
    yield f"{'recovery':{width}}  faults  median  worst"
    for name, taken in sorted(seconds.items()):
        figures = f"{len(taken):6}  {median(taken):4.1f} s {max(taken):4.1f} s"
        yield f"{name:{width}}  {figures}"
