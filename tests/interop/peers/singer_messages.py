"""Every line of a tap, read by singer-python's own parser. Prints how many there were of each type."""

from __future__ import annotations

import collections
import sys

import singer

counts: collections.Counter[str] = collections.Counter()
for line in sys.stdin:
    counts[type(singer.parse_message(line)).__name__] += 1
print(dict(counts))
if not counts["RecordMessage"] or not counts["StateMessage"] or not counts["SchemaMessage"]:
    sys.exit("records, states and schemas were expected")
