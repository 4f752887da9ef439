"""Damaged logs are refused; ``repair`` salvages a copy, tells what is lost, swaps on consent."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import cli
from graphcore.domain.errors import NotFound, SettingsError, StoreBusy, StoreDamaged
from graphcore.domain.event import EventDraft
from graphcore.store.chain import verify_chain
from graphcore.store.durable import sync
from graphcore.store.embedded.engine import EmbeddedStore, Limits
from graphcore.store.embedded.files import Files
from graphcore.store.embedded.lockfile import LockFile
from graphcore.store.embedded.repair import apply, discard, inspect
from graphcore.store.port import WriteUnit
from tests.support.stores import DISTRICT, donors

pytestmark = pytest.mark.slow

EVENTS = 8


def fill(store: EmbeddedStore, count: int = EVENTS) -> None:
    for n in range(count):

        def write(unit: WriteUnit, n: int = n) -> None:
            unit.create("Donor", donors(f"d{n}"))
            unit.append(EventDraft("test.happened", "tester", n, {"n": n}))

        store.write(DISTRICT, write)


@pytest.fixture
def crashed(folder: Path, tmp_path: Path) -> Path:
    """The folder of a store that was never closed: its log is full, its lock is free."""
    home = tmp_path / "crashed" / "graph"
    with closing(EmbeddedStore(Files(folder), Limits())) as store:
        store.migrate()
        fill(store)
        shutil.copytree(folder, home)
    return home


def wal(folder: Path) -> Path:
    return folder / "graph.lbug.wal"


def cut(folder: Path, share: float = 0.6) -> None:
    data = wal(folder).read_bytes()
    wal(folder).write_bytes(data[: int(len(data) * share)])


def opened(folder: Path) -> list[int]:
    """The events of the store, which must open and verify."""
    with closing(EmbeddedStore(Files(folder))) as store:
        assert store.read(lambda u: verify_chain(u, DISTRICT)) == []
        held = store.read(lambda u: u.nodes("Event").sort("seq"))["at"].to_list()
        assert store.read(lambda u: u.nodes("Donor")).height == len(held)
    return held


def test_a_crash_alone_loses_nothing(crashed: Path) -> None:
    assert opened(crashed) == list(range(EVENTS))


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_log_is_refused(crashed: Path, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(wal(crashed).read_bytes())
    at = rng.randrange(len(data))
    data[at] ^= rng.randrange(1, 256)
    wal(crashed).write_bytes(data)
    with pytest.raises(StoreDamaged) as refused:
        EmbeddedStore(Files(crashed))
    assert "doudi repair" in str(refused.value.advice)
    LockFile(Files(crashed).lock).release()  # the refusal has given the lock back


def test_a_cut_log_is_refused(crashed: Path) -> None:
    cut(crashed)
    with pytest.raises(StoreDamaged):
        EmbeddedStore(Files(crashed))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    Files(tmp_path).database.write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreDamaged):
        EmbeddedStore(Files(tmp_path))


def test_inspecting_changes_nothing_and_lists_what_is_lost(crashed: Path) -> None:
    cut(crashed)
    before = {f.name: f.read_bytes() for f in crashed.iterdir() if f.name != "lock"}
    report = inspect(crashed)
    after = {f.name: f.read_bytes() for f in crashed.iterdir() if f.is_file() and f.name != "lock"}
    assert after == before
    assert report.needed
    kept = report.kept[DISTRICT]
    assert 0 < kept < EVENTS
    assert [e.seq for e in report.lost] == list(range(kept + 1, EVENTS + 1))
    assert (report.unreadable_lines, report.faults) == (0, 0)
    discard(report)
    assert not report.copy.exists()


def test_applying_swaps_and_keeps_the_damaged_files(crashed: Path) -> None:
    cut(crashed)
    damaged = wal(crashed).read_bytes()
    report = inspect(crashed)
    kept = apply(report)
    assert (kept / wal(crashed).name).read_bytes() == damaged
    assert not report.copy.exists()
    assert opened(crashed) == list(range(report.kept[DISTRICT]))
    with closing(EmbeddedStore(Files(crashed))) as store:
        store.write(DISTRICT, lambda u: u.append(EventDraft("t", "tester", 99, {})))
        assert store.read(lambda u: verify_chain(u, DISTRICT)) == []


def test_damage_that_costs_no_event_is_repaired_too(crashed: Path) -> None:
    with wal(crashed).open("ab") as file:
        file.write(b"\x07" * 100)
    Files(crashed).acknowledged.unlink()  # else the opening itself tells a torn end from damage
    report = inspect(crashed)
    assert (report.needed, report.lost) == (True, ())
    apply(report)
    assert opened(crashed) == list(range(EVENTS))


def test_a_damaged_event_log_is_written_anew_from_the_graph(crashed: Path) -> None:
    log = Files(crashed).log
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b"test.happened", b"te\xfft.happened", 1))
    report = inspect(crashed)
    assert (report.needed, report.unreadable_lines, report.lost) == (True, 1, ())
    apply(report)
    assert log.read_bytes() == whole


def test_a_sound_store_needs_no_repair(crashed: Path) -> None:
    report = inspect(crashed)
    assert (report.needed, report.lost, report.unreadable_lines) == (False, (), 0)
    discard(report)
    assert sorted(f.name for f in crashed.iterdir() if f.is_dir()) == []


def test_an_open_store_is_left_alone(store: EmbeddedStore, folder: Path) -> None:
    with pytest.raises(StoreBusy):
        inspect(folder)


def test_files_that_changed_since_are_not_replaced(crashed: Path) -> None:
    report = inspect(crashed)
    with closing(EmbeddedStore(Files(crashed))) as store:
        store.write(DISTRICT, lambda u: u.create("Donor", donors("late")))
    with pytest.raises(StoreBusy, match="变动"):
        apply(report)


def test_files_beyond_reading_are_told(crashed: Path) -> None:
    Files(crashed).database.write_bytes(b"rubbish" * 999)
    with pytest.raises(StoreDamaged, match="备份"):
        inspect(crashed)


@pytest.mark.parametrize("at", [0, 2, 3, 5])
def test_a_swap_cut_short_is_finished_at_the_next_opening(
    crashed: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    cut(crashed)
    report = inspect(crashed)
    steps = iter(range(100))

    def stop(path: Path) -> None:
        if next(steps) == at:
            raise KeyboardInterrupt
        sync(path)

    with monkeypatch.context() as power:
        power.setattr("graphcore.store.embedded.swap.sync", stop)
        with pytest.raises(KeyboardInterrupt):
            apply(report)
    if at == 0:  # not announced yet: the damaged files are as they were
        with pytest.raises(StoreDamaged):
            EmbeddedStore(Files(crashed))
        apply(inspect(crashed))
    assert opened(crashed) == list(range(report.kept[DISTRICT]))


def run(home: Path, *arguments: str, asks: str = "") -> tuple[int, str]:
    command = ["--home", str(home), "repair", *arguments]
    done = CliRunner().invoke(cli, command, input=asks, obj={}, standalone_mode=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def _plain_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOUDI_ENGINE", "DOUDI_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_the_command_asks_before_it_swaps(crashed: Path) -> None:
    cut(crashed)
    before = wal(crashed).read_bytes()
    code, _text = run(crashed.parent, asks="n\n")
    assert code == 0
    assert wal(crashed).read_bytes() == before
    assert [f for f in crashed.iterdir() if f.is_dir()] == []
    run(crashed.parent, asks="y\n")
    assert opened(crashed)


def test_the_command_with_yes_asks_nothing(crashed: Path) -> None:
    cut(crashed)
    code, text = run(crashed.parent, "--yes", "--json")
    told = json.loads(text)
    assert (code, told["needed"], told["repaired"]) == (0, True, True)
    assert len(told["lost"]) + told["kept"][DISTRICT] == EVENTS
    assert Path(told["damaged_files"]).is_dir()
    assert opened(crashed) == list(range(told["kept"][DISTRICT]))


def test_the_command_in_json_only_looks(crashed: Path) -> None:
    cut(crashed)
    before = wal(crashed).read_bytes()
    told = json.loads(run(crashed.parent, "--json")[1])
    assert (told["needed"], told["repaired"]) == (True, False)
    assert wal(crashed).read_bytes() == before


def test_the_command_leaves_a_sound_store_alone(crashed: Path) -> None:
    run(crashed.parent, "--yes")
    assert [f for f in crashed.iterdir() if f.is_dir()] == []
    assert opened(crashed) == list(range(EVENTS))


def test_the_command_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound):
        run(tmp_path)
    monkeypatch.setenv("DOUDI_ENGINE", "neo4j")
    monkeypatch.setenv("DOUDI_NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("DOUDI_NEO4J_PASSWORD", "x")
    with pytest.raises(SettingsError):
        run(tmp_path)
