"""The peers' own programs, run against integ. README.md says which, and what each check is."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))

import venvs  # noqa: E402  (beside the benchmarks, which have peers, too)
from servers import Missing  # noqa: E402

PEERS = HERE / "peers"
POKEMON = 1302
_SECONDS = 300


class Failed(Exception):
    """What a peer said."""


@dataclass(frozen=True)
class World:
    """What every check stands on."""

    integ: str
    folder: Path
    url: str
    environments: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.json"

    def python(self, peer: str) -> str:
        """The interpreter of a peer's environment."""
        return venvs.python(peer, self.environments, PEERS)

    def program(self, peer: str, name: str) -> str:
        """A program of a peer's environment."""
        return str(Path(self.python(peer)).parent / name)

    def script(self, name: str, *words: str) -> str:
        """An executable file that is the words."""
        file = self.folder / name
        file.write_text("#!/bin/sh\nexec " + " ".join(words) + ' "$@"\n')
        file.chmod(0o755)
        return str(file)

    def run(self, argv: list[str], given: str = "", folder: Path | None = None, **environment: str) -> str:
        """Its standard output. Throws Failed with what it said where it does not end with 0."""
        done = subprocess.run(argv, input=given, capture_output=True, text=True, cwd=folder or self.folder, timeout=_SECONDS,
                              env={**os.environ, **venvs.ENVIRONMENT, "AIRBYTE_OFFLINE_MODE": "1",
                                   "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false", **environment})
        if done.returncode != 0:
            raise Failed(f"{' '.join(argv)}\nended with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def all_streams(self) -> None:
        """The configuration with which no stream is empty: the suites want a record of each."""
        self.config.write_text(json.dumps({"url": self.url, "details": True}))

    def tap(self, *more: str) -> str:
        return self.run([self.integ, "tap", "pokeapi", "--config", str(self.config), *more])

    def pokemon_only(self) -> str:
        """The tap's records of one stream."""
        catalog = json.loads(self.run([self.integ, "tap", "pokeapi", "--discover"]))
        catalog["streams"] = [stream for stream in catalog["streams"] if stream["tap_stream_id"] == "pokemon"]
        (self.folder / "singer.json").write_text(json.dumps(catalog))
        return self.tap("--catalog", "singer.json")


def expect(held: bool, what: str) -> None:
    """Throws Failed unless it held."""
    if not held:
        raise Failed(what)


# Singer


def singer_check_tap(world: World) -> None:
    world.run([world.program("singer-tools", "singer-check-tap")], given=world.pokemon_only())


def singer_python(world: World) -> None:
    world.run([world.python("singer-tools"), str(PEERS / "singer_messages.py")], given=world.pokemon_only())


def singer_sdk(world: World) -> None:
    world.all_streams()
    world.run([world.python("singer-sdk"), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PEERS / "tap_suite.py")],
              INTEROP_TAP=f"{world.integ} tap pokeapi", INTEROP_CONFIG=str(world.config))


def _target_jsonl(world: World) -> tuple[list[str], Path]:
    out = world.folder / "target-jsonl"
    out.mkdir()
    (world.folder / "target-jsonl.json").write_text(json.dumps({"destination_path": str(out)}))
    return [world.program("target-jsonl", "target-jsonl"), "--config", str(world.folder / "target-jsonl.json")], out


def _target_csv(world: World) -> tuple[list[str], Path]:
    out = world.folder / "target-csv"
    out.mkdir()
    (world.folder / "target-csv.json").write_text(json.dumps({"output_path": str(out)}))
    return [world.program("target-csv", "target-csv"), "--config", str(world.folder / "target-csv.json")], out


def _lines(folder: Path) -> int:
    return sum(len(file.read_text().splitlines()) for file in folder.iterdir())


def target_jsonl(world: World) -> None:
    command, out = _target_jsonl(world)
    world.run(command, given=world.pokemon_only())
    expect(_lines(out) == POKEMON, f"{_lines(out)} lines")


def target_csv(world: World) -> None:
    command, out = _target_csv(world)
    world.run(command, given=world.pokemon_only())
    expect(_lines(out) == POKEMON + 1, f"{_lines(out)} lines, a header and {POKEMON} rows were expected")


def _pipeline(world: World, command: list[str]) -> None:
    """`integ run` with a target as a program; its state is stored, so a second run begins from it."""
    (world.folder / "p.yaml").write_text(
        f"name: p\nconnector: pokeapi\nconfig: {{url: \"{world.url}\"}}\nstreams: [pokemon]\n"
        f"output: {{protocol: singer, command: {json.dumps(command)}}}\nstate: {{path: state.db}}\n")
    world.run([world.integ, "run", "p.yaml"])
    shown = world.run([world.integ, "state", "show", "p", "--store", "state.db"])
    expect('"stream":"pokemon"' in shown, f"the target gave no state back: {shown}")


def run_into_target_jsonl(world: World) -> None:
    command, out = _target_jsonl(world)
    _pipeline(world, command)
    expect(_lines(out) == POKEMON, f"{_lines(out)} lines")


def run_into_target_csv(world: World) -> None:
    command, out = _target_csv(world)
    _pipeline(world, command)
    expect(_lines(out) == POKEMON + 1, f"{_lines(out)} lines")


def meltano(world: World) -> None:
    command, out = _target_jsonl(world)
    project = world.folder / "meltano"
    project.mkdir()
    tap = world.script("tap-pokeapi", world.integ, "tap", "pokeapi")
    (project / "meltano.yml").write_text(json.dumps({
        "version": 1, "default_environment": "dev", "environments": [{"name": "dev"}], "project_id": "interop",
        "plugins": {
            "extractors": [{"name": "tap-pokeapi", "namespace": "tap_pokeapi", "executable": tap,
                            "capabilities": ["catalog", "discover", "state"], "select": ["pokemon.*"],
                            "settings": [{"name": "url"}], "config": {"url": world.url}}],
            "loaders": [{"name": "target-jsonl", "namespace": "target_jsonl", "executable": command[0],
                         "settings": [{"name": "destination_path"}], "config": {"destination_path": str(out)}}]}}))
    program = world.program("meltano", "meltano")
    world.run([program, "config", "test", "tap-pokeapi"], folder=project)
    listed = world.run([program, "select", "tap-pokeapi", "--list", "--all"], folder=project)
    expect("pokemon" in listed, listed)
    for _ in range(2):
        world.run([program, "run", "tap-pokeapi", "target-jsonl"], folder=project)
    state = world.run([program, "state", "get", "dev:tap-pokeapi-to-target-jsonl"], folder=project)
    expect("bookmarks" in state, f"no state after two runs: {state}")
    world.run([program, "run", "--full-refresh", "tap-pokeapi", "target-jsonl"], folder=project)
    expect(_lines(out) >= 2 * POKEMON, f"{_lines(out)} lines")


# Airbyte


def _catalog(world: World) -> Path:
    discovered = json.loads(world.run([world.integ, "source", "pokeapi", "discover", "--config", str(world.config)]))
    streams = [{"stream": stream, "sync_mode": stream["supported_sync_modes"][-1], "destination_sync_mode": "append"}
               for stream in discovered["catalog"]["streams"] if stream["name"] == "pokemon"]
    file = world.folder / "catalog.json"
    file.write_text(json.dumps({"streams": streams}))
    return file


def cdk_models(world: World) -> None:
    config = ["--config", str(world.config)]
    source = [world.integ, "source", "pokeapi"]
    for words, kinds in (
            (["spec"], ["SPEC"]), (["check", *config], ["CONNECTION_STATUS"]), (["discover", *config], ["CATALOG"]),
            (["read", *config, "--catalog", str(_catalog(world))], ["RECORD", "STATE", "TRACE"])):
        world.run([world.python("airbyte"), str(PEERS / "airbyte_messages.py"), *kinds], given=world.run([*source, *words]))


def _connector_folder(world: World) -> Path:
    folder = world.folder / "connector"
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets/config.json").write_text(world.config.read_text())
    path = {"config_path": "secrets/config.json"}
    (folder / "acceptance-test-config.yml").write_text(json.dumps({
        "connector_image": "any:dev", "acceptance_tests": {
            "spec": {"tests": [{"spec_path": "unused", **path}]},
            "connection": {"tests": [{**path, "status": "succeed"}]},
            "discovery": {"tests": [path]}, "basic_read": {"tests": [path]}}}))
    (folder / "metadata.yaml").write_text(json.dumps({"data": {"dockerRepository": "any", "dockerImageTag": "dev",
                                                               "tags": ["language:java"]}}))
    return folder


def _cdk_suite(world: World, suite: str, *words: str) -> None:
    world.all_streams()
    stand_in = world.folder / "bin"
    stand_in.mkdir()
    (stand_in / "docker").symlink_to(PEERS / "docker")
    world.run([world.python("airbyte"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
               "airbyte_cdk.test.standard_tests.pytest_hooks", str(PEERS / suite), *words],
              PATH=f"{stand_in}:{os.environ['PATH']}", INTEROP_SOURCE=f"{world.integ} source pokeapi",
              INTEROP_CONNECTOR=str(_connector_folder(world)))


def cdk_image_suite(world: World) -> None:
    _cdk_suite(world, "image_suite.py", "-m", "image_tests", "-k", "not backward", "--connector-image", "any:dev",
               "--read-from-streams=all")


def cdk_source_suite(world: World) -> None:
    _cdk_suite(world, "source_suite.py", "-m", "not image_tests")


def py_airbyte(world: World) -> None:
    file = world.script("source-pokeapi", world.integ, "source", "pokeapi")
    world.run([world.python("pyairbyte"), str(PEERS / "py_airbyte.py")], INTEROP_CONFIG=str(world.config),
              INTEROP_SOURCE_FILE=file)


CHECKS: dict[str, Callable[[World], None]] = {
    "singer-check-tap": singer_check_tap, "singer-python": singer_python, "singer-sdk": singer_sdk,
    "target-jsonl": target_jsonl, "target-csv": target_csv, "run-target-jsonl": run_into_target_jsonl,
    "run-target-csv": run_into_target_csv, "meltano": meltano, "cdk-models": cdk_models,
    "cdk-image-suite": cdk_image_suite, "cdk-source-suite": cdk_source_suite, "pyairbyte": py_airbyte}
# A gigabyte of packages, and two minutes to install them.
LARGE = {"pyairbyte"}


@contextlib.contextmanager
def fixture_api(build: Path, folder: Path) -> Iterator[str]:
    """The fixture API's URL while it runs."""
    port_file = folder / "port"
    server = subprocess.Popen([str(build / "tests/fixture_api/fixture_api"), "--port", "0", "--port-file", str(port_file)],
                              stdout=subprocess.DEVNULL)
    try:
        while not port_file.exists() or not port_file.read_text():
            if server.poll() is not None:
                raise SystemExit("the fixture API did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port_file.read_text().strip()}/api/v2"
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description="The peers' own programs, run against integ.", prog="./dev interop")
    parser.add_argument("build", type=Path)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="these alone")
    parser.add_argument("--all", action="store_true", help="the large peers, too")
    parser.add_argument("--list", action="store_true", help="name the checks")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CHECKS))
        return 0
    unknown = [name for name in arguments.checks if name not in CHECKS]
    if unknown:
        parser.error(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    build = arguments.build.resolve()
    passed, failed, skipped = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="integ-interop-") as root, fixture_api(build, Path(root)) as url:
        for name, check in CHECKS.items():
            if arguments.checks and name not in arguments.checks:
                continue
            if name in LARGE and not arguments.all and not arguments.checks:
                continue
            folder = Path(root) / name
            folder.mkdir()
            (folder / "config.json").write_text(json.dumps({"url": url}))
            world = World(str(build / "host/integ"), folder, url, build / "interop")
            began = time.monotonic()
            try:
                check(world)
                passed += 1
                print(f"good    {name} ({time.monotonic() - began:.1f} s)", flush=True)
            except Missing as missing:
                skipped += 1
                print(f"skipped {name}: {missing}", flush=True)
            except (Failed, subprocess.TimeoutExpired, OSError, ValueError, KeyError) as problem:
                failed += 1
                print(f"FAILED  {name}: {problem}", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
