"""The programs of google-benchmark: the bytes a second of each benchmark, and what they are compared with."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .measure import Failed, Spread
from .table import Row

_TIMEOUT = 120


@dataclass(frozen=True)
class Micro:
    """`programs`: in the build directory. `against`: a benchmark, as PROGRAM:NAME; its bytes a second are 1."""

    about: str
    programs: tuple[str, ...]
    against: str
    others: tuple[tuple[str, str], ...] = ()  # benchmarks that are compared with another one
    only: Mapping[str, str] = field(default_factory=dict)  # by program: a regular expression of what is run of it


MICROS = {
    "slicer": Micro("finding the records of a page in memory", ("bench_slicer",), "bench_slicer:copy"),
    "decoders": Micro("unpacking a page of 1 MB, bytes that come out", ("bench_decoders_isal", "bench_decoders_zlib"),
                      "bench_decoders_zlib:copy", (("bench_decoders_isal:gzip", "bench_decoders_zlib:gzip"),),
                      {"bench_decoders_isal": "^gzip$"}),
    "writer": Micro("a page of records to lines of a protocol in /dev/null", ("bench_writer",), "bench_writer:copy/1k"),
}


def rows(name: str, build: Path, quick: bool) -> tuple[list[Row], dict[str, str]]:
    """The rows of a set, and what is missing. Throws Failed."""
    micro = MICROS[name]
    missing: dict[str, str] = {}
    speeds: dict[str, list[float]] = {}
    for program in micro.programs:
        file = build / "tests/bench" / program
        if not file.is_file():
            missing[program] = "not built (google-benchmark, or the library it measures, was not found)"
            continue
        speeds |= _speeds(program, file, quick, micro.only.get(program, "."))
    comparisons = [(each, micro.against) for each in speeds if not each.endswith(micro.against.split(":")[1])]
    comparisons += [pair for pair in micro.others if pair[0] in speeds]
    made = [_row(name, each, against, speeds) for each, against in comparisons if against in speeds]
    return made, missing


def _row(name: str, each: str, against: str, speeds: dict[str, list[float]]) -> Row:
    ratio = Spread.of([a / b for a, b in zip(speeds[each], speeds[against])])
    return Row(name, _shown(each), _shown(against), "speed", wall_ratio=None, cpu_ratio=ratio,
               rate=Spread.of(speeds[each]).median / 1e6, rate_unit="MB/s")


def _shown(benchmark: str) -> str:
    program, name = benchmark.split(":")
    engine = program.removeprefix("bench_decoders_")
    return f"{name}, {engine}" if engine != program and name == "gzip" else name


def _speeds(program: str, file: Path, quick: bool, only: str) -> dict[str, list[float]]:
    """Bytes a second of CPU, a list of repetitions in turn for each benchmark."""
    argv = [str(file), "--benchmark_format=json", f"--benchmark_filter={only}",
            "--benchmark_enable_random_interleaving=true",
            f"--benchmark_repetitions={3 if quick else 9}", f"--benchmark_min_time={0.05 if quick else 0.1}"]
    try:
        said = subprocess.run(argv, check=True, capture_output=True, timeout=_TIMEOUT).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Failed(f"{program}: {error}") from None
    speeds: dict[str, list[float]] = defaultdict(list)
    # In turn at random, so sorted back to the order of the source.
    for run in sorted(json.loads(said)["benchmarks"], key=lambda run: int(run["family_index"])):
        if run["run_type"] == "iteration":
            if run.get("error_occurred"):
                raise Failed(f"{run['name']}: {run['error_message']}")
            speeds[f"{program}:{run['name']}"].append(float(run["bytes_per_second"]))
    return dict(speeds)
