"""The CDK's suite for images; `docker` in PATH is a stand-in that runs the executable itself."""

from __future__ import annotations

import os
from pathlib import Path

from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite


class TestImage(DockerConnectorTestSuite):
    """The executable as an image."""

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        return Path(os.environ["INTEROP_CONNECTOR"])
