"""The scripts that check a running platform count what they can and cannot check."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import free_ports

SCRIPTS = [
    pytest.param("test-complete", marks=pytest.mark.slow),
    "test-api",
    "verify-docs",
]
URLS = ("USER_URL", "PRODUCT_URL", "ORDER_URL", "NOTIFICATION_URL", "GATEWAY_URL")


def run_script(
    environment: dict[str, str], directory: Path, script: str, *sections: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own
        [REPOSITORY / f"{script}.sh", *sections],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def skipped(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stdout.splitlines() if line.startswith("  skip")]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("script", SCRIPTS)
def test_script_passes_on_running_platform(
    script: str, command_line: dict[str, str], tmp_path: Path
) -> None:
    run = run_script(command_line, tmp_path, script)
    assert run.returncode == 0, run.stdout + run.stderr
    # The mail of a platform of the tests' own is not where the scripts look.
    assert all("mail" in line for line in skipped(run)), run.stdout


@pytest.fixture
def no_mail_sink(platform: Platform, shop: Shop) -> Iterator[dict[str, str]]:
    [port] = free_ports(1)
    with platform.aside("mail"):
        yield {"MAIL_URL": f"http://localhost:{port}"}


def test_script_skips_checks_without_mail_sink(
    no_mail_sink: dict[str, str], command_line: dict[str, str], tmp_path: Path
) -> None:
    run = run_script(
        command_line | no_mail_sink,
        tmp_path,
        "test-complete",
        "notifications",
        "administration",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    assert any("no mail sink runs" in line for line in skipped(run)), run.stdout


@pytest.mark.usefixtures("shop")
def test_script_ignores_proxy_and_curlrc_of_its_caller(
    command_line: dict[str, str], tmp_path: Path
) -> None:
    [port] = free_ports(1)
    nowhere = f"http://127.0.0.1:{port}"
    (tmp_path / ".curlrc").write_text("head\n")
    leaking = {
        "http_proxy": nowhere,
        "HTTP_PROXY": nowhere,
        "ALL_PROXY": nowhere,
        "CURL_HOME": str(tmp_path),
    }
    run = run_script(command_line | leaking, tmp_path, "test-complete", "alive")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("script", ["test-complete", "test-api", "verify-docs"])
def test_script_fails_if_nothing_runs(
    script: str, command_line: dict[str, str], tmp_path: Path
) -> None:
    [port] = free_ports(1)
    nowhere = dict.fromkeys((*URLS, "MAIL_URL"), f"http://localhost:{port}")
    run = run_script(command_line | nowhere, tmp_path, script)
    assert run.returncode == 1
    assert "No check could be made" in run.stdout
    last = run.stdout.splitlines()[-1]
    assert last.startswith("0 passed, 0 failed, ")


@pytest.mark.usefixtures("shop")
def test_script_skips_gateway_that_does_not_run(
    command_line: dict[str, str], tmp_path: Path
) -> None:
    [port] = free_ports(1)
    nowhere = {"GATEWAY_URL": f"http://localhost:{port}"}
    run = run_script(command_line | nowhere, tmp_path, "test-complete", "gateway")
    assert skipped(run) == [
        f"  skip  gateway: nothing responds at {nowhere['GATEWAY_URL']}"
    ]
    assert run.stdout.endswith("0 passed, 0 failed, 1 skipped\n")


class _Impostor(BaseHTTPRequestHandler):
    """Answers 200 with an empty object, whatever it is asked."""

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keeps the test's output free of access lines."""


@pytest.fixture
def impostor() -> Iterator[str]:
    server = ThreadingHTTPServer(("localhost", 0), _Impostor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


# The orders of test-api wait a minute for what never happens.
@pytest.mark.parametrize(
    "command",
    [
        pytest.param("test-api", marks=pytest.mark.slow),
        "test-complete alive stock",
        "verify-docs",
    ],
)
def test_impossible_check_counts_as_failure(
    command: str, impostor: str, command_line: dict[str, str], tmp_path: Path
) -> None:
    everywhere = dict.fromkeys((*URLS, "MAIL_URL"), impostor)
    run = run_script(command_line | everywhere, tmp_path, *command.split())
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    *_, failures = run.stdout.splitlines()[-1].partition(" passed, ")
    assert int(failures.split()[0]) > 10
