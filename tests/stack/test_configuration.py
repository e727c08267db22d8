"""Each program knows every key of its configuration."""

import subprocess
from pathlib import Path

import pytest

from tests.stack.programs import FIND
from tools.local.layout import REPOSITORY

pytestmark = pytest.mark.slow

OBSERVABILITY = REPOSITORY / "observability"
CHECKED = [
    ("loki", "loki/loki.yml", ["-verify-config", "-config.file"]),
    ("jaeger", "jaeger/jaeger.yml", ["validate", "--config"]),
    ("alloy", "alloy/config.alloy", ["validate"]),
    ("alloy", "alloy/local.alloy", ["validate"]),
]
UNKNOWN = {"loki": "not_a_key: 1", "jaeger": "not_a_key: 1", "alloy": "not_a_key {}"}


def check(name: str, words: list[str], file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- every word is our own
        [FIND[name](), *words, file],
        env={"LOGS": "/var/log", "LOKI_URL": "http://loki:3100"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "path", "words"), CHECKED)
def test_program_accepts_its_configuration(
    name: str, path: str, words: list[str]
) -> None:
    done = check(name, words, OBSERVABILITY / path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("name", "path", "words"), CHECKED)
def test_program_rejects_unknown_key(
    name: str, path: str, words: list[str], tmp_path: Path
) -> None:
    file = tmp_path / Path(path).name
    file.write_text(f"{(OBSERVABILITY / path).read_text()}\n{UNKNOWN[name]}\n")
    assert check(name, words, file).returncode != 0
