"""A Cairn server under attack: started, killed, restarted, checked, and looked at through /proc.

The process is that of the client tests (tests/drivers/with_server.py). REQUIRES: start() is called
from the main thread, since the server dies with the thread that started it.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "drivers"))

from with_server import Server, SKIPPED, skip  # noqa: E402, F401 (found by the line above)

CHECK_SECONDS = 300
# What a sanitizer's runtime prints when it ends a process by a normal exit code.
SANITIZER_MARKS = (
    "ERROR: AddressSanitizer",
    "runtime error:",
    "ERROR: LeakSanitizer",
    "WARNING: ThreadSanitizer",
)


class Failure(Exception):
    """The server broke a promise; the message says which."""


def binary():
    path = os.environ.get("CAIRN_BINARY", "")
    if not path or not os.access(path, os.X_OK):
        print(f"FAILED: no server to test at '{path}' (set CAIRN_BINARY)")
        sys.exit(1)
    return path


class CairnServer(Server):
    """Server with `cairn check`, measurements and a temporary folder of its own."""

    def __init__(self, arguments=(), folder=None):
        self.own_folder = folder is None
        folder = folder or tempfile.mkdtemp(prefix="cairn_crash_test_")
        super().__init__(binary(), list(arguments), folder)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process:
            self.kill()
        if kind and kind is not SystemExit:
            self.print_log()
            print(f"the data directory stays at {self.data}", flush=True)
        elif self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start_or_fail(self):
        if not self.start():
            raise Failure(f"the server does not start (exit code {self.process.poll()})")

    def stop_or_fail(self):
        self.stop()
        if self.faults:
            raise Failure("; ".join(self.faults))

    def check_or_fail(self):
        code, text = run_check(self.data)
        if code != 0:
            raise Failure(f"`cairn check` says {code}:\n{text}")

    def expect_running(self):
        if self.process.poll() is not None:
            raise Failure(f"the server ended by itself with {self.process.returncode}")

    def log_text(self):
        with open(self.log_path, "rb") as log:
            return log.read().decode(errors="replace")

    def memory_bytes(self):
        """Resident memory (VmRSS)."""
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self):
        """User and system time of all threads so far, to a hundredth of a second."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def files(self):
        return [
            os.path.join(folder, name) for folder, _, names in os.walk(self.data) for name in names
        ]

    def disk_bytes(self):
        total = 0
        for path in self.files():
            try:
                total += os.stat(path).st_blocks * 512
            except FileNotFoundError:  # compaction removed it meanwhile
                pass
        return total


def run_check(data, preexec=None):
    """`cairn check DIR`: (exit code, its output); a death by signal is a Failure in any case."""
    return run_cairn(["check", data], CHECK_SECONDS, preexec)


def run_cairn(arguments, seconds, preexec=None):
    """Runs the binary to its end: (exit code, output). Ending by a signal or a sanitizer is a Failure."""
    try:
        done = subprocess.run(
            [binary(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            preexec_fn=preexec,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"`cairn {' '.join(arguments)}` still ran after {seconds} s") from None
    text = done.stdout.decode(errors="replace")
    refuse_crash(done.returncode, text, f"cairn {' '.join(arguments)}")
    return done.returncode, text


def refuse_crash(code, text, what):
    """A clear error is an exit code and a message; a signal, an abort or a sanitizer's report is none."""
    if code is not None and (code < 0 or code in (128 + 6, 128 + 11)):
        raise Failure(f"`{what}` ended by signal (exit code {code}):\n{text[-4000:]}")
    if any(mark in text for mark in SANITIZER_MARKS):
        raise Failure(f"`{what}`: a sanitizer reports:\n{text[-8000:]}")


def run_seeded(parser, run):
    """Parses the command line, to which --seed is added, and calls run(options). The exit status."""
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    try:
        run(options)
    except Failure as failure:
        print(f"FAILED with --seed {options.seed}: {failure}")
        return 1
    return 0


def load_parser(doc, rounds, seconds, workers):
    """The command line of a load that is killed again and again."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument(
        "--seconds", type=float, default=seconds, help="the longest until the server is stopped"
    )
    parser.add_argument("--workers", type=int, default=workers)
    parser.add_argument("--server-arg", action="append", default=[])
    return parser
