"""Prometheus and Alertmanager for real, on a platform, in fast motion."""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tools.local import installed
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import HOST, free_ports
from tools.local.prometheus_server import RULES, configuration

OBSERVABILITY = REPOSITORY / "observability"
FASTER = 10
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SPAN = re.compile(r"(for: |group_wait: |group_interval: |\[)(\d+)([smhd])\b")


def hastened(text: str) -> str:
    """The same rules, or routes, only that every span of time is a tenth.

    What is compared with what stays as it is.
    """

    def shorten(span: re.Match[str]) -> str:
        seconds = int(span[2]) * SECONDS[span[3]] // FASTER
        return f"{span[1]}{max(seconds, 1)}s"

    return SPAN.sub(shorten, text)


class Watch:
    """The mails to the person on call."""

    def __init__(self, mail: Path) -> None:
        self._mail = mail

    def mails(self, alert: str) -> list[str]:
        """Subjects and texts of all about the alert so far, the first one first."""
        mails = (
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self._mail.glob("*.eml"))
        )
        return [
            f"{mail['Subject']}\n{_text(mail)}"
            for mail in mails
            if f": {alert} " in mail["Subject"]
        ]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""


@contextmanager
def watching(platform: Platform, folder: Path) -> Iterator[Watch]:
    port, alertmanager_port = free_ports(2)
    _write_routes(folder, platform)
    _write_configuration(folder, port, alertmanager_port, platform)
    alertmanager = [
        f"{installed.alertmanager()}",
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={HOST}:{alertmanager_port}",
        "--cluster.listen-address=",
    ]
    prometheus = [
        f"{installed.prometheus()}",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={HOST}:{port}",
    ]
    with running(alertmanager, folder), running(prometheus, folder):
        yield Watch(platform.mail_dir)


def _write_routes(folder: Path, platform: Platform) -> None:
    smtp = platform.environment("notification-service")["SMTP_PORT"]
    routes = (OBSERVABILITY / "alertmanager" / "alertmanager.yml").read_text()
    routes = hastened(routes).replace("mail:1025", f"{HOST}:{smtp}")
    (folder / "alertmanager.yml").write_text(routes)


def _write_configuration(
    folder: Path, port: int, alertmanager_port: int, platform: Platform
) -> None:
    for file in RULES.parent.glob(RULES.name):
        (folder / f"{file.stem}.rules.yml").write_text(hastened(file.read_text()))
    alertmanager = [{"targets": [f"{HOST}:{alertmanager_port}"]}]
    conf = configuration(port, platform.service_ports) | {
        "global": {
            "scrape_interval": "2s",
            "scrape_timeout": "2s",
            "evaluation_interval": "1s",
        },
        "rule_files": [str(folder / "*.rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": alertmanager}]},
    }
    (folder / "prometheus.yml").write_text(json.dumps(conf))


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[None]:
    """The program, with its log in the folder."""
    log = folder / f"{Path(command[0]).stem}.log"
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=output) as process,  # noqa: S603 -- every word is our own
    ):
        try:
            yield
        finally:
            process.terminate()
