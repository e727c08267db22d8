"""The sources of the demo's passwords."""

from pathlib import Path

from tools.demo.passwords import administrator_passwords, demo_password


def test_password_is_generated_and_shown_once(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    first, second = demo_password(file, {}), demo_password(file, {})
    assert first.value == second.value
    assert first.value in first.shown
    assert first.value not in second.shown


def test_no_two_demos_have_the_same_password(tmp_path: Path) -> None:
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    assert demo_password(here, {}).value != demo_password(there, {}).value


def test_others_cannot_read_the_password(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    demo_password(file, {})
    assert file.stat().st_mode & 0o777 == 0o600


def test_given_password_is_not_stored(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    password = demo_password(file, {"DEMO_PASSWORD": "of our choice"})
    assert password.value == "of our choice"
    assert "of our choice" not in password.shown
    assert not file.exists()


def test_given_administrator_password_wins() -> None:
    assert list(administrator_passwords({"ADMIN_PASSWORD": "given"})) == ["given"]
