from pathlib import Path

from tools.drills.originals import Originals


def test_changed_file_is_restored_with_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    file = folder / "1.pem"
    file.write_bytes(b"-----BEGIN")
    file.chmod(0o700)
    assert Originals(tmp_path).keep(file) == b"-----BEGIN"
    file.write_bytes(b"cut off")
    # As in another process.
    assert Originals(tmp_path).keep(file) == b"-----BEGIN"
    assert Originals(tmp_path).restore(tmp_path, "keys/*.pem") == [file]
    assert file.read_bytes() == b"-----BEGIN"
    assert file.stat().st_mode & 0o777 == 0o700
    assert Originals(tmp_path).restore(tmp_path, "keys/*.pem") == []


def test_nothing_beside_changed_file_or_readable_shows_change(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "1.pem").write_bytes(b"-----BEGIN")
    Originals(tmp_path).keep(folder / "1.pem")
    assert [file.name for file in folder.iterdir()] == ["1.pem"]
    [kept] = set(tmp_path.iterdir()) - {folder}
    assert b"pem" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
