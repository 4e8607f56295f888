"""The Singer SDK's own suite of taps, run on an executable: a tap of the SDK that hands on what the executable says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from typing import Any

from singer_sdk import Stream, Tap
from singer_sdk.testing import get_tap_test_class

TAP = os.environ["INTEROP_TAP"].split(" ")
CONFIG = os.environ["INTEROP_CONFIG"]


class _Records(Stream):
    """One stream of the executable's."""

    def __init__(self, tap: Tap, entry: dict[str, Any]) -> None:
        super().__init__(tap, schema=entry["schema"], name=entry["tap_stream_id"])
        self.primary_keys = entry.get("key_properties", [])

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:
        out = subprocess.run([*TAP, "--config", CONFIG], check=True, capture_output=True, text=True).stdout
        for line in out.splitlines():
            message = json.loads(line)
            if message["type"] == "RECORD" and message["stream"] == self.name:
                yield message["record"]


class ExecutableTap(Tap):
    """The executable as a tap of the SDK."""

    name = "tap-executable"
    config_jsonschema = {"type": "object", "properties": {}}

    def discover_streams(self) -> list[Stream]:
        out = subprocess.run([*TAP, "--config", CONFIG, "--discover"], check=True, capture_output=True, text=True).stdout
        return [_Records(self, entry) for entry in json.loads(out)["streams"]]


TestExecutable = get_tap_test_class(ExecutableTap, config={})
