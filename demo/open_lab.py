"""Opens the quickstart in JupyterLab, with its widget live: `make demo`.

    python demo/open_lab.py [OPTION OF JUPYTERLAB ...]

Your own Jupyter settings hold here, and none is changed. What this JupyterLab keeps lies in build/demo: which tabs are
open, which notebooks are trusted, and all that it says.
"""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_server.serverapp import list_running_servers
from nbformat.sign import NotebookNotary

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "demo"
KEPT = ROOT / "build" / "demo"
NOTEBOOK = "notebooks/quickstart.ipynb"
CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  (compared with, not bound)
"""The addresses of a server that listens to all machines."""

LAST_LINES = 15
"""How much is shown of what a JupyterLab that ended has said."""


def is_from_here():
    """Whether the package that a kernel will import is that of this folder: the folder may have been moved."""
    found = importlib.util.find_spec("lstmvis_widget")
    here = ROOT / "lstmvis_widget" / "__init__.py"
    return found is not None and here.exists() and here.samefile(found.origin)


def trust_notebooks():
    """Have JupyterLab show the widgets that are saved in the notebooks, which came with the code in this folder."""
    notary = NotebookNotary(data_dir=str(KEPT))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notary.sign(nbformat.read(path, as_version=4))
    notary.close()


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def options():
    """The options of JupyterLab: what it opens, and that what it keeps lies here."""
    return [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{NOTEBOOK}",
        f"--LabApp.extra_labextensions_path={HERE / 'labextensions'}",
        f"--LabApp.workspaces_dir={KEPT / 'workspaces'}",
        f"--NotebookNotary.data_dir={KEPT}",
        # Nothing is fetched, and no question lies over the page.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        # In a container one is often root, which Jupyter asks to be told.
        *(["--allow-root"] if is_root() else []),
    ]


def environment():
    """The variables of JupyterLab: `config` has defaults of settings, which yours go before."""
    paths = [str(HERE / "config"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def address_of(server):
    """Where a browser finds the notebook. One that listens to all machines is called by this machine's own name."""
    base = server["url"]
    if server["hostname"] in EVERYWHERE:
        base = f"http{'s' if server['secure'] else ''}://localhost:{server['port']}{server['base_url']}"
    token = f"?token={server['token']}" if server["token"] else ""
    return f"{base}lab/tree/{NOTEBOOK}{token}"


def say_where(server):
    port = server["port"]
    print(f"\n    {address_of(server)}\n")
    print("It opens in your browser; if none opens, copy it into one. The widget is live some seconds later.")
    if server["hostname"] not in EVERYWHERE and any(Path(name).exists() for name in CONTAINER_FILES):
        print(f"In a container, publish its port {port}, and run: make demo LAB='--ip=0.0.0.0 --no-browser'")
    elif "SSH_CONNECTION" in os.environ:
        print(f"Over SSH, forward the port from your machine: ssh -L {port}:localhost:{port} THIS_MACHINE")
    print("Ctrl-C ends it.", flush=True)


def wait_for(lab):
    """What Jupyter writes down of a server once it answers; None: the process has ended."""
    while lab.poll() is None:
        for server in list_running_servers():
            if server["pid"] == lab.pid:
                return server
        time.sleep(0.1)
    return None


def serve(given):
    """Run JupyterLab until it is ended; its exit status."""
    log = KEPT / "jupyterlab.log"
    command = [sys.executable, "-m", "jupyterlab", *options(), *given]
    with log.open("wb") as said:
        lab = subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
    try:
        server = wait_for(lab)
        if server is not None:
            say_where(server)
            lab.wait()
            return 0
    except KeyboardInterrupt:  # Ctrl-C reaches JupyterLab, too
        lab.wait()
        return 0
    last = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
    print("\n".join(["JupyterLab ended. The last that it said:", *last, f"All of it is in {log}."]), file=sys.stderr)
    return 1


def main(given):
    if not is_from_here():
        print("The installed lstmvis_widget isn't that of this folder. Run: make clean demo", file=sys.stderr)
        return 1
    print("Starting JupyterLab …", flush=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    trust_notebooks()
    return serve(given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
