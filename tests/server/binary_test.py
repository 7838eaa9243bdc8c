#!/usr/bin/env python3
"""The real `cairn` through raw sockets and signals: the wire, hostile bytes, its life."""
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

from mongo_wire import (OP_COMPRESSED, OP_MSG, OP_QUERY, OP_REPLY, Link, body_section, decode,
                        encode, header, op_msg, sequence_section)

BINARY = os.environ.get("CAIRN_BINARY", "build/release/cairn")
MORE_TO_COME = 2


def op_query(name, document, request_id=1):
    numbers = struct.pack("<ii", 0, -1)
    return header(OP_QUERY, bytes(4) + name + b"\0" + numbers + encode(document), request_id)


def op_compressed(opcode, size, compressor, data):
    return header(OP_COMPRESSED, struct.pack("<iiB", opcode, size, compressor) + data)


class Server:
    """`cairn serve` on a port of its own choice."""

    def __init__(self, data, *arguments, environment=None):
        with open(data + ".log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", data, "--port", "0", *arguments],
                stdout=subprocess.PIPE, stderr=log, text=True,
                env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), (line, pathlib.Path(data + ".log").read_text())
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self, number=signal.SIGTERM, seconds=60):
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self.process.stdout.close()
        return code


def run(*arguments, environment=None):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **(environment or {})})


class WithServer(unittest.TestCase):
    """One server for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="binary_test_")
        cls.data = os.path.join(cls.folder, "data")
        cls.server = Server(cls.data)

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)
        assert code == 0, code

    def link(self, timeout=30):
        link = Link(self.server.port, timeout)
        self.addCleanup(link.close)
        return link


class Wire(WithServer):
    def test_a_command_is_answered(self):
        reply = self.link().run({"ping": 1}, "admin")
        self.assertEqual(reply["ok"], 1.0)
        self.assertIsInstance(reply["ok"], float)

    def test_an_old_handshake_is_answered_by_op_reply(self):
        link = self.link()
        link.send(op_query(b"admin.$cmd", {"isMaster": 1, "helloOk": True}, 77))
        opcode, response_to, payload = link.receive()
        self.assertEqual((opcode, response_to), (OP_REPLY, 77))
        flags, cursor, starting, returned = struct.unpack_from("<iqii", payload)
        self.assertEqual((flags & 3, cursor, starting, returned), (0, 0, 0, 1))
        reply = decode(payload, 20)
        self.assertTrue(reply["ismaster"])
        self.assertEqual(reply["me"], "127.0.0.1:%d" % self.server.port)
        link.send(op_query(b"test.things", {}))
        self.assertEqual(decode(link.receive()[2], 20)["code"], 352)

    def test_sections_in_either_order(self):
        link = self.link()
        for i, sections in enumerate([lambda b, s: (b, s), lambda b, s: (s, b)]):
            body = body_section({"insert": "order", "$db": "test"})
            documents = sequence_section("documents", [{"_id": 10 * i + k} for k in range(3)])
            link.send(op_msg(*sections(body, documents), request_id=5 + i))
            opcode, response_to, payload = link.receive()
            self.assertEqual((opcode, response_to), (OP_MSG, 5 + i))
            self.assertEqual(decode(payload, 5)["n"], 3)
        self.assertEqual(link.run({"count": "order"})["n"], 6)

    def test_compressed_requests_are_answered_compressed(self):
        link = self.link()
        text = "compress me " * 500
        link.run({"insert": "packed", "documents": [{"_id": 1, "text": text}]})
        plain = op_msg(body_section({"find": "packed", "$db": "test"}))[16:]
        link.send(op_compressed(OP_MSG, len(plain), 2, zlib.compress(plain)))
        opcode, _, payload = link.receive()
        self.assertEqual(opcode, OP_COMPRESSED)
        original, size, compressor = struct.unpack_from("<iiB", payload)
        self.assertEqual((original, compressor), (OP_MSG, 2))
        unpacked = zlib.decompress(payload[9:])
        self.assertEqual(len(unpacked), size)
        self.assertEqual(decode(unpacked, 5)["cursor"]["firstBatch"][0]["text"], text)
        self.assertLess(len(payload), len(text) // 4)

    def test_who_wants_no_reply_gets_none(self):
        link = self.link()
        insert = {"insert": "quiet", "documents": [{"_id": 1}], "writeConcern": {"w": 0}}
        link.send(op_msg(body_section({**insert, "$db": "test"}), flags=MORE_TO_COME))
        self.assertEqual(link.run({"count": "quiet"})["n"], 1)  # the next reply is this one's

    def test_pipelined_commands_are_answered_in_order(self):
        link = self.link()
        link.send(b"".join(op_msg(body_section({"ping": 1, "$db": "admin"}), request_id=i)
                           for i in range(500)))
        self.assertEqual([link.receive()[1] for _ in range(500)], list(range(500)))

    def test_a_message_may_come_byte_by_byte(self):
        link = self.link()
        for byte in op_msg(body_section({"ping": 1, "$db": "admin"})):
            link.send(bytes([byte]))
        self.assertEqual(link.reply()["ok"], 1.0)

    def test_a_document_of_16_megabytes_goes_there_and_back(self):
        link = self.link()
        size = 16 * 1024 * 1024 - len(encode({"_id": 1, "bytes": b""}))
        big = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        link.send(op_msg(body_section({"insert": "big", "$db": "test"}),
                         sequence_section("documents", [{"_id": 1, "bytes": big}])))
        self.assertEqual(link.reply()["n"], 1)
        self.assertEqual(link.run({"find": "big"})["cursor"]["firstBatch"][0]["bytes"], big)


class Hostile(WithServer):
    """What is wrong closes that connection at most; the server goes on."""

    def tearDown(self):
        self.assertEqual(self.link().run({"ping": 1}, "admin")["ok"], 1.0)

    def expect_closed(self, data):
        link = self.link()
        link.send(data)
        self.assertTrue(link.ended())

    def test_lengths_that_cannot_be(self):
        for length in (0, 15, -1, 48000001, 2**31 - 1):
            self.expect_closed(struct.pack("<iiii", length, 1, 0, OP_MSG))

    def test_opcodes_that_are_none(self):
        for opcode in (0, 1, 2001, 2002, 2005, 2014, -1):
            self.expect_closed(header(opcode, b"x" * 20))

    def test_other_protocols(self):
        self.expect_closed(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.expect_closed(os.urandom(4096))

    def test_unknown_required_flags_and_wrong_checksums(self):
        self.expect_closed(op_msg(body_section({"ping": 1, "$db": "admin"}), flags=4))
        self.expect_closed(op_msg(body_section({"ping": 1, "$db": "admin"}), b"\0\0\0\0", flags=1))

    def test_damaged_compression_and_bombs(self):
        zeros = zlib.compress(bytes(40_000_000), 9)
        self.expect_closed(op_compressed(OP_MSG, 100, 2, zeros))
        self.expect_closed(op_compressed(OP_MSG, 2**31 - 1, 2, zeros))
        self.expect_closed(op_compressed(OP_COMPRESSED, 100, 0, bytes(100)))
        self.expect_closed(op_compressed(OP_MSG, 100, 9, bytes(100)))

    def test_malformed_documents_are_answered_and_the_connection_goes_on(self):
        link = self.link()
        bad_type = bytearray(op_msg(body_section({"ping": 1, "$db": "admin"})))
        bad_type[25] = 0x42
        sys.setrecursionlimit(5000)
        deep = {}
        for _ in range(220):
            deep = {"a": deep}
        for message in (bytes(bad_type), op_msg(b""), op_msg(b"\7"), op_msg(body_section(deep))):
            link.send(message)
            reply = link.reply()
            self.assertEqual(reply["ok"], 0.0, reply)
            self.assertIn("codeName", reply)
        self.assertEqual(link.run({"ping": 1}, "admin")["ok"], 1.0)

    def test_half_a_message_and_gone(self):
        whole = op_msg(body_section({"ping": 1, "$db": "admin"}))
        for size in range(1, len(whole), 7):
            with Link(self.server.port) as link:
                link.send(whole[:size])

    def test_a_claimed_length_costs_no_memory(self):
        links = [self.link() for _ in range(50)]
        for link in links:
            link.send(struct.pack("<iiii", 48_000_000, 1, 0, OP_MSG) + b"x" * 1000)
        time.sleep(0.3)
        with open("/proc/%d/status" % self.server.process.pid) as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        self.assertLess(resident, 1_500_000, "50 claims of 48 MB must not be taken at their word")


class Busy(WithServer):
    def test_pings_are_answered_while_many_scan(self):
        link = self.link()
        for first in range(0, 60_000, 10_000):
            documents = [{"_id": i, "text": "x" * 100} for i in range(first, first + 10_000)]
            link.send(op_msg(body_section({"insert": "scanned", "$db": "test"}),
                             sequence_section("documents", documents)))
            self.assertEqual(link.reply()["n"], 10_000)
        done = threading.Event()
        scans = []

        def scan():
            with Link(self.server.port) as scanner:
                while not done.is_set():
                    scans.append(scanner.run({"find": "scanned", "filter": {"text": "y"}})["ok"])

        scanners = [threading.Thread(target=scan) for _ in range(16)]
        for scanner in scanners:
            scanner.start()
        try:
            slowest, pings, end = 0, 0, time.monotonic() + 60
            while (pings < 50 or len(scans) < 48) and time.monotonic() < end:
                pings += 1
                began = time.monotonic()
                self.assertEqual(link.run({"ping": 1}, "admin")["ok"], 1.0)
                self.assertEqual(link.run({"hello": 1}, "admin")["ok"], 1.0)
                slowest = max(slowest, time.monotonic() - began)
        finally:
            done.set()
            for scanner in scanners:
                scanner.join()
        self.assertGreaterEqual(len(scans), 48)
        self.assertEqual(set(scans), {1.0})
        self.assertLess(slowest, 2)


class Life(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="binary_test_")
        self.data = os.path.join(self.folder, "data")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()
            server.process.stdout.close()

    def serve(self, *arguments, environment=None):
        self.servers.append(Server(self.data, *arguments, environment=environment))
        return self.servers[-1]

    def test_stopping_under_load_loses_nothing_and_ends_with_0(self):
        server = self.serve()
        acknowledged = []

        def write(writer):
            try:
                with Link(server.port) as link:
                    for i in range(1_000_000):
                        key = "%d-%d" % (writer, i)
                        if link.run({"insert": "load", "documents": [{"_id": key}]}).get("n") == 1:
                            acknowledged.append(key)
            except (ConnectionError, OSError):
                pass

        writers = [threading.Thread(target=write, args=(w,)) for w in range(8)]
        for writer in writers:
            writer.start()
        time.sleep(1)
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 30)
        for writer in writers:
            writer.join()
        self.assertGreater(len(acknowledged), 10)
        again = self.serve()
        with Link(again.port) as link:
            for key in acknowledged[-200:]:
                found = link.run({"find": "load", "filter": {"_id": key}})["cursor"]["firstBatch"]
                self.assertEqual(len(found), 1, key)
        self.assertEqual(again.stop(signal.SIGINT), 0)
        check = run("check", self.data)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        self.assertIn("clean", check.stdout)

    def test_what_was_acknowledged_survives_kill_9(self):
        server = self.serve()
        with Link(server.port) as link:
            for i in range(200):
                self.assertEqual(link.run({"insert": "k", "documents": [{"_id": i}]})["n"], 1)
        server.stop(signal.SIGKILL)
        again = self.serve()
        with Link(again.port) as link:
            self.assertEqual(link.run({"count": "k", "query": {}})["n"], 200)
        self.assertEqual(again.stop(), 0)

    def test_idle_clients_do_not_hold_up_the_end(self):
        server = self.serve()
        links = [Link(server.port) for _ in range(20)]
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)
        for link in links:
            self.assertTrue(link.ended())
            link.close()

    def test_one_process_per_directory(self):
        server = self.serve()
        second = run("serve", "--data", self.data, "--port", "0")
        self.assertEqual(second.returncode, 2, second.stderr)
        self.assertIn(self.data, second.stderr)
        self.assertEqual(run("check", self.data).returncode, 2)
        self.assertEqual(server.stop(), 0)

    def test_an_address_in_use_says_so(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            second = run("serve", "--data", self.data, "--port", str(taken.getsockname()[1]))
        self.assertEqual(second.returncode, 2)
        self.assertIn("already in use", second.stderr)
        self.assertIn("--port", second.stderr)

    def test_settings_come_from_variables_and_a_file(self):
        config = os.path.join(self.folder, "cairn.yaml")
        with open(config, "w") as file:
            file.write("standalone: true\nslow-ms: 5\n")
        server = self.serve("--config", config, environment={"CAIRN_SLOW_MS": "7"})
        with Link(server.port) as link:
            self.assertNotIn("setName", link.run({"hello": 1}, "admin"))
            options = link.run({"getCmdLineOpts": 1}, "admin")
        self.assertIn("--config", options["argv"])
        self.assertEqual(options["parsed"]["slow-ms"], 7)
        self.assertEqual(server.stop(), 0)

    def test_mistakes_end_with_2_and_say_what_to_do(self):
        config = os.path.join(self.folder, "bad.yaml")
        with open(config, "w") as file:
            file.write("port: 1\nmemry: 1GB\n")
        for arguments, environment, said in (
                (["serve", "--config", config], {}, "unknown setting 'memry'"),
                (["serve", "--port", "many"], {}, "--port"),
                (["serve"], {"CAIRN_MEMORY": "lots"}, "CAIRN_MEMORY"),
                (["serve", "--no-such-flag"], {}, "--no-such-flag"),
                (["serve", "--data", "/proc/nowhere"], {}, "/proc/nowhere"),
                (["check", os.path.join(self.folder, "nothing")], {}, "nothing"),
                (["fly"], {}, "")):
            result = run(*arguments, environment=environment)
            self.assertEqual(result.returncode, 2, (arguments, result.stderr))
            self.assertIn(said, result.stderr + result.stdout)

    def test_help_has_examples(self):
        for arguments in (["--help"], ["serve", "--help"], ["check", "--help"]):
            result = run(*arguments)
            self.assertEqual(result.returncode, 0)
            self.assertIn("Examples:", result.stdout)
        self.assertRegex(run("version").stdout, r"^cairn \d+\.\d+\.\d+\n$")

    def test_the_log_is_one_json_object_a_line(self):
        import json
        log = os.path.join(self.folder, "cairn.log")
        server = self.serve("--log-file", log)
        with Link(server.port) as link:
            lines = link.run({"getLog": "global"}, "admin")["log"]
            self.assertTrue(any("Waiting for connections" in line for line in lines))
        self.assertEqual(server.stop(), 0)
        with open(log) as file:
            events = [json.loads(line) for line in file]
        messages = [event["msg"] for event in events]
        for expected in ("Waiting for connections", "Connection accepted", "Connection ended",
                         "Stopped"):
            self.assertIn(expected, messages)
        self.assertTrue(all({"t", "s", "c", "ctx", "msg"} <= set(event) for event in events))


if __name__ == "__main__":
    unittest.main(verbosity=2)
