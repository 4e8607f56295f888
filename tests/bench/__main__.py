"""integ against what it is measured against. `./dev bench` builds what this needs and calls it.

    python3 -m tests.bench BUILD [--quick] [--json FILE|-] [--set NAME...] [--rounds N] [--peers yes|no]
                           [--contestant NAME=COMMAND]...
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path

from ..peers.environments import Environments, Missing
from . import micro
from .compare import disqualify, measured
from .contestants import Contestants
from .measure import Failed, Quiet, Runner
from .servers import MadeServer, PageServer
from .sets import DECODE, SETS, TRANSFER, Bench, Set
from .table import Row, as_json, text


def _tell(message: str) -> None:
    print(f"   {message}", file=sys.stderr, flush=True)


def _machine() -> dict[str, object]:
    with contextlib.suppress(OSError):
        model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), "")
        return {"system": _system(), "kernel": platform.release(), "cpu": model, "cores": os.cpu_count()}
    return {"system": _system(), "kernel": platform.release(), "cores": os.cpu_count()}


def _system() -> str:
    with contextlib.suppress(OSError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return platform.system()


def _arguments(argv: list[str]) -> argparse.Namespace:
    names = [*SETS, *micro.MICROS]
    parser = argparse.ArgumentParser(prog="./dev bench", description="integ against what it is measured against.")
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="smaller sets and fewer rounds, no peers: two minutes")
    parser.add_argument("--json", metavar="FILE|-", help="all figures as JSON; -: instead of the table")
    parser.add_argument("--set", dest="sets", metavar="NAME", nargs="+", action="extend", choices=names,
                        help="these only: " + ", ".join(names))
    parser.add_argument("--rounds", type=int, help="how often each contestant of a set runs")
    parser.add_argument("--peers", choices=("yes", "no"), help="singer-sdk, airbyte-cdk, dlt; yes unless --quick")
    parser.add_argument("--contestant", metavar="NAME=COMMAND", action="append", default=[],
                        help="another one; {url} {first} {list} {config} {catalog} {ca} are put in")
    options = parser.parse_args(argv)
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds: 1 at least")
    for text_of in options.contestant:
        if "=" not in text_of or text_of.split("=", 1)[0] in ("", "integ", TRANSFER, DECODE):
            parser.error(f"--contestant: NAME=COMMAND with a name of its own, not {text_of}")
    return options


def _measure(options: argparse.Namespace, folder: Path) -> tuple[list[Row], dict[str, dict[str, str]]]:
    build = options.build.resolve()
    programs = build / "tests/bench"
    runner = Runner(programs / "bench_launch", folder)
    rows: list[Row] = []
    missing: dict[str, dict[str, str]] = {}
    peers = options.peers == "yes" or (options.peers is None and not options.quick)
    with PageServer(folder, programs / "bench_pages") as pages, MadeServer(programs / "bench_server") as made_server:
        contestants = Contestants(build, folder, dict(text_of.split("=", 1) for text_of in options.contestant))
        bench = Bench(contestants, pages, made_server, Environments(build / "bench-peers"), peers, options.quick,
                      options.rounds)
        for name in options.sets or [*SETS, *micro.MICROS]:
            begin = time.monotonic()
            absent: dict[str, str] = {}
            if name in SETS:
                made = _made(name, bench)
                _tell(f"{name}: {made.about}, {made.rounds} rounds")
                disqualify(made, runner)
                rows += measured(made, runner)
                absent = made.missing
            else:
                _tell(f"{name}: {micro.MICROS[name].about}")
                try:
                    new, absent = micro.rows(name, build, options.quick)
                    rows += new
                except Failed as error:
                    absent = {name: str(error)}
            if absent:
                missing[name] = absent
            for who, why in absent.items():
                _tell(f"  {who}: {why}")
            _tell(f"  {time.monotonic() - begin:.0f} s")
    return rows, missing


def _made(name: str, bench: Bench) -> Set:
    try:
        return SETS[name](bench)
    except Missing as error:
        return Set(name, "can't be measured", 0, missing={"integ": str(error)})


def main(argv: list[str]) -> int:
    """0 when something was measured. A goal that was missed is no failure: the table says it."""
    options = _arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Nothing here goes through a proxy.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1"
    began = datetime.datetime.now().astimezone()
    quiet = Quiet()
    with tempfile.TemporaryDirectory(prefix="integ-bench-") as folder:
        rows, missing = _measure(options, Path(folder))
    others = quiet.others()
    if options.json:
        result = json.dumps({"date": began.isoformat(timespec="seconds"), "machine": _machine(), "quick": options.quick,
                             "others_cpu": round(others, 3),
                             "rows": [as_json(row) for row in rows], "missing": missing}, indent=1)
        if options.json == "-":
            print(result)
        else:
            Path(options.json).write_text(result + "\n")
    if options.json != "-":
        machine = _machine()
        print(f"{began:%Y-%m-%d %H:%M}, {machine['cores']} cores {machine.get('cpu', '')}, {machine['system']};"
              f" other programs took {100 * others:.0f} % of the cores")
        print(text(rows))
        for name, absent in missing.items():
            for who, why in absent.items():
                print(f"not measured: {name}: {who}: {why}")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
