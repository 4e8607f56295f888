"""Every line of a source, read by the CDK's own models: of spec, check, discover, read, and of a second read that goes
on from the states of the first, as the models write them. Prints how many records of each stream the two brought."""

from __future__ import annotations

import collections
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from airbyte_cdk.models import AirbyteMessageSerializer, AirbyteStateMessageSerializer, Type

SOURCE = json.loads(os.environ["INTEROP_SOURCE"])
CONFIG = ["--config", os.environ["INTEROP_CONFIG"]]
# What each type of message holds is called like the type, but for these.
BODIES = {"CONNECTION_STATUS": "connectionStatus"}


def messages(words: list[str], kinds: set[str], maybe: frozenset[str] = frozenset()) -> list[Any]:
    """The command's messages, of all kinds, perhaps of others, and LOG. Ends the program where it is otherwise."""
    done = subprocess.run([*SOURCE, *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{words[0]} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    found = []
    for line in done.stdout.splitlines():
        message = AirbyteMessageSerializer.load(json.loads(line))
        kind = message.type.value
        if getattr(message, BODIES.get(kind, kind.lower())) is None:
            sys.exit(f"{words[0]}: {kind} without its body: {line}")
        found.append(message)
    types = {message.type.value for message in found} - {"LOG"}
    if not kinds <= types <= kinds | maybe:
        sys.exit(f"{words[0]}: messages of {sorted(types)}, not of {sorted(kinds)}")
    return found


def counts(found: list[Any]) -> dict[str, int]:
    """Records by stream."""
    return collections.Counter(message.record.stream for message in found if message.type is Type.RECORD)


def configured(catalog: Any) -> dict[str, Any]:
    """All streams, incremental where they can be."""
    return {"streams": [
        {"stream": {"name": stream.name, "json_schema": stream.json_schema,
                    "supported_sync_modes": [mode.value for mode in stream.supported_sync_modes]},
         "sync_mode": stream.supported_sync_modes[-1].value, "destination_sync_mode": "append"}
        for stream in catalog.streams]}


messages(["spec"], {"SPEC"})
checked = messages(["check", *CONFIG], {"CONNECTION_STATUS"})
if not any(each.connectionStatus and each.connectionStatus.status.value == "SUCCEEDED" for each in checked):
    sys.exit(f"check: {checked}")
discovered = next(each.catalog for each in messages(["discover", *CONFIG], {"CATALOG"}) if each.type is Type.CATALOG)
Path("catalog.json").write_text(json.dumps(configured(discovered)))
read = ["read", *CONFIG, "--catalog", "catalog.json"]
first = messages(read, {"RECORD", "STATE", "TRACE"})
states = {each.state.stream.stream_descriptor.name: AirbyteStateMessageSerializer.dump(each.state)
          for each in first if each.type is Type.STATE}
Path("state.json").write_text(json.dumps(list(states.values())))
second = messages([*read, "--state", "state.json"], {"STATE", "TRACE"}, frozenset({"RECORD"}))
print(json.dumps([counts(first), counts(second)]))
