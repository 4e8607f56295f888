"""The check of integ in a Meltano project: the one of configs/, which is there to be copied."""

from __future__ import annotations

import json

from .targets import counts_in
from .world import CONFIGS, World, expect


def meltano(world: World) -> None:
    tap = f"tap-{world.connector}"
    project = world.folder / "project"
    output = project / "output"
    output.mkdir(parents=True)
    # Meltano would look for a target with a pip_url in an environment of its own making.
    text = (CONFIGS / "meltano/meltano.yml").read_text()
    expect("      pip_url: target-jsonl\n" in text, "the project's target is another one")
    (project / "meltano.yml").write_text(text.replace("      pip_url: target-jsonl\n", ""))
    (world.folder / "bin").mkdir()
    (world.folder / "bin" / tap).symlink_to(world.integ)
    (world.folder / "bin" / "target-jsonl").symlink_to(world.environments.program("target-jsonl", "target-jsonl"))
    program = world.environments.program("meltano", "meltano")
    prefix = tap.upper().replace("-", "_")
    settings = {f"{prefix}_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
                for name, value in world.settings.items()}
    settings[f"{prefix}__SELECT"] = '["*.*"]'  # of pokeapi the project selects one stream

    def run(*words: str) -> str:
        return world.run([program, *words], folder=project, MELTANO_PROJECT_ID="interop",
                         PATH=world.path_with(world.folder / "bin"), **settings)

    run("config", "test", tap)
    listed = run("select", tap, "--list", "--all")
    for stream in world.streams():
        expect(f"{stream}." in listed, f"select does not list {stream}: {listed}")
    for runs in (1, 2):
        run("run", tap, "target-jsonl")
        world.expect_counts(counts_in(output), runs)
    state = run("state", "get", f"dev:{tap}-to-target-jsonl")
    expect("bookmarks" in state, f"no state after two runs: {state}")
    before = counts_in(output)
    run("run", "--full-refresh", tap, "target-jsonl")
    world.expect_counts(counts_in(output) - before)
