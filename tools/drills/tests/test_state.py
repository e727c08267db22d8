from pathlib import Path

from tools.drills import state
from tools.drills.state import Incident


def test_saved_incident_is_loaded_and_does_not_show_drill(tmp_path: Path) -> None:
    file, incident = tmp_path / "drill.json", Incident("slow-query", "local", 17.0)
    state.save(file, incident)
    assert state.load(file) == incident
    assert "slow" not in file.read_text()


def test_no_incident_is_loaded_without_file(tmp_path: Path) -> None:
    assert state.load(tmp_path / "drill.json") is None
