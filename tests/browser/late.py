"""Pages in which frames, or the messages of the kernel and to it, come late: `pytest tests/browser --late frames`.

A test that reads the page or Python before what it waits for is there fails then each time, not once in a hundred runs.
"""

MILLISECONDS = 100

FRAMES = """{
    const [ask, cancel] = [window.requestAnimationFrame.bind(window), window.cancelAnimationFrame.bind(window)];
    window.requestAnimationFrame = draw => -setTimeout(() => ask(draw), LATE);
    window.cancelAnimationFrame = asked => asked < 0 ? clearTimeout(-asked) : cancel(asked);
}"""

MESSAGES = """{
    window.WebSocket = class extends WebSocket {
        late = new Map();
        send(data) {
            setTimeout(() => { if (this.readyState === WebSocket.OPEN) super.send(data); }, LATE);
        }
        hear(listener) {
            return event => setTimeout(() => listener.call(this, event), LATE);
        }
        get onmessage() { return super.onmessage; }
        set onmessage(listener) { super.onmessage = listener && this.hear(listener); }
        addEventListener(type, listener, ...options) {
            if (type === 'message') this.late.set(listener, this.hear(listener));
            super.addEventListener(type, this.late.get(listener) ?? listener, ...options);
        }
        removeEventListener(type, listener, ...options) {
            super.removeEventListener(type, this.late.get(listener) ?? listener, ...options);
        }
    };
}"""

SCRIPTS = {"frames": FRAMES, "messages": MESSAGES}


def make_late(browser, what):
    """Have pages of all contexts of this browser from now on get that late."""
    new_context = browser.new_context

    def new_late_context(**options):
        context = new_context(**options)
        context.add_init_script(SCRIPTS[what].replace("LATE", str(MILLISECONDS)))
        return context

    browser.new_context = new_late_context
