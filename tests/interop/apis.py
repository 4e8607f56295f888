"""The APIs that the connectors read here. The fixture API plays all of them; this says what is asked of it."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Three pages of the connector's, and not so many that the details of each take long.
_POKEMON = 250


@dataclass(frozen=True)
class Api:
    """What a connector needs to read all of its streams, and what comes of it."""

    connector: str
    path: str  # of the URL
    settings: Mapping[str, object]  # beside the URL
    records: Mapping[str, int]  # by stream
    others: int = 0  # of each stream that `records` does not name
    # Streams of which the API can be asked for what is new: a second run brings nothing.
    filtered: frozenset[str] = field(default=frozenset())

    def count(self, stream: str) -> int:
        """How many records a first run brings."""
        return self.records.get(stream, self.others)

    def again(self, stream: str) -> int:
        """How many records a run brings that goes on from the state of a complete one."""
        return 0 if stream in self.filtered else self.count(stream)


# Beside PokeAPI's, lists come in pages of four, so these are three pages each (but for Shopify's two locations).
APIS = {api.connector: api for api in (
    Api("pokeapi", "/api/v2", {"details": True}, {"pokemon": _POKEMON, "pokemon-details": _POKEMON}, others=3),
    Api("shopify", "", {"access_token": "shpat_fixture_5e6f7a"},
        {"customers": 10, "orders": 10, "products": 10, "locations": 2, "inventory_levels": 10},
        filtered=frozenset({"customers", "orders", "products", "inventory_levels"})),
    Api("klaviyo", "/api", {"api_key": "pk_fixture_9d8c7b", "list_id": "l1"},
        {"profiles": 10, "events": 10, "lists": 10, "members": 10}, others=10,
        filtered=frozenset({"profiles", "events"})),
    Api("sitoo", "/v2", {"account_id": "1500", "api_id": "1500-100", "password": "fixture-Sitoo-4c3b2a"},
        {"orders": 18, "users": 18}, filtered=frozenset({"orders"})),
    Api("storm", "/Query/2.0", {"user": "21", "password": "fixture-Storm-1a2b3c"},
        {"orders": 10, "customers": 10, "items": 10}, filtered=frozenset({"orders", "customers", "items"})))}


@contextlib.contextmanager
def fixture_api(build: Path, folder: Path) -> Iterator[str]:
    """The fixture API's URL while it runs."""
    port_file = folder / "port"
    server = subprocess.Popen([str(build / "tests/fixture_api/fixture_api"), "--port", "0", "--port-file",
                               str(port_file), "--pokemon", str(_POKEMON)], stdout=subprocess.DEVNULL)
    try:
        while not port_file.exists():
            if server.poll() is not None:
                raise OSError("the fixture API did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port_file.read_text().strip()}"
    finally:
        server.terminate()
        server.wait()
