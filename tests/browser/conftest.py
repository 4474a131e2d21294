import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook import Notebook

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(request):
    path = find_chromium()
    if path is None:
        message = "no Chromium here; `make test` installs one"
        if os.environ.get("CI") or os.environ.get("LSTMVIS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=FLAGS, headless=not request.config.getoption("--headed")
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    server.start()
    yield server
    server.stop()


@contextmanager
def only_this_machine(context):
    """What pages of this context ask of other machines is refused, and fails the test."""
    elsewhere = []

    def answer(route):
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    yield
    assert elsewhere == [], "the page asked for something that is not on this machine"


@contextmanager
def watched_page(browser, is_ours=lambda _stack: True):
    """A page of its own context, in which nothing of ours may raise: `is_ours` is asked with the stack."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    errors = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(error.stack))
    yield opened
    context.close()
    assert [stack for stack in errors if is_ours(stack)] == [], "a script of the page raised"


@pytest.fixture
def page(browser, jupyter):
    """An empty page; what it asks of other machines is refused, and fails the test."""
    with watched_page(browser) as opened, only_this_machine(opened.context):
        yield opened
        opened.goto("about:blank")
        jupyter.shut_down_kernels()
        jupyter.reset_settings()


@pytest.fixture
def notebook(page, jupyter):
    """An empty notebook with a kernel that is connected and idle."""
    page.goto(jupyter.address(jupyter.new_notebook()))
    opened = Notebook(page)
    opened.wait_for_kernel()
    return opened
