"""Settings of the tests. A busy machine is no reason to fail: hypothesis bounds the examples, not their time. And no
test looks at the Anki of whoever runs it."""

import os

from hypothesis import settings

settings.register_profile("flashgen", deadline=None)
settings.load_profile("flashgen")

os.environ["FLASHGEN_ANKI_COLLECTION"] = "off"
