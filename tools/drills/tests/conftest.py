import io
import json
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FAKE = Path(__file__).with_name("fake_docker.py")


@dataclass(frozen=True)
class FakeDocker:
    """Stands in for the docker command; everything before its process is real."""

    folder: Path

    def answers(
        self, *to: str, prints: bytes = b"", complains: str = "", status: int = 0
    ) -> None:
        """Prepares the answer to commands that contain all of these words."""
        file = self.folder / "answers.json"
        answer = {"to": to, "complains": complains, "status": status}
        prepared = json.loads(file.read_text()) if file.exists() else []
        file.write_text(json.dumps([*prepared, answer | {"prints": prints.hex()}]))

    def calls(self) -> list[dict[str, Any]]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def commands(self) -> list[str]:
        return [" ".join(call["words"]) for call in self.calls()]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    command = tmp_path / "bin" / "docker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} "$@"\n')
    command.chmod(0o700)
    (tmp_path / "answers.json").write_text("[]")
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    monkeypatch.setenv("FAKE_DOCKER", str(tmp_path))
    return FakeDocker(tmp_path)


def packed(**contents: bytes) -> bytes:
    """Returns a tar archive of these files."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target.getvalue()


def unpacked(archive: str) -> dict[str, bytes]:
    """Returns the files of a tar archive in hexadecimal digits."""
    with tarfile.open(fileobj=io.BytesIO(bytes.fromhex(archive))) as tar:
        return {m.name: f.read() for m in tar if (f := tar.extractfile(m))}
