#!/usr/bin/env python3
"""Runs mongosh with CAIRN_URI set: run.py NODE_CLIENTS SCRIPT...

A `.js` script is loaded as a file; a `.txt` one is typed at the prompt, line by line, as a person
would. mongosh gets a home of its own, without telemetry.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = '{"enableTelemetry": false, "updateURL": "", "disableGreetingMessage": true}\n'


def mongosh(clients, home, options, typed=None):
    command = ["node", clients / "node_modules/mongosh/bin/mongosh.js", "--norc", *options]
    return subprocess.run(
        [*command, os.environ["CAIRN_URI"]],
        env={**os.environ, "HOME": home, "TERM": "dumb"},
        input=typed or "",
        stdout=subprocess.PIPE if typed else None,
        stderr=subprocess.STDOUT if typed else None,
        text=True,
        timeout=250,
    )


def load_file(clients, home, script):
    done = mongosh(clients, home, ["--quiet", "--file", HERE / script])
    return [] if done.returncode == 0 else [f"{script} ended with {done.returncode}"]


def type_lines(clients, home, script):
    """Each line's screen is what stands between a marker printed before it and the next."""
    lines = (HERE / script).read_text(encoding="utf-8").splitlines()
    steps = [line.split(" | ", 1) for line in lines if not line.startswith("#")]
    typed = "".join(f"{command}\nprint('=== {i}')\n" for i, (command, _) in enumerate(steps))
    screen, faults = mongosh(clients, home, [], typed).stdout, []
    for i, (command, expected) in enumerate(steps):
        shown, marker, screen = screen.partition(f"=== {i}\n")
        if not marker or not any(expected in line for line in shown.splitlines()):
            faults.append(f"{command!r} should show {expected!r}, showed {shown[-2000:]!r}")
    print(f"{script}: {len(steps)} lines typed, {len(faults)} failed")
    return faults if steps else [f"{script} is empty"]


def main():
    clients, scripts = pathlib.Path(sys.argv[1]), sys.argv[2:]
    faults = []
    with tempfile.TemporaryDirectory(prefix="cairn_mongosh_") as home:
        user = pathlib.Path(home) / ".mongodb" / "mongosh"
        user.mkdir(parents=True)
        (user / "config").write_text(CONFIG)
        for script in scripts:
            run = type_lines if script.endswith(".txt") else load_file
            faults += run(clients, home, script)
    print("\n".join(f"FAILED: {fault}" for fault in faults))
    print(f"mongosh: {len(scripts)} scripts, {len(faults)} faults")
    return 1 if faults or not scripts else 0


if __name__ == "__main__":
    sys.exit(main())
