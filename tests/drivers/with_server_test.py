#!/usr/bin/env python3
"""Tests with_server.py itself, against a stand-in server: a launcher that hid a crash would make
every client test worthless."""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

LAUNCHER = pathlib.Path(__file__).resolve().parent / "with_server.py"
STAND_IN = r"""#!/usr/bin/env python3
import os, signal, socket, struct, sys, time
arguments = sys.argv[1:]
port, data = int(arguments[arguments.index("--port") + 1]), arguments[arguments.index("--data") + 1]
print("stand-in starts with", arguments, flush=True)
def stop(*_):
    if "--slow-stop" in arguments: time.sleep(100)
    os._exit(3 if "--bad-exit" in arguments else 0)
signal.signal(signal.SIGTERM, stop)
if "--no-start" in arguments: sys.exit(9)
open(os.path.join(data, "kept"), "a").write("x")
listener = socket.create_server(("127.0.0.1", port))
while True:
    link, _ = listener.accept()
    head = link.recv(16)
    if len(head) == 16:
        length, number = struct.unpack("<ii", head[:8])
        link.recv(length - 16)
        link.sendall(struct.pack("<iiii", 16, 7, number, 2013))
        if "--dies" in arguments: os._exit(4)
    link.close()
"""


class WithServer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="cairn_launcher_test_")
        self.binary = pathlib.Path(self.folder.name) / "stand_in"
        self.binary.write_text(STAND_IN)
        self.binary.chmod(self.binary.stat().st_mode | stat.S_IXUSR)

    def tearDown(self):
        self.folder.cleanup()

    def launch(self, script, *options, environment=None):
        command = [
            sys.executable,
            LAUNCHER,
            "--binary",
            self.binary,
            *options,
            "--",
            sys.executable,
            "-c",
            script,
        ]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **(environment or {})},
        )

    def test_passes_uri_and_exit_code(self):
        done = self.launch(
            "import os; print(os.environ['CAIRN_URI'], os.environ['CAIRN_TOPOLOGY']); exit(5)"
        )
        self.assertEqual(done.returncode, 5)
        self.assertRegex(done.stdout, r"mongodb://127\.0\.0\.1:\d+/ replicaset")
        self.assertIn("stand-in starts with", done.stdout, "the log of a failed run is shown")

    def test_success_is_quiet_and_leaves_nothing(self):
        done = self.launch("pass", environment={"TMPDIR": self.folder.name})
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(os.listdir(self.folder.name), ["stand_in"])

    def test_standalone_is_told(self):
        done = self.launch(
            "import os; print(os.environ['CAIRN_TOPOLOGY'])", "--server-arg=--standalone"
        )
        self.assertEqual(done.stdout, "standalone\n")

    def test_bad_exit_of_the_server_fails(self):
        done = self.launch("pass", "--server-arg=--bad-exit")
        self.assertEqual(done.returncode, 1)
        self.assertIn("SIGTERM should end the server with 0, got 3", done.stdout)

    def test_server_that_does_not_start_fails(self):
        done = self.launch("pass", "--server-arg=--no-start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("exit code 9", done.stdout)

    def test_server_that_dies_meanwhile_fails(self):
        done = self.launch("import time; time.sleep(1)", "--server-arg=--dies")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the server ended by itself with 4", done.stdout)

    def test_missing_client_skips(self):
        self.assertEqual(
            self.launch(
                "pass", "--needs=/nowhere", environment={"CAIRN_REQUIRE_CLIENTS": ""}
            ).returncode,
            77,
        )
        self.assertEqual(
            self.launch(
                "pass", "--needs=/nowhere", environment={"CAIRN_REQUIRE_CLIENTS": "1"}
            ).returncode,
            1,
        )

    def test_missing_server_fails(self):
        done = subprocess.run(
            [sys.executable, LAUNCHER, "--binary", "/nowhere", "--", "true"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 1)

    def test_restart_keeps_port_and_data(self):
        script = (
            f"import os, sys, urllib.parse; sys.path.insert(0, {str(LAUNCHER.parent)!r})\n"
            "import socket, with_server\n"
            "host, port = os.environ['CAIRN_CONTROL'].split(':')\n"
            "for how in ('restart', 'kill'):\n"
            "    link = socket.create_connection((host, int(port)))\n"
            "    link.sendall(how.encode() + b'\\n')\n"
            "    assert link.makefile().readline() == 'ok\\n'\n"
            "    uri = urllib.parse.urlparse(os.environ['CAIRN_URI'])\n"
            "    assert with_server.answers_ping(uri.port)\n"
        )
        done = self.launch(script)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)


if __name__ == "__main__":
    unittest.main()
