"""start.sh reads its settings as the services read theirs."""

import os
import subprocess
from pathlib import Path

import pytest

from tools.local.layout import REPOSITORY
from tools.local.ports import SERVICE_PORTS

SERVE = "python -m chassis.server app.main:create_app --host {} --port {}"


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """A PATH whose python prints its arguments."""
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho python "$@"\n')
    program.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.defpath}"


def started(
    service: str = "order-service", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own
        ["./start.sh", service],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("service", SERVICE_PORTS)
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_blank_setting_means_the_default(
    programs: str, service: str, blank: str
) -> None:
    names = ("HOST", "PORT", "MIGRATE_ON_START")
    process = started(service, PATH=programs, **dict.fromkeys(names, blank))
    serve = SERVE.format("0.0.0.0", SERVICE_PORTS[service])  # noqa: S104
    assert process.stdout.splitlines() == [f"{serve} --migrate"]


@pytest.mark.parametrize(
    ("word", "migrates"),
    [
        ("true", True),
        ("True", True),
        (" TRUE ", True),
        ("1", True),
        ("yes", True),
        ("false", False),
        ("False", False),
        ("0", False),
        ("off", False),
    ],
)
def test_migration_is_switched_in_any_case(
    programs: str, word: str, migrates: bool
) -> None:
    process = started(PATH=programs, HOST=" ::1 ", PORT="81", MIGRATE_ON_START=word)
    serve = SERVE.format("::1", 81)
    assert process.stdout.splitlines() == [f"{serve} --migrate" if migrates else serve]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_PROPAGATORS", "xray"),
        ("OTEL_PYTHON_METER_PROVIDER", "unknown"),
        ("OTEL_PYTHON_CONTEXT", "unknown"),
        ("OTEL_PYTHON_EXCLUDED_URLS", "["),
        ("OTEL_PYTHON_FASTAPI_EXCLUDED_URLS", "("),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "-1"),
    ],
)
def test_setting_that_breaks_import_is_ignored(
    name: str, value: str, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "${{{name}-none}}"\n')
    python.chmod(0o755)
    process = started(
        PATH=f"{tmp_path}{os.pathsep}{os.defpath}",
        MIGRATE_ON_START="false",
        **{name: value},
    )
    assert process.stdout == "none\n"
    assert process.stderr.startswith(f"warning: {name}: is ignored")


@pytest.mark.parametrize("word", ["ture", "no migration", "falsetrue", "2"])
def test_malformed_switch_is_refused(programs: str, word: str) -> None:
    process = started(PATH=programs, MIGRATE_ON_START=word)
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr == (
        "error: MIGRATE_ON_START: must be true or false, such as true\n"
    )


@pytest.mark.parametrize("service", ["", "shop", "order-service/"])
def test_unknown_service_is_refused_with_usage(programs: str, service: str) -> None:
    process = started(service, PATH=programs)
    assert (process.returncode, process.stdout) == (1, "")
    assert "usage: ./start.sh SERVICE [OPTION...]" in process.stderr
