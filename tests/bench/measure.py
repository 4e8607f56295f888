"""Runs commands and says what they took. Nothing here knows what is being measured."""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Failed(Exception):
    """A command that can't be measured; the text says why."""


@dataclass(frozen=True)
class Command:
    """What to run. `fresh`: files and folders that are removed before each run, so that all runs begin alike."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    into_pipe: bool = False  # standard output: a pipe that `cat` empties, instead of /dev/null
    fresh: tuple[Path, ...] = ()
    timeout: float = 120


@dataclass(frozen=True)
class Used:
    """Of one run: seconds of wall time and of CPU (user and system, children included), peak memory in bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Spread:
    """Of several runs."""

    median: float
    min: float
    max: float

    @staticmethod
    def of(values: list[float]) -> Spread:
        return Spread(statistics.median(values), min(values), max(values))


class Runner:
    """Runs commands one after the other. Each is a process group of its own, which is ended when its time is over."""

    def __init__(self, launcher: Path, folder: Path) -> None:
        self._launcher = launcher
        self._report = folder / "report.json"
        self._errors = folder / "stderr"

    def run(self, command: Command) -> Used:
        """Throws Failed unless the command ends with 0 in time."""
        if command.into_pipe:
            self._piped(command, ["cat"], subprocess.DEVNULL)
        else:
            self._wait(self._start(command, subprocess.DEVNULL), command)
        return Used(**json.loads(self._report.read_text()))

    def output_of(self, command: Command, filter_argv: list[str]) -> str:
        """What the filter makes of the command's standard output."""
        return self._piped(command, filter_argv, subprocess.PIPE)

    def _piped(self, command: Command, filter_argv: list[str], stdout: int) -> str:
        process = self._start(command, subprocess.PIPE)
        env = {**os.environ, "LC_ALL": "C"}
        with subprocess.Popen(filter_argv, stdin=process.stdout, stdout=stdout, env=env, text=True) as reader:
            assert process.stdout is not None
            process.stdout.close()  # the filter has it: it sees the end, and the command a filter that is gone
            self._wait(process, command)
            return reader.communicate()[0] or ""

    def _start(self, command: Command, stdout: int) -> subprocess.Popen[bytes]:
        for path in command.fresh:
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
        argv = [str(self._launcher), str(self._report), *command.argv]
        with self._errors.open("wb") as errors:
            return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=errors,
                                    env={**os.environ, **command.env}, start_new_session=True)

    def _wait(self, process: subprocess.Popen[bytes], command: Command) -> None:
        try:
            code = process.wait(command.timeout)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise Failed(f"not done after {command.timeout:.0f} s") from None
            raise
        if code != 0:
            said = self._errors.read_text(errors="replace").strip().splitlines()
            raise Failed(f"ended with {code}" + (f": {said[-1][:200]}" if said else ""))


class Quiet:
    """How much of the machine everybody else used since this was made. Where that is much, figures say little."""

    def __init__(self) -> None:
        self._busy, self._all = self._ticks()
        self._own = self._own_seconds()

    def others(self) -> float:
        """As a part of all cores' time, with what a hypervisor gave to others. Children count once they ended."""
        busy, everything = self._ticks()
        elapsed = max(everything - self._all, 1)
        own = (self._own_seconds() - self._own) * os.sysconf("SC_CLK_TCK")
        return max(busy - self._busy - own, 0) / elapsed

    @staticmethod
    def _ticks() -> tuple[float, float]:
        # user, nice, system, idle, iowait, irq, softirq, steal
        fields = [float(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields) - fields[3] - fields[4], sum(fields)

    @staticmethod
    def _own_seconds() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system


def rounds(commands: Mapping[str, Command], count: int, runner: Runner,
           failed: Callable[[str, str], None]) -> dict[str, list[Used]]:
    """Runs all commands `count` times in turn, beginning with another one each time. Who fails has no runs at all."""
    used: dict[str, list[Used]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(count):
        first = number % max(len(names), 1)
        for name in names[first:] + names[:first]:
            if name not in used:
                continue
            try:
                used[name].append(runner.run(commands[name]))
            except Failed as error:
                failed(name, str(error))
                del used[name]
    return used
