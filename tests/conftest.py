"""Settings of the tests. A busy machine is no reason to fail: hypothesis bounds the examples, not their time. Every day
they are the same ones; `--hypothesis-profile=thorough` takes many others. And no test looks at the Anki of whoever runs
it."""

import os

from hypothesis import HealthCheck, settings

for name, examples in {"flashgen": 25, "thorough": 500}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=examples < 100,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("flashgen")

os.environ["FLASHGEN_ANKI_COLLECTION"] = "off"
