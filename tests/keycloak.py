"""A real Keycloak, with the realm that operators import."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx

from tools.local.layout import REPOSITORY
from tools.local.polling import wait_until

VERSION = "26.4.0"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
REALM = REPOSITORY / "tools" / "compose" / "keycloak" / "pannier-realm.json"
# On a busy machine, a first start compiles for minutes.
START_SECONDS = 600
SECONDS = 60.0
CLIENT = "pannier-web"


class KeycloakMissing(Exception):
    """Java or Maven is not installed, or Maven Central does not respond."""


def install(folder: Path) -> Path:
    """Returns Keycloak's folder, which Maven fills once.

    Raises:
        KeycloakMissing: it cannot be installed.
    """
    home = folder / f"keycloak-{VERSION}"
    if not (shutil.which("java") and shutil.which("mvn")):
        raise KeycloakMissing("Java 17 and Maven are not installed")
    if not home.exists():
        arguments = [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        copied = subprocess.run(  # noqa: S603
            ["mvn", "--batch-mode", "--quiet", COPY, *arguments],  # noqa: S607
            capture_output=True,
            check=False,
        )
        if copied.returncode != 0:
            raise KeycloakMissing("Maven cannot fetch Keycloak")
        archive = folder / f"keycloak-quarkus-dist-{VERSION}.zip"
        shutil.unpack_archive(archive, folder)
        archive.unlink()
    return home


class Keycloak:
    """A running Keycloak with one realm and its one client.

    Attributes:
        shop_url: the public address of the platform, for browsers and for Keycloak.
    """

    def __init__(self, port: int, shop_url: str) -> None:
        self.shop_url = shop_url
        self._url = f"http://127.0.0.1:{port}"
        self._port = port
        self._password, self.client_secret = (secrets.token_hex(16) for _ in range(2))
        self.issuer = f"{self._url}/realms/pannier"

    @contextmanager
    def running(self, home: Path) -> Iterator[Self]:
        shutil.rmtree(home / "data", ignore_errors=True)
        (home / "data" / "import").mkdir(parents=True)
        shutil.copy(REALM, home / "data" / "import")
        arguments = ["start-dev", "--import-realm", f"--http-port={self._port}"]
        with (home.parent / "keycloak.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                ["bash", "bin/kc.sh", *arguments, "--http-host=127.0.0.1"],  # noqa: S607
                cwd=home,
                env={**os.environ, **self._environment()},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            assert wait_until(self._is_ready, START_SECONDS)
            yield self
        finally:
            process.terminate()
            process.wait()

    def _environment(self) -> Mapping[str, str]:
        auth = f"{self.shop_url}/api/v1/auth"
        return {
            "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
            "KC_BOOTSTRAP_ADMIN_PASSWORD": self._password,
            "PANNIER_CLIENT_SECRET": self.client_secret,
            "PANNIER_URL": self.shop_url,
            "PANNIER_LOGOUT_URL": f"{auth}/oidc/backchannel-logout",
        }

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.issuer, timeout=SECONDS).is_success
        except httpx.TransportError:
            return False

    def create_user(self, username: str, password: str) -> None:
        with httpx.Client(base_url=self._url, timeout=SECONDS) as client:
            granted = client.post(
                "/realms/master/protocol/openid-connect/token",
                data={
                    "grant_type": "password",
                    "client_id": "admin-cli",
                    "username": "admin",
                    "password": self._password,
                },
            )
            created = client.post(
                "/admin/realms/pannier/users",
                headers={"Authorization": f"Bearer {granted.json()['access_token']}"},
                json={
                    "username": username,
                    "enabled": True,
                    "email": f"{username}@example.com",
                    "emailVerified": True,
                    "firstName": username.title(),
                    "lastName": "Keys",
                    "credentials": [{"type": "password", "value": password}],
                },
            )
            assert created.status_code == 201, created.text
