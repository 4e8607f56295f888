"""The peers, each in a virtual environment of its own, made when first used and kept in the build directory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).parent
# Whatever they would tell their makers, or ask them, stays here.
QUIET = {"DO_NOT_TRACK": "1", "RUNTIME__DLTHUB_TELEMETRY": "false", "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
         "AIRBYTE_OFFLINE_MODE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_INSTALL_SECONDS = 600


class Missing(Exception):
    """What is needed is not on this machine; the text names it."""


class Environments:
    """The environments under one folder. Any thread may ask; who asks for one that is being made waits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._missing: dict[str, str] = {}

    def python(self, peer: str) -> str:
        """The interpreter of the peer's environment, with what PEER.txt asks for. Throws Missing."""
        with self._lock:
            if peer in self._missing:  # pip takes its time to give up, and is asked once
                raise Missing(self._missing[peer])
            try:
                return self._made(peer)
            except Missing as missing:
                self._missing[peer] = str(missing)
                raise

    def program(self, peer: str, name: str) -> str:
        """A program of the peer's environment. Throws Missing."""
        return str(Path(self.python(peer)).parent / name)

    def _made(self, peer: str) -> str:
        home = self._folder / peer
        done = home / "installed"
        requirements = HERE / f"{peer}.txt"
        wanted = requirements.read_text()
        if not done.is_file() or done.read_text() != wanted:
            print(f"   installing {' '.join(wanted.split())}", file=sys.stderr, flush=True)
            _run([sys.executable, "-m", "venv", "--clear", str(home)], "no virtual environment (python3-venv)")
            _run([str(home / "bin/python"), "-m", "pip", "install", "--quiet", "-r", str(requirements)],
                 f"pip can't install {' '.join(wanted.split())}")
            done.write_text(wanted)
        return str(home / "bin/python")


def _run(argv: list[str], what: str) -> None:
    try:
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=_INSTALL_SECONDS, env={**os.environ, **QUIET})
    except (OSError, subprocess.SubprocessError):
        raise Missing(what) from None
