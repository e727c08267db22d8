"""Names in the documents exist: files, headings, make targets, and in the runbooks
names of the code."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.documents import FENCE, blocks, documents, named, spans
from tests.runbooks import CHECK, FIX, KINDS, RUNBOOKS, pages, spans_of
from tools.local.layout import REPOSITORY

LINK = re.compile(r"(?:\]\(|\bsrc(?:set)?=\")([^)\s\"]+)[)\"]")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MAKE = re.compile(
    r"(?:^|[;&|(]|\bdo\b)\s*(?:\w+=\S+ )*make (?:-\w )*([a-z][a-z-]*)", re.M
)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
NAME = re.compile(r"^[a-z]+(_[a-z]+)+$")
OF_LIBRARIES = {"alembic_version", "process_resident_memory_bytes"}
QUESTIONS = [
    "What do I see?",
    "What do customers notice?",
    "What happens without me?",
    CHECK,
    FIX,
    "How do I know that it is over?",
    "What must I never do?",
]
SOURCES = (
    "libs/chassis/chassis",
    "api-gateway/app",
    *(f"{kind}-service/app" for kind in KINDS),
)

each_document = pytest.mark.parametrize("document", documents(), ids=named)


def headings(document: Path) -> set[str]:
    """As anchors: lower case, without punctuation, with hyphens for spaces."""
    titles = HEADING.findall(FENCE.sub("", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


@each_document
def test_link_target_exists(document: Path) -> None:
    links = LINK.findall(FENCE.sub("", document.read_text()))
    lost = [link for link in links if "://" not in link and not leads(document, link)]
    assert lost == []


def leads(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in headings(target))


@each_document
def test_documented_make_target_exists(document: Path) -> None:
    text = document.read_text()
    code = [*FENCE.findall(text), *spans(document)]
    assert {name for each in code for name in MAKE.findall(each)} <= targets()


@cache
def targets() -> set[str]:
    rules = subprocess.run(
        ["make", "--print-data-base", "--question", "help"],  # noqa: S607
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(TARGET.findall(rules.stdout))


def test_every_runbook_is_in_the_index_once() -> None:
    index = LINK.findall((RUNBOOKS / "README.md").read_text())
    assert sorted(index) == [page.name for page in pages()]


@pytest.mark.parametrize("page", pages(), ids=named)
def test_runbook_answers_same_questions_in_order(page: Path) -> None:
    _, *questions = HEADING.findall(FENCE.sub("", page.read_text()))
    assert questions == QUESTIONS


@pytest.mark.parametrize("page", [*pages(), RUNBOOKS / "README.md"], ids=named)
def test_names_of_runbook_are_in_the_code(page: Path) -> None:
    known = set(codes())
    spans = spans_of(page)
    written = words() | known | OF_LIBRARIES
    assert {name for _, name in spans if NAME.match(name)} <= written
    assert {name for kind, name in spans if kind == "code"} <= known


def sources() -> Iterator[str]:
    for folder in SOURCES:
        for file in (REPOSITORY / folder).rglob("*.py"):
            yield file.read_text()


@cache
def words() -> set[str]:
    configuration = (REPOSITORY / "docker-compose.yml").read_text()
    return {w for text in (*sources(), configuration) for w in re.findall(r"\w+", text)}


def codes() -> Iterator[str]:
    """Errors have the names of their classes."""
    for source in sources():
        for name in re.findall(r"^class (\w+)\(", source, re.MULTILINE):
            yield re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("page", [*pages(), RUNBOOKS / "README.md"], ids=named)
def test_commands_of_runbook_are_valid_bash(page: Path) -> None:
    for block in blocks(page):
        bash = ["bash", "-n"]
        read = subprocess.run(  # noqa: PLW1510, S603
            bash, input=block.commands, text=True, capture_output=True
        )
        assert (read.returncode, read.stderr) == (0, ""), block
