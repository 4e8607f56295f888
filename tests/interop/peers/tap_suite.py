"""The Singer SDK's own suite of taps, run on an executable: a tap of the SDK that hands on what the executable says."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Iterable
from typing import Any

from singer_sdk import Stream, Tap
from singer_sdk.testing import get_tap_test_class

TAP = json.loads(os.environ["INTEROP_TAP"])


@functools.cache
def _said(*words: str) -> str:
    """What the executable prints; it is asked once, for the suite makes a tap for each of its tests."""
    return subprocess.run([*TAP, *words], check=True, capture_output=True, text=True).stdout


@functools.cache
def _records(stream: str) -> list[dict[str, Any]]:
    messages = [json.loads(line) for line in _said().splitlines()]
    return [message["record"] for message in messages if message["type"] == "RECORD" and message["stream"] == stream]


class _Records(Stream):
    """One stream of the executable's."""

    def __init__(self, tap: Tap, entry: dict[str, Any]) -> None:
        super().__init__(tap, schema=entry["schema"], name=entry["tap_stream_id"])
        self.primary_keys = entry.get("key_properties", [])

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:
        yield from _records(self.name)


class ExecutableTap(Tap):
    """The executable as a tap of the SDK."""

    name = "tap-executable"
    config_jsonschema = {"type": "object", "properties": {}}

    def discover_streams(self) -> list[Stream]:
        return [_Records(self, entry) for entry in json.loads(_said("--discover"))["streams"]]


TestExecutable = get_tap_test_class(ExecutableTap, config={})
