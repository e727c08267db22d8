from tools.faults.schedule import FIRST_AFTER_SECONDS, PARTS, schedule


def test_schedule_depends_on_seed() -> None:
    assert schedule(1, 45) == schedule(1, 45) != schedule(2, 45)


def test_every_part_dies_and_hangs_before_repetition() -> None:
    faults = schedule(1, 5.0 * 2 * len(PARTS))
    assert len({(fault.part, fault.kind) for fault in faults}) == 2 * len(PARTS)


def test_faults_are_ordered_and_end_before_traffic() -> None:
    for seed in range(50):
        faults = schedule(seed, 45)
        assert faults == sorted(faults, key=lambda fault: fault.at)
        assert faults[0].at >= FIRST_AFTER_SECONDS
        assert all(fault.at + fault.lasting <= 45 for fault in faults)
