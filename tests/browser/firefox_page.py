"""A page in Firefox, with as much of Playwright's page as the gestures and the notebooks of the tests use."""

import base64
import json
from pathlib import Path

from tests.browser.firefox import BidiError, Firefox

PATIENCE_MILLISECONDS = 60_000

# Arguments and results travel as JSON.
CALL = "async given => JSON.stringify(await ({})(JSON.parse(given)) ?? null)"
WAIT = """async ([given, patience]) => {{
    for (const until = performance.now() + patience; performance.now() < until;) {{
        if (await ({})(given)) return;
        await new Promise(done => setTimeout(done, 20));
    }}
    throw new Error('waited in vain');
}}"""
# An element is where a chain of selectors leads, each with the place among what it finds.
FOUND = "chain.reduce((root, [selector, place]) => root?.querySelectorAll(selector)[place], document)"
KEYS = {
    "ArrowLeft": "\uE012", "ArrowRight": "\uE014", "Control": "\uE009", "Enter": "\uE007", "Escape": "\uE00C",
    "Home": "\uE011", "Shift": "\uE008",
}  # fmt: skip


class FirefoxPage:
    """A tab of its own; what raises in it and what it asks of other machines is noted."""

    def __init__(self, firefox: Firefox, width: int, height: int):
        self._firefox = firefox
        self._context = firefox.send("browsingContext.create", type="window")["context"]
        # What JupyterLab takes for the open notebook is where the focus is.
        firefox.send("browsingContext.activate", context=self._context)
        firefox.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        firefox.send("browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height})
        self.mouse = _Mouse(self._act)
        self.keyboard = _Keyboard(self._act)

    def goto(self, address: str):
        self._firefox.send("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def close(self):
        self._firefox.send("browsingContext.close", context=self._context)

    def evaluate(self, function: str, given=None):
        """What a JavaScript function, as a text, answers."""
        answer = self._firefox.send(
            "script.callFunction",
            functionDeclaration=CALL.format(function),
            arguments=[{"type": "string", "value": json.dumps(given)}],
            awaitPromise=True,
            target={"context": self._context},
        )
        if answer["type"] == "exception":
            raise BidiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for_function(self, function: str, *, arg=None, timeout=PATIENCE_MILLISECONDS, polling=None):  # noqa: ARG002
        self.evaluate(WAIT.format(function), [arg, timeout])

    def locator(self, selector: str) -> "Element":
        return Element(self, ((selector, 0),))

    def screenshot(self, path: Path):
        taken = self._firefox.send("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(taken["data"]))

    def raised(self) -> list[str]:
        """What scripts have raised and nobody caught."""
        entries = self._firefox.events("log.entryAdded")
        return [entry["text"] for entry in entries if entry["type"] == "javascript" and entry["level"] == "error"]

    def requests(self) -> list[str]:
        """What has been asked for."""
        return [event["request"]["url"] for event in self._firefox.events("network.beforeRequestSent")]

    def _act(self, source: dict):
        self._firefox.send("input.performActions", context=self._context, actions=[source])


class Element:
    """What a selector finds first, whenever it is asked; `locator` looks within it."""

    def __init__(self, page: FirefoxPage, chain):
        self.page = page
        self._chain = chain

    def locator(self, selector: str) -> "Element":
        return Element(self.page, (*self._chain, (selector, 0)))

    def nth(self, place: int) -> "Element":
        return Element(self.page, (*self._chain[:-1], (self._chain[-1][0], place)))

    def wait_for(self, timeout=PATIENCE_MILLISECONDS):
        self.page.wait_for_function(f"chain => {FOUND}", arg=self._chain, timeout=timeout)

    def evaluate(self, function: str):
        return self.page.evaluate(f"chain => ({function})({FOUND})", self._chain)

    def wait_until(self, function: str):
        """Wait until the function is true of it."""
        self.page.wait_for_function(f"chain => ({function})({FOUND})", arg=self._chain)

    def scroll_into_view_if_needed(self):
        self.evaluate("each => each.scrollIntoView({ block: 'nearest', inline: 'nearest' })")

    def bounding_box(self) -> dict[str, float]:
        return self.evaluate("each => each.getBoundingClientRect()")

    def get_attribute(self, name: str) -> str | None:
        return self.evaluate(f"each => each.getAttribute({json.dumps(name)})")

    def inner_text(self) -> str:
        return self.evaluate("each => each.innerText")

    def focus(self):
        self.evaluate("each => each.focus()")


class _Mouse:
    def __init__(self, act):
        self._act = act
        self._at = (0, 0)

    def move(self, x: float, y: float, steps: int = 1):
        (from_x, from_y), self._at = self._at, (x, y)
        ways = [(step + 1) / steps for step in range(steps)]
        self._pointer(*(
            {
                "type": "pointerMove", "duration": 16,
                "x": round(from_x + way * (x - from_x)), "y": round(from_y + way * (y - from_y)),
            }
            for way in ways
        ))  # fmt: skip

    def down(self):
        self._pointer({"type": "pointerDown", "button": 0})

    def up(self):
        self._pointer({"type": "pointerUp", "button": 0})

    def click(self, x: float, y: float):
        self.move(x, y)
        self.down()
        self.up()

    def wheel(self, delta_x: int, delta_y: int):
        x, y = map(round, self._at)
        scroll = {"type": "scroll", "x": x, "y": y, "deltaX": delta_x, "deltaY": delta_y}
        self._act({"type": "wheel", "id": "wheel", "actions": [scroll]})

    def _pointer(self, *actions):
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": list(actions)})


class _Keyboard:
    def __init__(self, act):
        self._act = act

    def press(self, keys: str):
        """Press keys together, as in "Control+z"."""
        values = [KEYS.get(key, key) for key in keys.split("+")]
        self._keys(
            *({"type": "keyDown", "value": value} for value in values),
            *({"type": "keyUp", "value": value} for value in reversed(values)),
        )

    def down(self, key: str):
        self._keys({"type": "keyDown", "value": KEYS.get(key, key)})

    def up(self, key: str):
        self._keys({"type": "keyUp", "value": KEYS.get(key, key)})

    def type(self, text: str):
        for key in text:
            self.press(key)

    def _keys(self, *actions):
        self._act({"type": "key", "id": "keyboard", "actions": list(actions)})
