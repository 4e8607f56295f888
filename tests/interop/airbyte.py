"""The checks of integ as an Airbyte source."""

from __future__ import annotations

import collections
import json

from .world import PEERS, World, expect


def cdk_models(world: World) -> None:
    counts = world.run([world.environments.python("airbyte-cdk"), str(PEERS / "airbyte_messages.py")],
                       INTEROP_SOURCE=json.dumps(world.source), INTEROP_CONFIG=world.config)
    first, second = json.loads(counts)
    world.expect_counts(first)
    world.expect_counts(collections.Counter(first) + collections.Counter(second), runs=2)


def _connector_folder(world: World) -> str:
    """A connector's sources, as far as the suites look at them."""
    (world.folder / "secrets").mkdir()
    world.file("secrets/config.json", json.dumps(world.settings))
    path = {"config_path": "secrets/config.json"}
    world.file("acceptance-test-config.yml", json.dumps({
        "connector_image": "any:dev", "acceptance_tests": {
            "spec": {"tests": [{"spec_path": "unused", **path}]},
            "connection": {"tests": [{**path, "status": "succeed"}]},
            "discovery": {"tests": [path]}, "basic_read": {"tests": [path]}}}))
    world.file("metadata.yaml", json.dumps({"data": {"dockerRepository": "any", "dockerImageTag": "dev",
                                                     "tags": ["language:java"]}}))
    return str(world.folder)


def _suite(world: World, suite: str, *words: str) -> None:
    (world.folder / "bin").mkdir()
    (world.folder / "bin/docker").symlink_to(PEERS / "docker")
    world.pytest("airbyte-cdk", suite, "-p", "airbyte_cdk.test.standard_tests.pytest_hooks", *words,
                 PATH=world.path_with(world.folder / "bin"), INTEROP_CONNECTOR=_connector_folder(world))


def cdk_image_suite(world: World) -> None:
    _suite(world, "image_suite.py", "-m", "image_tests", "-k", "not backward", "--connector-image", "any:dev",
           "--read-from-streams=all")


def cdk_source_suite(world: World) -> None:
    _suite(world, "source_suite.py", "-m", "not image_tests")


def py_airbyte(world: World) -> None:
    name = f"source-{world.connector}"
    (world.folder / name).symlink_to(world.integ)
    said = world.run([world.environments.python("pyairbyte"), str(PEERS / "py_airbyte.py"), name],
                     INTEROP_CONFIG=world.config, AIRBYTE_LOGGING_ROOT=str(world.folder / "logs"))
    streams = world.streams()
    for read, wanted in zip(json.loads(said.splitlines()[-1]), (world.api.count, world.api.again)):
        # Rows of a stream that is read anew take the place of the old ones, and those of one key of each other.
        world.expect_counts(read["rows"])
        total = sum(wanted(stream) for stream in streams)
        expect(read["records"] == total, f"{read['records']} records were read, not {total}")
