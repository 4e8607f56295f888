"""PyAirbyte reads all streams of the executable into DuckDB, twice, the second time from the states of the first. The
last line says for both how many records it got, and how many rows of each stream there are then."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import airbyte
from airbyte.caches import DuckDBCache

(name,) = sys.argv[1:]
config = json.loads(Path(os.environ["INTEROP_CONFIG"]).read_text())
source = airbyte.get_source(name, local_executable=Path(name).absolute(), config=config)
source.validate_config()
source.check()
source.select_all_streams()
cache = DuckDBCache(db_path="cache.db", schema_name="main")
reads = []
for _ in range(2):
    result = source.read(cache=cache)
    reads.append({"records": result.processed_records,
                  "rows": {stream: len(list(rows)) for stream, rows in result.streams.items()}})
print(json.dumps(reads))
