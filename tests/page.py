"""The page's end of a widget, without a browser: values arrive as they do from a notebook, what is sent is recorded."""

import contextlib
import time

import numpy as np
import pytest
from comm import DummyComm


class Page:
    """Of one explorer: `set` is a gesture, `sent` is all that Python sent to it since."""

    def __init__(self, explorer, messages):
        self._explorer = explorer
        self._messages = messages

    def set(self, **state):
        """Deliver values of traits as one message, on the thread that calls."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self._explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def send(self, content):
        """Deliver a message of the page's own, on the thread that calls."""
        data = {"method": "custom", "content": content}
        self._explorer.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def sent(self, trait):
        """The values of a trait that were sent as its state, oldest first; without the echoes of what the page set."""
        return self._updates(trait, ["update"])

    def heard(self, trait):
        """The values of a trait as the page takes them in, echoes and all, oldest first."""
        return self._updates(trait, ["update", "echo_update"])

    def _updates(self, trait, methods):
        updates = [
            message["data"] for message in list(self._messages) if message["comm_id"] == self._explorer.comm.comm_id
        ]
        return [data["state"][trait] for data in updates if data.get("method") in methods and trait in data["state"]]


@contextlib.contextmanager
def recorded_pages():
    """Within this context `page_of(explorer)` is the page of an explorer that was made in it."""
    messages = []

    def record(self, msg_type, data=None, metadata=None, buffers=None, **keys):  # noqa: ARG001
        if msg_type == "comm_msg":
            messages.append({"comm_id": self.comm_id, "data": data})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DummyComm, "publish_msg", record)
        yield lambda explorer: Page(explorer, messages)


def context_rows(context, matches):
    """The rows of what is sent as `_match_context`, each with the steps that the matches say it is about."""
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
    """Wait for something that another thread does; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s"
        time.sleep(0.002)
