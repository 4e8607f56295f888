"""The peers, each in a virtual environment of its own, made when first used and kept in the build directory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from servers import Missing

HERE = Path(__file__).parent / "peers"
# Whatever they would tell their makers stays here.
ENVIRONMENT = {"DO_NOT_TRACK": "1", "RUNTIME__DLTHUB_TELEMETRY": "false", "PYTHONDONTWRITEBYTECODE": "1",
               # As integ's files: not packed.
               "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}
_INSTALL_SECONDS = 600


def python(peer: str, folder: Path, requirements: Path = HERE) -> str:
    """The interpreter of the peer's environment, with what REQUIREMENTS/PEER.txt asks for. Throws Missing."""
    home = folder / peer
    done = home / "installed"
    wanted = (requirements / f"{peer}.txt").read_text()
    if not done.is_file() or done.read_text() != wanted:
        print(f"   installing {wanted.strip()}", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(home)], "no virtual environment (python3-venv)")
        _run([str(home / "bin/python"), "-m", "pip", "install", "--quiet", "-r", str(requirements / f"{peer}.txt")],
             f"pip can't install {wanted.strip()}")
        done.write_text(wanted)
    return str(home / "bin/python")


def _run(argv: list[str], what: str) -> None:
    try:
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=_INSTALL_SECONDS, env={**os.environ, **ENVIRONMENT})
    except (OSError, subprocess.SubprocessError):
        raise Missing(what) from None
