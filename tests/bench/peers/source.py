"""Runs source.yaml as an Airbyte source: source.py spec | read --config FILE --catalog FILE."""

from __future__ import annotations

import sys
from pathlib import Path

from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource


def main(arguments: list[str]) -> None:
    """The entry point of the CDK does the rest."""
    catalog, config, state = (
        AirbyteEntrypoint.extract_catalog(arguments),
        AirbyteEntrypoint.extract_config(arguments),
        AirbyteEntrypoint.extract_state(arguments),
    )
    source = YamlDeclarativeSource(
        path_to_yaml=str(Path(__file__).with_name("source.yaml")),
        catalog=YamlDeclarativeSource.read_catalog(catalog) if catalog else None,
        config=YamlDeclarativeSource.read_config(config) if config else None,
        state=YamlDeclarativeSource.read_state(state) if state else None,
    )
    launch(source, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
