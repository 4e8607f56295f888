"""PyAirbyte reads the executable's streams into DuckDB, twice."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import airbyte
from airbyte.caches import DuckDBCache

config = json.loads(Path(os.environ["INTEROP_CONFIG"]).read_text())
source = airbyte.get_source("source-pokeapi", local_executable=Path(os.environ["INTEROP_SOURCE_FILE"]), config=config)
source.validate_config()
source.check()
print(source.get_available_streams())
source.select_streams(["pokemon"])
with tempfile.TemporaryDirectory() as folder:
    cache = DuckDBCache(db_path=f"{folder}/cache.db", schema_name="main")
    for _ in range(2):
        result = source.read(cache=cache)
        rows = len(list(result["pokemon"]))
        if rows != 1302:
            sys.exit(f"{rows} rows")
