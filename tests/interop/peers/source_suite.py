"""The CDK's suite for sources, which looks at schemas of records and at wrong catalogues, run on the executable."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from airbyte_cdk.test import entrypoint_wrapper
from airbyte_cdk.test.standard_tests.source_base import SourceTestSuiteBase


def _run(source: Any, args: list[str], expecting_exception: bool | None = None, *, expected_outcome: Any = None) -> Any:
    ran = subprocess.run([*json.loads(os.environ["INTEROP_SOURCE"]), *args], capture_output=True, text=True)
    error = None
    if ran.returncode != 0:
        error = subprocess.CalledProcessError(ran.returncode, args, ran.stdout, ran.stderr)
    return entrypoint_wrapper.EntrypointOutput(messages=ran.stdout.splitlines(), stderr=ran.stderr,
                                               uncaught_exception=error)


entrypoint_wrapper._run_command = _run  # a private name: the version is pinned


class _Executable:
    def spec(self, logger: Any) -> Any:
        raise NotImplementedError


class TestSource(SourceTestSuiteBase):
    """The executable as a source."""

    connector = _Executable

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return Path(os.environ["INTEROP_CONNECTOR"])
