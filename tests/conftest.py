import os

from hypothesis import settings

# The time of one example says nothing on a shared machine. In CI the examples are the same on every run.
settings.register_profile("lstmvis", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("lstmvis")
