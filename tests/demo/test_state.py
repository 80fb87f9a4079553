"""The demo's folder: nothing of anybody else's is touched."""

from pathlib import Path

import pytest

from demo import clean, places
from demo.state import DemoError, State

# A folder is held until the process ends, here until its state is forgotten.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "ELSEWHERE", tmp_path / "elsewhere")
    monkeypatch.setenv("DEMO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize("got_as_far_as_its_keys", [True, False])
def test_what_a_demo_made_is_removed(home: Path, got_as_far_as_its_keys: bool) -> None:
    """Also of one that ended before it had keys: its port was taken."""

    def run() -> None:
        state = State.from_environment()
        state.hold("http://127.0.0.1:8000/")
        if got_as_far_as_its_keys:
            state.secrets()
            state.database.touch()

    run()
    run()
    assert home.stat().st_mode & 0o777 == 0o711
    assert clean.main() == 0
    assert not home.exists()


def test_what_is_of_no_demo_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir(mode=0o700)
    thesis = home / "secrets.json"
    thesis.write_text("precious")
    assert clean.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{home} is of no demo: ")
    assert said.count("\n") == 1
    with pytest.raises(DemoError, match="is of no demo"):
        State.from_environment().hold("http://127.0.0.1:8000/")
    assert [file.name for file in home.iterdir()] == ["secrets.json"]
    assert (thesis.read_text(), home.stat().st_mode & 0o777) == ("precious", 0o700)


def test_a_file_is_no_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_text("precious")
    assert clean.main() == 1
    assert f"{home} is of no demo" in capsys.readouterr().err
    assert home.read_text() == "precious"
