"""The gateway serves the storefront to browsers, beside the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from chassis.testing import eventually
from tests.gateway import Gateway, serving
from tests.storefront import FAKE_BROTLI, GZIPPED, SCRIPT, SHELL, SOURCE, write_build

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HTML = {"Accept": ACCEPT}
YEAR = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_build(tmp_path_factory.mktemp("storefront") / "build")


@pytest_asyncio.fixture(scope="module")
async def shop(folder: Path) -> AsyncIterator[Gateway]:
    async with serving("http://127.0.0.1:9", storefront_dir=str(folder)) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def browser(shop: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    plain = {"Accept-Encoding": "identity"}
    async with shop.client(headers=plain) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/products/7?page=2", "/index.html", "/apis", "/a.b"]
)
async def test_browser_gets_shell_at_any_page(
    browser: httpx.AsyncClient, path: str
) -> None:
    shell = await browser.get(path, headers=HTML)
    assert (shell.status_code, shell.text) == (200, SHELL)
    assert shell.headers["content-type"] == "text/html; charset=utf-8"
    assert shell.headers["cache-control"] == "no-cache"
    assert {"Accept", "Accept-Encoding"} <= set(shell.headers["vary"].split(", "))


async def test_program_gets_json_at_root(browser: httpx.AsyncClient) -> None:
    introduction = await browser.get("/")
    assert introduction.json()["name"] == "api-gateway"
    assert "Accept" in introduction.headers["vary"].split(", ")


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/v1/nothing", "/docs", "/redoc", "/openapi.json"),
        *("/health", "/health/nothing", "/metrics", "/.well-known/nothing"),
        *("/docs/nothing", "//api/v1/products", "/%61pi/v1/products"),
    ],
)
async def test_own_paths_are_not_the_storefront(shop: Gateway, path: str) -> None:
    assert not (await raw(shop, path)).endswith(SHELL.encode())


@pytest.mark.parametrize(
    "path",
    [
        "/_app/immutable/entry/gone.Zz99.js",
        "/_app/immutable/",
        "/_app/nothing",
        "/_app/immutable/../immutable/nothing",
        "/_app/%2e%2e/index.html",
    ],
)
async def test_missing_file_of_build_is_not_found(shop: Gateway, path: str) -> None:
    answer = await raw(shop, path)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/_app/../../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/..\\secret.txt",
        "//secret.txt",
        "/.sources",
        "/icon.svg%00",
    ],
)
async def test_no_path_leaves_the_build(shop: Gateway, folder: Path, path: str) -> None:
    (folder.parent / "secret.txt").write_text("do not publish")
    for accept in (ACCEPT, "*/*"):
        answer = await raw(shop, path, accept)
        assert b"do not publish" not in answer
        assert b"what it was built from" not in answer
        assert answer.endswith(SHELL.encode()) or b"HTTP/1.1 4" in answer


async def raw(gateway: Gateway, path: str, accept: str = ACCEPT) -> bytes:
    """Sends the path as it is, which a client would normalize."""
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n"
    return await gateway.send(f"{head}Connection: close\r\n\r\n".encode())


async def test_hashed_file_is_kept_for_a_year(browser: httpx.AsyncClient) -> None:
    script = await browser.get(SCRIPT)
    assert script.text == SOURCE
    assert script.headers["cache-control"] == YEAR
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/icon.svg", "/_app/version.json"])
async def test_file_without_hash_is_revalidated(
    browser: httpx.AsyncClient, path: str
) -> None:
    assert (await browser.get(path)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, br", "br", FAKE_BROTLI),
        ("gzip", "gzip", GZIPPED),
        ("br;q=0", None, SOURCE.encode()),
    ],
)
async def test_file_is_sent_as_it_was_compressed(
    browser: httpx.AsyncClient, accepted: str, coding: str | None, body: bytes
) -> None:
    headers = {"Accept-Encoding": accepted}
    async with browser.stream("GET", SCRIPT, headers=headers) as script:
        got = b"".join([chunk async for chunk in script.aiter_raw()])
    assert got == body
    assert script.headers.get("content-encoding") == coding
    assert script.headers["vary"] == "Accept-Encoding"


async def test_each_form_has_its_own_etag(browser: httpx.AsyncClient) -> None:
    accepted = ("br", "gzip", "identity")
    tags = {
        (await browser.head(SCRIPT, headers={"Accept-Encoding": each})).headers["etag"]
        for each in accepted
    }
    assert len(tags) == len(accepted)


async def test_unchanged_shell_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    first = await browser.get("/", headers=HTML)
    known = {**HTML, "If-None-Match": f'"other", W/{first.headers["etag"]}'}
    again = await browser.get("/orders", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    # The browser replaces the headers that it has stored with these.
    for name in ("content-security-policy", "cache-control", "etag"):
        assert again.headers[name] == first.headers[name]


async def test_other_etag_gets_shell(browser: httpx.AsyncClient) -> None:
    known = {**HTML, "If-None-Match": '"other"'}
    assert (await browser.get("/", headers=known)).text == SHELL


async def test_head_has_headers_of_get(browser: httpx.AsyncClient) -> None:
    get = await browser.get("/cart", headers=HTML)
    head = await browser.head("/cart", headers=HTML)
    assert (head.status_code, head.content) == (200, b"")
    differing = {"date", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in differing} == {
        k: v for k, v in get.headers.items() if k not in differing
    }


async def test_other_methods_do_not_get_the_storefront(
    browser: httpx.AsyncClient,
) -> None:
    for path in ("/", "/cart", "/icon.svg"):
        answer = await browser.post(path, headers=HTML)
        assert answer.status_code in (404, 405)


async def test_shell_has_one_policy_and_the_careful_headers(
    browser: httpx.AsyncClient,
) -> None:
    headers = (await browser.get("/", headers=HTML)).headers
    (policy,) = headers.get_list("content-security-policy")
    (scripts,) = [d for d in policy.split("; ") if d.startswith("script-src ")]
    assert "unsafe" not in scripts
    assert "frame-ancestors 'none'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


async def test_browser_learns_how_to_build_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / ".obstacle").write_text("npm's registry cannot be <reached>.")
    missing = serving("http://127.0.0.1:9", storefront_dir=str(tmp_path))
    async with missing as gateway, gateway.client() as client:
        page = await client.get("/orders", headers=HTML)
        introduction = await client.get("/")
    assert page.status_code == 503
    assert "make storefront" in page.text
    assert "cannot be &lt;reached&gt;" in page.text
    assert introduction.json()["name"] == "api-gateway"


async def test_new_build_is_served_without_restart(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    found = serving("http://127.0.0.1:9", storefront_dir=str(folder))
    async with found as gateway, gateway.client() as client:

        async def is_shown(shell: str) -> bool:
            return (await client.get("/", headers=HTML)).text == shell

        write_build(folder)
        await eventually(lambda: is_shown(SHELL))
        changed = SHELL.replace("en", "de")
        write_build(folder, changed)
        await eventually(lambda: is_shown(changed))
