"""Runs the checks on the connectors and prints a line for each: good, skipped (its peer can't be had) or FAILED."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..peers.environments import Environments, Missing
from . import airbyte, meltano, singer
from .apis import APIS, Api, fixture_api
from .world import Failed, World

CHECKS: dict[str, Callable[[World], None]] = {
    "singer-check-tap": singer.singer_check_tap, "singer-python": singer.singer_python, "singer-sdk": singer.singer_sdk,
    "target-jsonl": singer.target_jsonl, "target-csv": singer.target_csv,
    "target-csv-batches": singer.target_csv_batches, "run-target-jsonl": singer.run_target_jsonl,
    "run-target-csv": singer.run_target_csv, "meltano": meltano.meltano, "cdk-models": airbyte.cdk_models,
    "cdk-image-suite": airbyte.cdk_image_suite, "cdk-source-suite": airbyte.cdk_source_suite,
    "pyairbyte": airbyte.py_airbyte}
# A gigabyte of packages, and two minutes to install them.
LARGE = {"pyairbyte"}


@dataclass(frozen=True)
class Job:
    """A check of a connector."""

    check: str
    api: Api

    @property
    def name(self) -> str:
        return f"{self.check}/{self.api.connector}"

    def run(self, build: Path, folder: Path, environments: Environments) -> tuple[str, str]:
        """The verdict and what there is to say of it."""
        began = time.monotonic()
        try:
            folder.mkdir(parents=True)
            with fixture_api(build, folder) as url:
                CHECKS[self.check](World(str(build / "host/integ"), self.api, url, folder, environments))
        except Missing as missing:
            return "skipped", f": {missing}"
        except (Failed, subprocess.SubprocessError, OSError, ValueError, LookupError) as problem:
            return "FAILED", f": {problem!r}" if isinstance(problem, LookupError) else f": {problem}"
        return "good", f" ({time.monotonic() - began:.1f} s)"


def _jobs(words: list[str], large: bool) -> list[Job]:
    """Those that a word names, by check, connector or both; without a word all."""
    return [Job(check, api) for check in CHECKS for api in APIS.values()
            if (not words or {check, api.connector, f"{check}/{api.connector}"} & {*words})
            and (large or check not in LARGE or {check, f"{check}/{api.connector}"} & {*words})]


def main() -> int:
    parser = argparse.ArgumentParser(description="The peers' own programs, run on integ.", prog="./dev interop")
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", metavar="CHECK",
                        help="these alone: a check, a connector, or CHECK/CONNECTOR")
    parser.add_argument("--all", action="store_true", help="the large peers, too")
    parser.add_argument("--list", action="store_true", help="name the checks and the connectors")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(CHECKS), f"\neach of {', '.join(APIS)}")
        return 0
    known = {*CHECKS, *APIS, *(f"{check}/{connector}" for check in CHECKS for connector in APIS)}
    if unknown := [word for word in arguments.words if word not in known]:
        parser.error(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}, each of {', '.join(APIS)}")
    build = arguments.build.resolve()
    environments = Environments(build / "interop")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are ended, then, too
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="integ-interop-") as root, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = _jobs(arguments.words, arguments.all)
        running = [pool.submit(job.run, build, Path(root) / job.name, environments) for job in jobs]
        try:
            for job, one in zip(jobs, running):
                verdict, more = one.result()
                verdicts.append(verdict)
                print(f"{verdict:<7} {job.name}{more}", flush=True)
        finally:
            pool.shutdown(cancel_futures=True)
    print(", ".join(f"{verdicts.count(word)} {plural}" for word, plural in
                    (("good", "passed"), ("FAILED", "failed"), ("skipped", "skipped"))))
    return 1 if "FAILED" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
