"""How hypothesis looks for counterexamples: the same ones in CI every time, new ones on a developer's machine."""

import os

from hypothesis import HealthCheck, settings

_COMMON = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("firstbell", _COMMON)
settings.register_profile("firstbell-ci", _COMMON, derandomize=True, print_blob=True)


def pytest_configure() -> None:
    """Choose by the environment, unless the command line has chosen."""
    settings.load_profile("firstbell-ci" if os.environ.get("CI") == "true" else "firstbell")
