"""A process with a wrong setting ends with a sentence, not with a traceback."""

import pytest

from chassis.server import main
from tests.thing_server import THINGS, ended, free_port


def test_wrong_settings_end_the_process_with_sentences() -> None:
    process = ended(
        "--host=localhost",
        f"--port={free_port()}",
        DATABASE_URL="postgresql://u:hunter2#@db/things",
        DATABASE_POOL_SIZE="1_0",
    )
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.splitlines() == [
        "error: DATABASE_URL: must have / ? # @ % [ ] in a user or a password"
        " percent-encoded (%2F %3F %23 %40 %25 %5B %5D), such as"
        " postgresql://user:password@host:5432/name",
        "error: DATABASE_POOL_SIZE: must be a whole number from 1 to 100, such as 10",
    ]


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("a b", "8001", "error: HOST: must be a host name or an address"),
        ("localhost:80", "8001", "error: HOST: must be a host name or an address"),
        ("localhost", "8_001", "error: PORT: must be a whole number from 1 to 65535"),
        ("localhost", "0", "error: PORT: must be a whole number from 1 to 65535"),
    ],
)
def test_malformed_address_to_listen_at_is_refused(
    host: str, port: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["chassis.server", THINGS, f"--host={host}", f"--port={port}"]
    monkeypatch.setattr("sys.argv", command)
    # Python prints what it exits with, and the status is 1.
    with pytest.raises(SystemExit, match=f"^{sentence}"):
        main()
