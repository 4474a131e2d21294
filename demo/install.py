"""Installs with pip, and says what it does: `python demo/install.py LINE ... -- ARGUMENTS OF PIP`.

The lines are said first. On a terminal one more line tells how far it is. All that pip says goes into
build/install.log; where pip fails, the cause is told with what to do.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

LOG = Path("build") / "install.log"
NEEDED_PIP = (25, 1)
"""The first that installs dependency groups; that of a new environment may be older."""

COLLECTED = re.compile(r"^\s*Collecting ([\w.-]+)")
DOWNLOADED = re.compile(r"^\s*(?:Downloading|Using cached) (\S+\.(?:whl|gz|zip)) \(([\d.]+) (kB|MB|GB)\)")
RETRYING = re.compile(r"^WARNING: Retrying")
INSTALLING = re.compile(r"^Installing collected packages: (.*)")
UNITS = {"kB": 1e-3, "MB": 1.0, "GB": 1e3}

CAUSES = {
    r"No space left on device": "The disk is full: about 1 GB is needed. Make room, and run this again.",
    r"CERTIFICATE_VERIFY_FAILED|SSLError": (
        "The certificate of the package index isn't trusted here. Behind a proxy that has its own, set\n"
        "PIP_CERT=/path/to/certificates.pem, and run this again."
    ),
    r"ConnectionError|NameResolutionError|Timeout|ProxyError|Max retries exceeded": (
        "The package index can't be reached. Look at the network, and run this again: it goes on where it stopped.\n"
        "Behind a proxy set HTTPS_PROXY, with a mirror PIP_INDEX_URL."
    ),
    r"Permission denied": "A file can't be written. Look whose files .venv and build are.",
    r"No matching distribution found|ResolutionImpossible": (
        "The package index has no version of a package that fits this Python. Take another:\n"
        "make clean, then make PYTHON=/path/to/python3.12 ..."
    ),
}
"""What pip says, and what it means."""


class Told:
    """One line on a terminal that is written anew; nothing where there is none."""

    def __init__(self, stream):
        self._stream, self._is_terminal, self._since = stream, stream.isatty(), time.monotonic()

    def __call__(self, text):
        """Show how far it is."""
        if self._is_terminal:
            seconds = int(time.monotonic() - self._since)
            line = f"  {seconds // 60}:{seconds % 60:02} {text}"[: shutil.get_terminal_size().columns - 1]
            self._stream.write(f"\r\x1b[K{line}")
            self._stream.flush()

    def clear(self):
        """Leave an empty line for what is printed next."""
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class Progress:
    """What the lines of pip say of how far it is."""

    def __init__(self):
        self._found, self._downloaded, self._megabytes = set(), set(), 0.0

    def after(self, line):
        """How far it is after a line, or None if that isn't any further."""
        if found := COLLECTED.match(line):
            self._found.add(found[1])
            return self._so_far(found[1])
        if found := DOWNLOADED.match(line):
            self._downloaded.add(found[1])
            self._megabytes += float(found[2]) * UNITS[found[3]]
            return self._so_far(found[1].partition("-")[0])
        if found := INSTALLING.match(line):
            return f"packages: {found[1].count(',') + 1} to put in place"
        return "no answer from the package index; pip tries again" if RETRYING.match(line) else None

    def _so_far(self, now):
        fetched = f"{len(self._downloaded)} fetched ({self._megabytes:.0f} MB)"
        return f"packages: {len(self._found)} looked up, {fetched}; now {now}"


def pip_version(python):
    """The version of an environment's pip; None if it has none, as where making the environment was interrupted."""
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", asked.stdout)
    return (int(found[1]), int(found[2])) if found else None


def run(command, log, told):
    """Run a command, with what it says in the log; whether it succeeded."""
    # In an environment there is no place for packages of a user.
    variables = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PYTHONUNBUFFERED": "1"}
    progress = Progress()
    process = subprocess.Popen(
        command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    for line in process.stdout:
        log.write(line)
        log.flush()
        if (text := progress.after(line)) is not None:
            told(text)
    return process.wait() == 0


def steps(python, arguments):
    """The commands, in their order: a pip that is there, one that is new enough, and then what is asked for."""
    version = pip_version(python)
    if version is None:
        yield [python, "-m", "ensurepip", "--upgrade"]
    if version is None or version < NEEDED_PIP:
        yield [python, "-m", "pip", "install", f"pip>={NEEDED_PIP[0]}.{NEEDED_PIP[1]}"]
    yield [python, "-m", "pip", "install", "--progress-bar", "off", *arguments]


def cause(said):
    """What to do about the failure that pip tells of."""
    for pattern, advice in CAUSES.items():
        if re.search(pattern, said):
            return advice
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    return "\n".join(errors[-3:] or said.splitlines()[-5:])


def install(lines, arguments):
    """Say the lines, and install; the exit status."""
    LOG.parent.mkdir(exist_ok=True)
    print(*lines, sep="\n", flush=True)
    told, since = Told(sys.stdout), time.monotonic()
    with LOG.open("w+", encoding="utf-8") as log:
        for command in steps(sys.executable, arguments):
            if not run(command, log, told):
                told.clear()
                log.seek(0)
                print(f"{cause(log.read())}\nAll that pip said is in {LOG}.", file=sys.stderr)
                return 1
    told.clear()
    print(f"  done in {time.monotonic() - since:.0f} seconds", flush=True)
    return 0


def main(given):
    divider = given.index("--")
    try:
        return install(given[:divider], given[divider + 1 :])
    except KeyboardInterrupt:
        print("\nStopped. The next run goes on with what has been downloaded.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
