import smtplib
import subprocess
from email import message_from_bytes
from pathlib import Path

from local import mailsink
from local.layout import Layout
from local.polling import wait_until
from local.ports import HOST, assign


def test_a_message_arrives_as_a_file(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    port = assign(layout.ports)["smtp"]
    program = mailsink.program(layout, port)
    command = list(program.command)
    with subprocess.Popen(command, cwd=program.directory) as server:  # noqa: S603
        try:
            assert wait_until(program.ready, timeout=10)
            with smtplib.SMTP(HOST, port) as client:
                client.sendmail(
                    "a@example.com", ["b@example.com"], b"Subject: Hi\n\nYo"
                )
        finally:
            server.terminate()

    (path,) = layout.mail.glob("*.eml")
    assert message_from_bytes(path.read_bytes())["Subject"] == "Hi"
