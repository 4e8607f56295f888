"""What every check stands on: integ, one of its connectors with an API to read, and the peers' environments."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..peers.environments import QUIET, Environments
from .apis import Api

PEERS = Path(__file__).parent / "peers"
CONFIGS = Path(__file__).parents[2] / "configs"
_SECONDS = 300
# What is read here is on this machine, whatever proxy there is for the rest.
_LOOPBACK = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


class Failed(Exception):
    """What a peer said."""


def expect(held: bool, what: str) -> None:
    """Throws Failed unless it held."""
    if not held:
        raise Failed(what)


@dataclass(frozen=True)
class World:
    """What one check of one connector has. The API is its own, so that no other uses up what the API allows."""

    integ: str
    api: Api
    url: str
    folder: Path
    environments: Environments

    @property
    def connector(self) -> str:
        return self.api.connector

    @property
    def settings(self) -> dict[str, object]:
        """The connector's configuration with which no stream is empty: the suites want a record of each."""
        return {"url": self.url + self.api.path, **self.api.settings}

    @property
    def config(self) -> str:
        """The same as a file."""
        return self.file("config.json", json.dumps(self.settings))

    @property
    def tap(self) -> list[str]:
        return [self.integ, "tap", self.connector]

    @property
    def source(self) -> list[str]:
        return [self.integ, "source", self.connector]

    def streams(self) -> list[str]:
        """Their names. Throws Failed where one is missing of which the API has records."""
        catalog = json.loads(self.run([*self.source, "discover", "--config", self.config]))
        names = [stream["name"] for stream in catalog["catalog"]["streams"]]
        expect(set(self.api.records) <= set(names), f"{names} lack one of {list(self.api.records)}")
        return names

    def expect_counts(self, got: Mapping[str, int], runs: int = 1) -> None:
        """Throws Failed unless these are the records by stream of so many runs, each after the first from a state."""
        wanted = {stream: self.api.count(stream) + (runs - 1) * self.api.again(stream) for stream in self.streams()}
        for stream in {*wanted, *got}:
            expect(got.get(stream, 0) == wanted.get(stream, 0),
                   f"{stream}: {got.get(stream, 0)} records after {runs} runs, not {wanted.get(stream, 0)}")

    def file(self, name: str, text: str) -> str:
        file = self.folder / name
        file.write_text(text)
        return str(file)

    def run(self, argv: list[str], given: str = "", folder: Path | None = None, **environment: str) -> str:
        """Its standard output. Throws Failed with what it said where it does not end with 0."""
        done = subprocess.run(argv, input=given, capture_output=True, text=True, cwd=folder or self.folder,
                              timeout=_SECONDS, env={**os.environ, **QUIET, **_LOOPBACK, **environment})
        if done.returncode != 0:
            raise Failed(f"{' '.join(argv)}\nended with {done.returncode}\n"
                         f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def path_with(self, folder: Path) -> str:
        """PATH with a folder in front."""
        return f"{folder}:{os.environ['PATH']}"

    def pytest(self, peer: str, suite: str, *words: str, **environment: str) -> None:
        """A suite of the peer's on the connector. Throws Failed where any of it failed."""
        python = self.environments.python(peer)
        self.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PEERS / suite), *words],
                 INTEROP_TAP=json.dumps([*self.tap, "--config", self.config]), INTEROP_SOURCE=json.dumps(self.source),
                 INTEROP_CONFIG=self.config, **environment)
