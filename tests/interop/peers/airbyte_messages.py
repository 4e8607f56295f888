"""Every line of a source, read by the CDK's own models. The types that have to be there are its arguments."""

from __future__ import annotations

import collections
import json
import sys

from airbyte_cdk.models import AirbyteMessageSerializer

counts: collections.Counter[str] = collections.Counter()
for line in sys.stdin:
    message = AirbyteMessageSerializer.load(json.loads(line))
    counts[message.type.value] += 1
    body = getattr(message, {"CONNECTION_STATUS": "connectionStatus"}.get(message.type.value, message.type.value.lower()))
    if body is None:
        sys.exit(f"{message.type.value} without its body: {line}")
print(dict(counts))
missing = [kind for kind in sys.argv[1:] if not counts[kind]]
if missing:
    sys.exit(f"missing: {missing}")
