"""The paths of one platform below its root, usually `.local/`."""

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layout:
    root: Path
    repository: Path = REPOSITORY

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def administrator_shown(self) -> Path:
        """Exists once the administrator's password has been shown."""
        return self.root / "administrator-shown"

    @property
    def signing_keys(self) -> Path:
        return self.root / "keys"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def launchers(self) -> Path:
        return self.root / "run"

    @property
    def supervisor_conf(self) -> Path:
        return self.root / "supervisord.conf"

    @property
    def supervisor_pid(self) -> Path:
        return self.root / "supervisord.pid"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    def data(self, store: str) -> Path:
        return self.root / store

    def log(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    def create(self) -> None:
        for directory in (self.root, self.logs, self.mail, self.launchers):
            directory.mkdir(parents=True, exist_ok=True)
