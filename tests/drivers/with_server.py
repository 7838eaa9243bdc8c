#!/usr/bin/env python3
"""Runs one client test against a Cairn server of its own.

    with_server.py [--binary cairn] [--server-arg=--standalone]... [--needs PATH]... -- COMMAND...

Starts `cairn serve` on a free loopback port with a fresh data directory, waits until it answers
`ping`, runs COMMAND with
CAIRN_URI and CAIRN_TOPOLOGY set, stops the server by SIGTERM and expects it to end with 0. The
exit code is COMMAND's, or 1 where the server
failed; then the server's log is printed. A missing --needs path (a client that could not be
installed) exits with 77.

COMMAND may ask for restarts: it connects to CAIRN_CONTROL (host:port), sends the line `restart`
(SIGTERM) or `kill`
(SIGKILL), and reads `ok` once the server answers again on the same port and directory. Only what
this program started is ever signalled. With --uri URI no server is started: COMMAND runs against
one that is there.
"""

import argparse
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
READY_SECONDS = 60
STOP_SECONDS = 60
COMMAND_SECONDS = 240  # Less than the limit of ctest, which would leave no log behind.
LOG_CHARACTERS = 20000


def skip(reason):
    """Skips by name; where CI demands every client, a skip is a failure."""
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(1 if os.environ.get("CAIRN_REQUIRE_CLIENTS") == "1" else SKIPPED)


def die_with_parent():
    """A child must not outlive a launcher that ctest kills at its time limit (Linux:
    PR_SET_PDEATHSIG)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def receive(link, count):
    data = b""
    while len(data) < count:
        part = link.recv(count - len(data))
        if not part:
            raise ConnectionError("closed while reading")
        data += part
    return data


def answers_ping(port):
    """True once an OP_MSG {ping: 1, $db: "admin"} is answered: an open port alone does not prove a
    server behind it."""
    fields = b"\x10ping\0" + struct.pack("<i", 1) + b"\x02$db\0" + struct.pack("<i", 6) + b"admin\0"
    body = struct.pack("<I", 0) + b"\0" + struct.pack("<i", len(fields) + 5) + fields + b"\0"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
            link.sendall(struct.pack("<iiii", 16 + len(body), 1, 0, 2013) + body)
            length, _, response_to, opcode = struct.unpack("<iiii", receive(link, 16))
            receive(link, length - 16)
            return response_to == 1 and opcode == 2013
    except OSError:
        return False


class Server:
    """One `cairn serve` process on one port and directory; may be stopped and started again."""

    def __init__(self, binary, arguments, folder):
        self.binary, self.arguments, self.folder = binary, arguments, folder
        self.data = os.path.join(folder, "data")
        self.log_path = os.path.join(folder, "server.log")
        self.port, self.process, self.faults = 0, None, []
        os.mkdir(self.data)

    def start(self):
        if self.port:
            return self._launch()
        for _ in range(
            5
        ):  # Another process may take a port between our asking for it and the server's binding it.
            self.port = free_port()
            if self._launch():
                return True
            if self.process.poll() is None or not self._port_was_taken():
                return False
        return False

    def _launch(self):
        command = [
            self.binary,
            "serve",
            "--data",
            self.data,
            "--port",
            str(self.port),
            *self.arguments,
        ]
        with open(self.log_path, "ab") as log:
            log.write(f"--- {' '.join(command)}\n".encode())
            log.flush()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if answers_ping(self.port):
                return True
            time.sleep(0.02)
        return False

    def _port_was_taken(self):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return True
        return False

    def stop(self):
        """Graceful: SIGTERM, then exit code 0 in time, else a fault."""
        if self.process.poll() is not None:
            self.faults.append(f"the server ended by itself with {self.process.returncode}")
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
            if code != 0:
                self.faults.append(f"SIGTERM should end the server with 0, got {code}")
        except subprocess.TimeoutExpired:
            self.faults.append(f"the server still ran {STOP_SECONDS} s after SIGTERM")
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def print_log(self):
        try:
            with open(self.log_path, "rb") as log:
                text = log.read().decode(errors="replace")
        except OSError as error:
            text = f"no log: {error}"
        print(f"----- server log, the last of it\n{text[-LOG_CHARACTERS:]}\n-----", flush=True)


def restarted(server, how):
    """Carries out one request of the command; whatever goes wrong is a fault of the run."""
    try:
        if how == "kill":
            server.kill()
        else:
            server.stop()
        if server.start():
            return True
        server.faults.append("the server did not come back after a restart")
    except OSError as error:
        server.faults.append(f"no restart: {error}")
    return False


def serve_control(server):
    """Answers restart requests of the command on a loopback port; returns the port.

    The thread must live as long as the server: Linux signals a child when the thread that made it
    ends (die_with_parent).
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            link, _ = listener.accept()
            try:
                with link, link.makefile("rw") as lines:
                    done = restarted(server, lines.readline().strip())
                    lines.write("ok\n" if done else "failed\n")
            except OSError:
                continue  # The command went away without its answer.

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def run_command(command, variables):
    """The exit code. A command that hangs is asked where by SIGQUIT (Go says it), then killed."""
    process = subprocess.Popen(command, env={**os.environ, **variables}, preexec_fn=die_with_parent)
    try:
        return process.wait(COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"FAILED: the command still ran after {COMMAND_SECONDS} s", flush=True)
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return 1


def topology(options):
    """What the tests shall expect, said here because a server that says the wrong thing must
    fail."""
    return "standalone" if "--standalone" in options.server_arg else "replicaset"


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--binary",
        default=os.environ.get("CAIRN_BINARY"),
        help="the server (default: env CAIRN_BINARY)",
    )
    parser.add_argument(
        "--server-arg", action="append", default=[], help="passed on to `cairn serve`"
    )
    parser.add_argument(
        "--needs", action="append", default=[], help="a path without which this test skips"
    )
    parser.add_argument("--uri", help="use this running server instead of starting one")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        options.command = options.command[1:]
    if not options.command:
        parser.error("no command to run")
    return options


def main():
    options = parse_arguments()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # So that `finally` below stops the server.
    for path in options.needs:
        if not os.path.exists(path):
            skip(f"{path} is missing: this client is not installed on this machine")
    if options.uri:
        return run_command(
            options.command, {"CAIRN_URI": options.uri, "CAIRN_TOPOLOGY": topology(options)}
        )
    if not options.binary or not os.access(options.binary, os.X_OK):
        print(f"FAILED: no server to test at '{options.binary}' (set CAIRN_BINARY or --binary)")
        return 1
    folder = tempfile.mkdtemp(prefix="cairn_client_test_")
    server = Server(options.binary, options.server_arg, folder)
    code = 1
    try:
        if server.start():
            code = run_command(
                options.command,
                {
                    "CAIRN_URI": f"mongodb://127.0.0.1:{server.port}/",
                    "CAIRN_CONTROL": f"127.0.0.1:{serve_control(server)}",
                    "CAIRN_TOPOLOGY": topology(options),
                },
            )
            server.stop()
        else:
            server.faults.append(
                f"the server did not answer in {READY_SECONDS} s, exit code {server.process.poll()}"
            )
    finally:
        if server.process:
            server.kill()
        for fault in server.faults:
            print(f"FAILED: {fault}")
        if code not in (0, SKIPPED) or server.faults:
            server.print_log()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if server.faults else code


if __name__ == "__main__":
    sys.exit(main())
