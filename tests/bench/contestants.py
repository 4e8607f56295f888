"""Who takes part: commands of integ, of the transfer alone and of the peers, and how their records are counted."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..peers.environments import QUIET
from .measure import Command, Runner
from .servers import Pages

_PEERS = Path(__file__).parent / "peers"
# As integ's files: not packed.
_PEERS_ENVIRONMENT = {**QUIET, "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}
# Airbyte's and Singer's messages alike.
_COUNT_RECORDS = ["grep", "-cE", '"type": ?"RECORD"']
_CATALOG_STREAM = '{"stream":{"name":"%s","json_schema":{},"supported_sync_modes":["full_refresh"]},' \
                  '"sync_mode":"full_refresh","destination_sync_mode":"append"}'


@dataclass(frozen=True)
class Contestant:
    """A command, the amount of work that its time is divided by, and the proof that it does this work."""

    name: str
    command: Command
    work: int
    expected: int
    count: Callable[[Command, Runner], int]


def _records(command: Command, runner: Runner) -> int:
    # grep ends with 1 where there is no such line, after printing 0.
    return int(runner.output_of(command, _COUNT_RECORDS) or 0)


def _printed_number(command: Command, runner: Runner) -> int:
    return int(runner.output_of(command, ["cat"]) or 0)


def _some_output(command: Command, runner: Runner) -> int:
    return 1 if runner.output_of(command, ["cat"]).strip() else 0


def _lines_of(pattern: str, folder: Path) -> Callable[[Command, Runner], int]:
    def count(command: Command, runner: Runner) -> int:
        runner.run(command)
        total = 0
        for file in folder.glob(pattern):
            with file.open("rb") as lines:
                total += sum(1 for _ in lines)
        return total

    return count


def _rows_of(database: Path) -> Callable[[Command, Runner], int]:
    def count(command: Command, runner: Runner) -> int:
        runner.run(command)
        with sqlite3.connect(database) as connection:
            return int(connection.execute("select count(*) from pokemon").fetchone()[0])

    return count


class Contestants:
    """Makes them. `build` is the optimised build, `folder` takes their files."""

    def __init__(self, build: Path, folder: Path, others: dict[str, str]) -> None:
        self._build = build
        self._folder = folder
        self._others = others

    # integ

    def airbyte(self, pages: Pages, name: str = "integ", into_pipe: bool = False) -> Contestant:
        """Airbyte's messages."""
        records = pages.kind.records
        command = self._integ("source", "pokeapi", "read", "--config", self._config({"url": pages.url}), "--catalog",
                              self._catalog(["pokemon"]), certificate=pages.certificate, into_pipe=into_pipe)
        return Contestant(name, command, records, records, _records)

    def singer(self, pages: Pages) -> Contestant:
        """Singer's messages."""
        records = pages.kind.records
        catalog = self._folder / "singer.json"
        catalog.write_text(json.dumps({"streams": [{"tap_stream_id": "pokemon", "stream": "pokemon", "schema": {},
                                                    "metadata": [{"breadcrumb": [], "metadata": {"selected": True}}]}]}))
        command = self._integ("tap", "pokeapi", "--config", self._config({"url": pages.url}), "--catalog", str(catalog))
        return Contestant("integ tap", command, records, records, _records)

    def to_files(self, pages: Pages, name: str = "integ") -> Contestant:
        """A pipeline to a file of JSON Lines."""
        out = self._folder / "out.jsonl"
        command = self._pipeline(pages, f"{{protocol: jsonl, bare: true, path: {out}}}", out)
        return Contestant(name, command, pages.kind.records, pages.kind.records, _lines_of(out.name, self._folder))

    def to_sqlite(self, pages: Pages) -> Contestant:
        """A pipeline to a database."""
        out = self._folder / "out.db"
        command = self._pipeline(pages, f"{{protocol: sqlite, path: {out}}}", out)
        return Contestant("integ", command, pages.kind.records, pages.kind.records, _rows_of(out))

    def crowd(self, url: str, streams: int, records: int) -> Contestant:
        """Many streams at once."""
        config = self._config({"url": url, "token": "none"})
        names = [f"s{number:02}" for number in range(1, streams + 1)]
        command = self._integ("source", "crowd", "read", "--config", config, "--catalog", self._catalog(names))
        return Contestant("integ", command, records, records, _records)

    def growth(self, url: str, records: int, name: str) -> Contestant:
        """Pages that are made when they are asked for."""
        command = self._integ("source", "pokeapi", "read", "--config", self._config({"url": url}), "--catalog",
                              self._catalog(["pokemon"]))
        return Contestant(name, command, records, records, _records)

    def streamed(self, url: str, stream: str, records: int, name: str) -> Contestant:
        """One body, whose records go out as they close."""
        command = self._integ("source", "exports", "read", "--config", self._config({"url": url}), "--catalog",
                              self._catalog([stream]))
        return Contestant(name, command, records, records, _records)

    def start_up(self) -> Contestant:
        """Up to the first message."""
        return Contestant("integ", self._integ("source", "pokeapi", "spec"), 1, 1, _some_output)

    # What they are measured against

    def transfer(self, pages: Pages, name: str = "transfer alone", option: str = "") -> Contestant:
        """The same pages, thrown away. `option`: --gzip for bytes as they come, --decode for libcurl's own decoding."""
        words = [option] if option else []
        if pages.certificate is not None:
            words += ["--ca", str(pages.certificate)]
        command = Command((str(self._build / "tests/bench/bench_transfer"), *words, str(pages.list)))
        size = pages.bytes if option == "--decode" else pages.wire_bytes
        return Contestant(name, command, pages.kind.records, size, _printed_number)

    def transfer_of(self, urls: list[str], records: int, name: str) -> Contestant:
        """The transfer alone of URLs whose bodies nobody has counted: an answer that is none fails it."""
        urls_file = self._folder / f"urls-{len(urls)}-{abs(hash(urls[0]))}"
        urls_file.write_text("".join(url + "\n" for url in urls))
        command = Command((str(self._build / "tests/bench/bench_transfer"), str(urls_file)))
        return Contestant(name, command, records, 1, _some_output)

    def others(self, pages: Pages) -> list[Contestant]:
        """Those of --contestant. They print messages of Airbyte or Singer; what they are told is in braces."""
        words = {"url": pages.url, "first": f"{pages.url}/pokemon", "list": str(pages.list),
                 "config": self._config({"url": pages.url}), "catalog": self._catalog(["pokemon"]),
                 "ca": str(pages.certificate or "")}
        env = {} if pages.certificate is None else {"SSL_CERT_FILE": str(pages.certificate)}
        made = []
        for name, text in self._others.items():
            argv = tuple(shlex.split(text))
            for word, value in words.items():
                argv = tuple(part.replace("{" + word + "}", value) for part in argv)
            made.append(Contestant(name, Command(argv, env), pages.kind.records, pages.kind.records, _records))
        return made

    # Peers: a name, an interpreter, the first page's URL, how many records follow from there

    def singer_sdk(self, name: str, python: str, first: str, records: int) -> Contestant:
        """Our tap on singer-sdk."""
        argv = (python, str(_PEERS / "tap.py"), "--config", self._config({"first": first}))
        return Contestant(name, Command(argv, _PEERS_ENVIRONMENT), records, records, _records)

    def airbyte_cdk(self, name: str, python: str, first: str, records: int) -> Contestant:
        """Our declarative source on airbyte-cdk."""
        argv = (python, str(_PEERS / "source.py"), "read", "--config", self._config({"first": first}), "--catalog",
                self._catalog(["items"]))
        return Contestant(name, Command(argv, _PEERS_ENVIRONMENT), records, records, _records)

    def dlt(self, name: str, python: str, first: str, records: int) -> Contestant:
        """Our pipeline on dlt, to files of JSON Lines."""
        folder = self._folder / "dlt"
        argv = (python, str(_PEERS / "pipeline.py"), first, str(folder))
        command = Command(argv, {**_PEERS_ENVIRONMENT, "HOME": str(self._folder)}, fresh=(folder,))
        return Contestant(name, command, records, records, _lines_of("dlt/out/bench/items/*", self._folder))

    def peer_start_up(self, peer: str, python: str) -> Contestant:
        """A peer's first words; of dlt, which has none, all that our pipeline imports."""
        words = {"singer-sdk": (str(_PEERS / "tap.py"), "--about"),
                 "airbyte-cdk": (str(_PEERS / "source.py"), "spec"),
                 "dlt": ("-c", "from dlt.sources.rest_api import rest_api_source; print(rest_api_source)")}
        return Contestant(peer, Command((python, *words[peer]), _PEERS_ENVIRONMENT), 1, 1, _some_output)

    def empty_process(self) -> Contestant:
        """A program that does nothing."""
        return Contestant("true", Command(("true",)), 1, 0, _some_output)

    def _integ(self, *words: str, certificate: Path | None = None, into_pipe: bool = False,
               fresh: tuple[Path, ...] = ()) -> Command:
        env = {"INTEG_PLUGIN_PATH": str(self._build / "tests/integration/plugins")}
        if certificate is not None:
            env["SSL_CERT_FILE"] = str(certificate)
        return Command((str(self._build / "host/integ"), *words), env, into_pipe, fresh)

    def _pipeline(self, pages: Pages, output: str, out: Path) -> Command:
        state = self._folder / "state.db"
        text = (f"name: bench\nconnector: pokeapi\nconfig: {{url: '{pages.url}'}}\n"
                f"streams: {{pokemon: {{mode: full_refresh}}}}\noutput: {output}\nstate: {{path: {state}}}\n"
                "log: {level: warn}\n")
        databases = [Path(f"{file}{end}") for file in (out, state) for end in ("", "-wal", "-shm")]
        return self._integ("run", self._file(f"{out.suffix[1:]}.yaml", text), fresh=tuple(databases))

    def _config(self, config: dict[str, str]) -> str:
        text = json.dumps(config)
        return self._file(f"config-{abs(hash(text))}.json", text)

    def _catalog(self, streams: list[str]) -> str:
        text = '{"streams":[' + ",".join(_CATALOG_STREAM % name for name in streams) + "]}"
        return self._file(f"catalog-{streams[0]}-{len(streams)}.json", text)

    def _file(self, name: str, text: str) -> str:
        file = self._folder / name
        file.write_text(text)
        return str(file)
