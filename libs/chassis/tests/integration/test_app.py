"""An application with the chassis around it."""

import asyncio
import base64
import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from chassis import Principal
from chassis._http import admission, pages
from chassis._http.problems import install_problem_handlers
from chassis.testing import as_user, replace_resources


@pytest.mark.parametrize("sane", ["abc-123", "A.b_9"])
async def test_valid_request_id_is_kept(client: httpx.AsyncClient, sane: str) -> None:
    answer = await client.get("/", headers={"X-Request-ID": sane})
    assert answer.headers["X-Request-ID"] == sane


@pytest.mark.parametrize(
    "odd", ["", "two words", "x" * 129, 'a"b', "a\n", "a\r\nSet-Cookie: b=c"]
)
async def test_invalid_request_id_is_replaced(
    client: httpx.AsyncClient, odd: str
) -> None:
    answer = await client.get("/", headers={"X-Request-ID": odd})
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_request_is_one_log_line(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = "a\r\n{}"
    await client.get(
        "/%0d%0a%7B%22event%22:%22forged%22%7D%1b[2J%e2%80%a8",
        headers={"User-Agent": odd, "X-Request-ID": odd},
    )
    line = access_line(capsys)
    assert line.isprintable()
    logged = json.loads(line)
    assert logged["event"] == "request"
    assert logged["path"] == '/\r\n{"event":"forged"}\x1b[2J\u2028'


async def test_log_contains_no_email_address(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/users/ada@example.com?q=ada@example.com")
    assert json.loads(access_line(capsys))["path"] == "/users/***@example.com"


async def test_log_cuts_long_path(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/" + "a" * 60_000)
    assert json.loads(access_line(capsys))["path"] == "/" + "a" * 999


async def test_log_names_user_and_trace(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    traceparent = f"00-{'a1' * 16}-{'b2' * 8}-01"
    headers = {"traceparent": traceparent, "X-Request-ID": "r-1"}
    await client.get("/admin", headers=as_user(7, "admin") | headers)
    line = json.loads(access_line(capsys))
    assert line["trace_id"] == "a1" * 16
    assert re.fullmatch("[0-9a-f]{16}", line["span_id"])
    assert line["span_id"] != "b2" * 8
    assert line["request_id"] == "r-1"
    assert line["service"] == "thing-service"
    assert line["user_id"] == 7


class HangingTokenValidator:
    async def validate(self, token: str) -> Principal:
        await asyncio.Event().wait()
        raise AssertionError("it hangs")


async def test_token_check_ends_at_deadline_of_request(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 0.5)
    replace_resources(app, token_validator=HangingTokenValidator())
    answer = await client.get("/admin", headers=as_user(7, "admin"))
    assert answer.status_code == 503
    assert answer.json()["code"] == "authentication_unavailable"


def access_line(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = (x for x in capsys.readouterr().out.splitlines() if '"request"' in x)
    return line


@pytest.mark.parametrize(
    "path", ["/", "/errors/bug", "/errors/conflict", "/nowhere", "/health", "/docs"]
)
async def test_response_has_careful_headers(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_response_can_override_default_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/kept")
    assert answer.headers.get_list("Cache-Control") == ["max-age=60"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_page_runs_own_scripts_only(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    directives = page.headers["Content-Security-Policy"].split("; ")
    policy = {name: sources for name, *sources in map(str.split, directives)}
    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["connect-src"] == ["'self'", "http://users.example"]
    inline = re.findall("<script>(.*?)</script>", page.text, re.DOTALL)
    hashes = {f"'sha256-{sha256(script)}'" for script in inline}
    assert set(policy["script-src"]) == {"'self'"} | hashes


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_page_loads_nothing_from_other_hosts(
    client: httpx.AsyncClient, path: str
) -> None:
    page = await client.get(path)
    assets = re.findall('(?:src|href)="(.+?)"', page.text)
    assert len(assets) >= 2
    for asset in assets:
        assert asset.startswith("/docs/assets/")
        found = await client.get(asset)
        assert found.status_code == 200
        assert found.headers["Cache-Control"] == "no-cache"
        kept = {"If-None-Match": found.headers["ETag"]}
        assert (await client.get(asset, headers=kept)).status_code == 304


def sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


async def test_requests_are_counted_by_their_route(client: httpx.AsyncClient) -> None:
    await client.post("/things/lamp")
    await client.get("/wp-login.php")
    metrics = (await client.get("/metrics")).text
    by_route = 'endpoint="/things/{name}",method="POST",status="201"'
    assert f"http_requests_total{{{by_route}}}" in metrics
    assert 'endpoint="unmatched",method="GET",status="404"' in metrics
    assert "http_request_duration_seconds_bucket" in metrics
    assert "wp-login" not in metrics


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/admin", as_user(1, "admin"), 200),
        ("/admin", as_user(7), 403),
        ("/admin", {"Authorization": "Bearer service:x"}, 403),
        ("/admin", {"Authorization": "Bearer forged"}, 401),
        ("/admin", {"Authorization": "Basic YTpi"}, 401),
        ("/admin", {}, 401),
        ("/internal", {"Authorization": "Bearer service:x"}, 200),
        ("/internal", as_user(1, "admin"), 403),
    ],
)
async def test_roles_open_doors(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


async def test_front_page_links_to_operations(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).json()
    assert page["name"] == "thing-service"
    assert page["version"] == "1.2.3"
    for link in page["links"].values():
        assert (await client.get(link)).status_code == 200


async def test_openapi_document_has_errors_and_log_in(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    price = document["paths"]["/prices"]["post"]["responses"]
    assert "application/problem+json" in price["422"]["content"]
    assert "413" in price
    assert "401" in document["paths"]["/admin"]["get"]["responses"]
    (scheme,) = document["components"]["securitySchemes"].values()
    assert scheme["flows"]["password"]["tokenUrl"] == "http://users.example/login"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://shop.example", True), ("http://evil.example", False)],
)
async def test_origins_are_allowed_by_name(
    client: httpx.AsyncClient, origin: str, allowed: bool
) -> None:
    answer = await client.get("/", headers={"Origin": origin})
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == allowed


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_asset_names_allowed_methods(
    client: httpx.AsyncClient, method: str
) -> None:
    answer = await client.request(method, "/docs/assets/swagger-ui.css")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_assets_of_moved_folder_are_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "swagger-ui.css").write_text("a {}")
    monkeypatch.setattr(pages, "ASSETS", folder)
    moving = FastAPI()
    install_problem_handlers(moving)
    pages.install_pages(moving, "http://users.example/login")
    transport = httpx.ASGITransport(moving)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        url = "/docs/assets/swagger-ui.css"
        assert (await client.get(url)).text == "a {}"
        assert (await client.get("/docs/assets/other.css")).status_code == 404
        folder.rename(tmp_path / "moved")
        gone = await client.get(url)
    assert gone.status_code == 503
    assert gone.json()["code"] == "service_unavailable"
    assert gone.json()["detail"] == pages.FOLDER_IS_GONE
