from tools.faults.schedule import FIRST_AFTER_SECONDS, PARTS, schedule


def test_the_same_seed_is_the_same_schedule_and_another_is_not() -> None:
    assert schedule(1, 45) == schedule(1, 45) != schedule(2, 45)


def test_every_part_is_killed_and_hangs_before_anything_comes_again() -> None:
    faults = schedule(1, 5.0 * 2 * len(PARTS))
    assert len({(fault.part, fault.kind) for fault in faults}) == 2 * len(PARTS)


def test_faults_come_in_order_and_end_before_the_traffic_does() -> None:
    for seed in range(50):
        faults = schedule(seed, 45)
        assert faults == sorted(faults, key=lambda fault: fault.at)
        assert faults[0].at >= FIRST_AFTER_SECONDS
        assert all(fault.at + fault.lasting <= 45 for fault in faults)
