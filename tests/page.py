"""The page of a widget, without a browser: it delivers messages as a notebook does, and records what Python sends."""

import contextlib
import time

import numpy as np
import pytest
from comm import DummyComm


class Page:
    """The page of one explorer: `set` delivers a gesture, `sent` returns what Python has sent."""

    def __init__(self, explorer, messages):
        self._explorer = explorer
        self._messages = messages

    def set(self, **state):
        """Deliver values of traits as one message, on the calling thread."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self._explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def send(self, content):
        """Deliver a custom message of the page, on the calling thread."""
        data = {"method": "custom", "content": content}
        self._explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def sent(self, trait):
        """The values of a trait that Python sent, oldest first, without echoes of values from the page."""
        return self._updates(trait, ["update"])

    def heard(self, trait):
        """The values of a trait that the page receives, oldest first, with echoes."""
        return self._updates(trait, ["update", "echo_update"])

    def forget(self):
        """Forget what Python has sent so far, to any page."""
        self._messages.clear()

    def updates(self, methods=("update",)):
        """What each message has of the traits that Python sent, oldest first."""
        sent = [
            message["data"] for message in list(self._messages) if message["comm_id"] == self._explorer.comm.comm_id
        ]
        return [data["state"] for data in sent if data.get("method") in methods]

    def _updates(self, trait, methods):
        return [state[trait] for state in self.updates(methods) if trait in state]


@contextlib.contextmanager
def recorded_pages():
    """Record messages; yields `page_of`, which gives the page of an explorer made in this context."""
    messages = []

    def record(self, msg_type, data=None, metadata=None, buffers=None, **keys):  # noqa: ARG001
        if msg_type == "comm_msg":
            messages.append({"comm_id": self.comm_id, "data": data})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DummyComm, "publish_msg", record)
        yield lambda explorer: Page(explorer, messages)


def context_rows(context, matches):
    """Decode `_match_context` into one row a match, with the time steps that the matches give for it."""
    before, shown, after = (np.frombuffer(context[name], "u1").tolist() for name in ("before", "shown", "after"))
    ends = np.cumsum(np.sum([before, shown, after], axis=0, dtype=int))[:-1]
    words, on = (np.split(np.frombuffer(context[name], "<i4"), ends) for name in ("words", "on"))
    tracks = {name: np.split(_track_values(track), ends) for name, track in context["tracks"].items()}
    return [
        {
            "steps": [
                *range(match.start - before[row], match.start + shown[row]),
                *range(match.stop, match.stop + after[row]),
            ],
            "words": [context["vocabulary"][word] for word in words[row]],
            "on": on[row].tolist(),
            "tracks": {name: values[row].tolist() for name, values in tracks.items()},
        }
        for row, match in enumerate(matches)
        if len(before) == len(matches)
    ]


def _track_values(track):
    return np.frombuffer(track["codes"], "<i4") if "codes" in track else np.frombuffer(track["values"], "<f4")


def wait_until(is_so, what="what was waited for", seconds=20):
    """Wait until ``is_so()``, which another thread makes true; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        time.sleep(0.002)
