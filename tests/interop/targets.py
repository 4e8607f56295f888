"""Singer targets, and what they have written."""

from __future__ import annotations

import collections
import csv
import json
from pathlib import Path

from .world import World


def counts_in(folder: Path) -> collections.Counter[str]:
    """Records by stream in a target's files, STREAM.csv or STREAM-TIME.jsonl."""
    counts: collections.Counter[str] = collections.Counter()
    for file in folder.iterdir():
        with file.open(newline="") as text:
            if file.suffix == ".csv":
                counts[file.stem] += sum(1 for _ in csv.DictReader(text))
            else:
                counts[file.stem.rsplit("-", 1)[0]] += sum(1 for line in text if json.loads(line))
    return counts


class Target:
    """A target that writes files into a folder."""

    _FOLDER_SETTING = {"target-jsonl": "destination_path", "target-csv": "output_path"}

    def __init__(self, world: World, name: str) -> None:
        self._out = world.folder / "out"
        self._out.mkdir()
        config = world.file("target.json", json.dumps({self._FOLDER_SETTING[name]: str(self._out)}))
        self.command = [world.environments.program(name, name), "--config", config]

    def counts(self) -> collections.Counter[str]:
        """Records by stream that are written so far."""
        return counts_in(self._out)
