"""Every line of a tap, read by singer-python's own parser. Prints how many records there were of each stream."""

from __future__ import annotations

import collections
import json
import sys

import singer

found = [singer.parse_message(line) for line in sys.stdin]
types = {type(message).__name__ for message in found}
if types != {"RecordMessage", "StateMessage", "SchemaMessage"}:
    sys.exit(f"{types}, but records, states and schemas were expected")
print(json.dumps(collections.Counter(message.stream for message in found if isinstance(message, singer.RecordMessage))))
