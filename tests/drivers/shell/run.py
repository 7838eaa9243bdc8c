#!/usr/bin/env python3
"""Runs mongosh scripts: run.py NODE_CLIENTS SCRIPT... with CAIRN_URI set. mongosh gets a home of
its own, without telemetry."""

import os
import pathlib
import subprocess
import sys
import tempfile


def main():
    clients, scripts = pathlib.Path(sys.argv[1]), sys.argv[2:]
    folder = pathlib.Path(__file__).resolve().parent
    failed = []
    with tempfile.TemporaryDirectory(prefix="cairn_mongosh_") as home:
        user = pathlib.Path(home) / ".mongodb" / "mongosh"
        user.mkdir(parents=True)
        (user / "config").write_text('{"enableTelemetry": false, "updateURL": ""}\n')
        for script in scripts:
            done = subprocess.run(
                [
                    "node",
                    clients / "node_modules/mongosh/bin/mongosh.js",
                    "--quiet",
                    "--norc",
                    os.environ["CAIRN_URI"],
                    "--file",
                    folder / script,
                ],
                env={**os.environ, "HOME": home},
                stdin=subprocess.DEVNULL,
                timeout=250,
            )
            if done.returncode != 0:
                failed.append(f"{script} ended with {done.returncode}")
    print(f"mongosh: {len(scripts)} scripts, {len(failed)} failed {failed}")
    return 1 if failed or not scripts else 0


if __name__ == "__main__":
    sys.exit(main())
