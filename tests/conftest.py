"""Settings of the tests. A busy machine is no reason to fail: hypothesis bounds the examples, not their time."""

from hypothesis import settings

settings.register_profile("flashgen", deadline=None)
settings.load_profile("flashgen")
