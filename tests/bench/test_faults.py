import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from edge.bench import faults, faults_state
from edge.bench.faults_clock import clock
from edge.bench.faults_state import Outcome, after, changes, disk, killed


def may_mount() -> bool:
    command = [*faults_state._NAMESPACE, "true"]
    return bool(shutil.which("unshare")) and subprocess.run(command, check=False).returncode == 0


def test_the_plan_is_the_seeds_and_holds_every_kind() -> None:
    plan = faults.planned(300, 1)
    assert plan == faults.planned(300, 1) != faults.planned(300, 2)
    assert Counter(name for name, _ in plan) == faults._PARTS
    assert len({name for name, _ in faults.planned(30, 1)}) >= 8


def test_the_same_seed_makes_the_same_changes() -> None:
    first = [change for change, _ in zip(changes(3), range(30), strict=False)]
    assert first == [change for change, _ in zip(changes(3), range(30), strict=False)]
    assert any(change.remove for change in first)
    assert len({type(record) for record in after(3, 30).values()}) == 5


@pytest.mark.parametrize("power_cut", [False, True])
def test_a_killed_writer_loses_nothing(tmp_path: Path, power_cut: bool) -> None:
    assert killed(tmp_path, 5, power_cut=power_cut).lost == ""


def test_what_is_lost_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets(path: Path, size: int, dice: object) -> None:
        path.with_name(path.name + "-wal").write_bytes(b"")  # a disk that lied about syncing

    monkeypatch.setattr(faults_state, "_tear", forgets)
    assert "not all are there" in killed(tmp_path, 5, power_cut=True).lost


@pytest.mark.skipif(not may_mount(), reason="no mounts for users on this system")
@pytest.mark.parametrize("fault", ["disk_full", "disk_read_only"])
def test_a_disk_that_refuses_costs_nothing(tmp_path: Path, fault: str) -> None:
    outcome = disk(fault, tmp_path, 4)
    assert outcome.lost == ""
    assert outcome.recovery_ms is not None


def test_the_hour_that_spring_skips(tmp_path: Path) -> None:
    assert clock("daylight_saving", tmp_path, 1).lost == ""


def test_the_figures_count_what_was_lost() -> None:
    told = faults.figures(
        [
            Outcome("killed", 1, "", 5.0),
            Outcome("killed", 2, "a timer", 7.0),
            Outcome("microphone_lost", 3, "", 9.0, "no answer"),
        ]
    )
    assert (told["runs"], told["survived"], told["lost"], told["unanswered"]) == (3, 1, 1, 1)
    assert told["failures"] == ["killed 2: a timer", "microphone_lost 3: no answer"]
    assert told["killed"]["recovery_ms"]["n"] == 2
