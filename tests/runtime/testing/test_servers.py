"""Servers are looked for where people put them, and obtained once if they are nowhere."""

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from process_runtime.testing.servers import (
    NatsServer,
    ServerError,
    dev_server,
    kafka,
    nats,
    test_server,
    time_skipping_server,
)
from process_runtime.testing.servers.cache import Recipe, run_build

RECIPES = [dev_server._RECIPE, test_server._RECIPE, nats._RECIPE, kafka._RECIPE]
either = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.folder)


async def no_download(folder: Path) -> WorkflowEnvironment:
    raise RuntimeError(f"no network for {folder.name}")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on PATH and nothing in the cache; returns the cache's parent."""
    for recipe in RECIPES:
        monkeypatch.delenv(recipe.variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def executable(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@either
def test_the_environment_names_the_server(
    bare: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe
) -> None:
    mine = executable(bare / "mine")
    monkeypatch.setenv(recipe.variable, str(mine))
    assert recipe.locate() == mine


@either
def test_what_it_names_must_be_there(bare: Path, monkeypatch: pytest.MonkeyPatch, recipe: Recipe) -> None:
    monkeypatch.setenv(recipe.variable, str(bare / "nothing"))
    with pytest.raises(ServerError, match=f"{recipe.variable}: .*nothing is not an executable file"):
        recipe.locate()


@either
def test_a_server_on_the_path_is_taken(bare: Path, recipe: Recipe) -> None:
    server = executable(bare / "bin" / recipe.executable)
    assert recipe.locate() == server


def test_without_a_download_and_java_the_error_says_what_to_install(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = dataclasses.replace(test_server._RECIPE, download=no_download)
    with pytest.raises(ServerError, match=r"JDK .* and Maven.*TEMPORAL_TEST_SERVER_PATH"):
        recipe.locate()
    assert "no download (no network for temporal-test-server" in capsys.readouterr().err


def test_without_a_download_and_go_the_error_says_what_to_install(bare: Path) -> None:
    recipe = dataclasses.replace(dev_server._RECIPE, download=no_download)
    with pytest.raises(ServerError, match=r"no Go .*TEMPORAL_CLI_PATH"):
        recipe.locate()


def test_without_go_the_error_says_how_to_have_nats(bare: Path) -> None:
    with pytest.raises(ServerError, match=r"no Go .*NATS_SERVER_PATH"):
        nats._RECIPE.locate()


def test_without_java_the_error_says_how_to_have_kafka(bare: Path) -> None:
    with pytest.raises(ServerError, match=r"JDK .* and Maven.*KAFKA_SERVER_PATH"):
        kafka._RECIPE.locate()


def test_of_many_who_ask_at_once_one_builds(bare: Path) -> None:
    built: list[Path] = []

    def build(target: Path) -> None:
        built.append(target)
        executable(target)

    recipe = dataclasses.replace(test_server._RECIPE, download=no_download, build=build)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: recipe.locate(), range(4)))
    assert len(built) == 1
    assert found == built * 4
    assert recipe.locate() == built[0]


def test_a_build_that_fails_shows_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"a server: `/bin/sh -c .*` failed:\nno such thing"):
        run_build("a server", ["/bin/sh", "-c", "echo no such thing; exit 3"], cwd=tmp_path)


def test_the_server_that_tests_use_can_be_run() -> None:
    assert os.access(time_skipping_server(), os.X_OK)


@pytest.mark.xdist_group("nats")
def test_a_server_is_killed_paused_and_started_again_on_its_port(tmp_path: Path) -> None:
    with NatsServer(tmp_path) as server:
        address = server.address
        server.pause()
        assert not server.answers()
        server.resume()
        server.kill()
        assert server.pid is None
        assert not server.answers()
        server.start()
        assert server.answers()
        assert server.address == address
        server.pause()
        server.stop()
        assert not server.answers()


@pytest.mark.xdist_group("nats")
def test_a_server_that_ends_says_why(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"NatsServer does not answer:\n.*Parse error"):
        NatsServer(tmp_path, configuration="nonsense: {").start()
