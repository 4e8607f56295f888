"""A dlt pipeline to JSON Lines files: pipeline.py FIRST_URL FOLDER. The folder holds its working files, too."""

from __future__ import annotations

import sys
from pathlib import Path

import dlt
from dlt.sources.rest_api import rest_api_source


def main(first: str, folder: str) -> None:
    """Extracts along the next links, normalizes and loads."""
    source = rest_api_source(
        {
            "client": {"base_url": first},
            "resources": [
                {
                    "name": "items",
                    "primary_key": "id",
                    "endpoint": {
                        "path": first,
                        "data_selector": "results",
                        "paginator": {"type": "json_link", "next_url_path": "next"},
                    },
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(Path(folder) / "work"),
        destination=dlt.destinations.filesystem(bucket_url=str(Path(folder) / "out")),
        dataset_name="bench",
    )
    pipeline.run(source, loader_file_format="jsonl")


if __name__ == "__main__":
    main(*sys.argv[1:])
