"""The checks of integ as a Singer tap, and of targets that it feeds."""

from __future__ import annotations

import json

from .targets import Target
from .world import PEERS, World, expect


def _messages(world: World, **singer: object) -> str:
    """A run's, with settings that are about how a tap speaks beside the connector's."""
    return world.run([*world.tap, "--config", world.config, "--config", world.file("singer.json", json.dumps(singer))])


def singer_check_tap(world: World) -> None:
    world.run([world.environments.program("singer-tools", "singer-check-tap")], given=_messages(world))


def singer_python(world: World) -> None:
    counts = world.run([world.environments.python("singer-tools"), str(PEERS / "singer_messages.py")],
                       given=_messages(world))
    world.expect_counts(json.loads(counts))


def singer_sdk(world: World) -> None:
    world.pytest("singer-sdk", "tap_suite.py")


def _fed(world: World, name: str, **singer: object) -> None:
    """The tap's output through a pipe."""
    target = Target(world, name)
    messages = _messages(world, **singer)
    expect(('"BATCH"' in messages) == ("batch_config" in singer), "records came in another way than they were asked for")
    world.run(target.command, given=messages)
    world.expect_counts(target.counts())


def target_jsonl(world: World) -> None:
    _fed(world, "target-jsonl")


def target_csv(world: World) -> None:
    _fed(world, "target-csv")


def target_csv_batches(world: World) -> None:
    _fed(world, "target-csv", batch_config={"storage": {"root": world.folder.as_uri()}, "batch_size": 7})


def _started(world: World, target: Target) -> None:
    """`integ run` with the target as a program; the states that it gives back are stored."""
    output = {"protocol": "singer", "command": target.command}
    world.file("p.yaml", json.dumps({"name": "p", "connector": world.connector, "config": world.settings,
                                     "output": output, "state": {"path": "state.db"}}))
    world.run([world.integ, "run", "p.yaml"])
    world.expect_counts(target.counts())
    shown = world.run([world.integ, "state", "show", "p", "--store", "state.db"])
    for stream in world.api.filtered:
        expect(f'"stream":"{stream}"' in shown, f"the target gave no state of {stream} back: {shown}")


def run_target_jsonl(world: World) -> None:
    target = Target(world, "target-jsonl")
    _started(world, target)
    world.run([world.integ, "run", "p.yaml"])
    world.expect_counts(target.counts(), runs=2)


def run_target_csv(world: World) -> None:
    _started(world, Target(world, "target-csv"))
