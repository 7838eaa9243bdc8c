#!/usr/bin/env python3
"""Directories a server cannot use as it would: a full disk, a read-only one, one that is in use.

    bad_places.py full_disk | read_only | in_use [--no-mounts]

Where the machine allows it, the disk is a tmpfs in a mount namespace of this process alone, which
vanishes with it: as root, or in a user namespace. Where it does not, a limit on file sizes stands
in for the full disk and permissions for the read-only one, and where nothing works the entry skips.
"""

import argparse
import ctypes
import os
import shutil
import socket
import sys
import tempfile
import time

from content import Content, read_all
from damage import own_words
from server import CairnServer, Failure, refuse_crash, run_cairn, run_check, skip
from wire import CommandError, Connection

DISK_BYTES, BALLAST_BYTES, FILE_BYTES = 256 << 20, 112 << 20, 24 << 20
DOCUMENT_BYTES = 100_000
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MNT_DETACH = 2
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)


def enter_namespace():
    """True once mounts of this process are its own. REQUIRES: no other thread runs yet."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNS) != 0:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0:
            return False
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {user} 1"),
            ("gid_map", f"0 {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    return libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0


def mount(source, target, kind, flags, options=None):
    result = libc.mount(source.encode(), target.encode(), kind, flags, options and options.encode())
    return result == 0


# A full disk.


def full_disk(mounts):
    folder = tempfile.mkdtemp(prefix="cairn_full_disk_")
    place = os.path.join(folder, "server")
    mounted = (
        mounts and enter_namespace() and mount("tmpfs", folder, b"tmpfs", 0, f"size={DISK_BYTES}")
    )
    os.mkdir(place)
    try:
        if mounted:
            print(f"a tmpfs of {DISK_BYTES >> 20} MiB")
            with open(os.path.join(folder, "ballast"), "wb") as file:
                file.write(bytes(BALLAST_BYTES))
        else:
            print(f"no mounts here: files may not grow past {FILE_BYTES >> 20} MiB instead")
        fill_and_recover(folder, place, mounted)
    finally:
        if mounted:
            libc.umount2(folder.encode(), MNT_DETACH)
        shutil.rmtree(folder, ignore_errors=True)


def limiting_binary(folder, binary):
    """A script that runs the server so that a write past the limit fails as on a full disk."""
    path = os.path.join(folder, "limited")
    with open(path, "w") as file:
        file.write(
            f"#!/bin/sh\ntrap '' XFSZ\nulimit -f {FILE_BYTES // 512}\nexec '{binary}' \"$@\"\n"
        )
    os.chmod(path, 0o700)
    return path


def fill_and_recover(folder, place, mounted):
    acknowledged, refused = {}, {}
    with CairnServer(folder=place) as server:
        server.log_path = (
            f"{folder}.log"  # the disk must fill with data, and the log still be written
        )
        unlimited = server.binary
        if not mounted:
            server.binary = limiting_binary(folder, unlimited)
        server.start_or_fail()
        with Connection(server.port, timeout=120) as link:
            fill(link, acknowledged, refused)
            print(
                f"{len(acknowledged)} documents acknowledged, then {next(iter(refused.values()))}"
            )
            keep_trying(link, acknowledged, refused)
            server.expect_running()
            expect_documents(link, acknowledged, refused)
            link.command("admin", {"ping": 1})
        server.kill()
        restart_while_full(server, acknowledged, refused)
        server.binary = unlimited
        if mounted:
            os.remove(os.path.join(folder, "ballast"))
        server.start_or_fail()
        with Connection(server.port) as link:
            expect_documents(link, acknowledged, refused)
            link.command("full", {"insert": "docs", "documents": [{"_id": "after"}]})
        server.stop_or_fail()
        server.check_or_fail()
        refuse_crash(0, server.log_text(), "cairn serve")
        os.remove(server.log_path)


def fill(link, acknowledged, refused):
    """Writes until the first error, which must be an answer and not a broken connection."""
    for number in range(2 * DISK_BYTES // DOCUMENT_BYTES):
        insert(link, {"_id": number, "noise": os.urandom(DOCUMENT_BYTES)}, acknowledged, refused)
        if refused:
            return
    raise Failure("the disk never filled up")


def insert(link, document, acknowledged, refused):
    try:
        answer = link.command("full", {"insert": "docs", "documents": [document]})
    except CommandError as error:
        if not error.code or len(str(error)) < 10:
            raise Failure(f"an unclear error: {error}") from None
        refused[document["_id"]] = str(error)
        return
    except (EOFError, OSError) as error:
        raise Failure(f"a write to a full disk broke the connection: {error!r}") from None
    problems = answer.get("writeErrors") or answer.get("writeConcernError")
    if problems:
        refused[document["_id"]] = str(problems)
    else:
        acknowledged[document["_id"]] = document


def keep_trying(link, acknowledged, refused):
    """Small writes may still fit: each is acknowledged or refused, none hangs."""
    for number in range(200):
        began = time.monotonic()
        insert(link, {"_id": f"late {number}", "noise": os.urandom(2000)}, acknowledged, refused)
        if time.monotonic() - began > 30:
            raise Failure("a write to a full disk hung")


def expect_documents(link, acknowledged, refused):
    """Acknowledged ones exactly; a refused one may be there (its fsync failed), whole or not at all."""
    found = read_all(link, "full", "docs")
    lost = [key for key, document in acknowledged.items() if found.get(key) != document]
    strange = found.keys() - acknowledged.keys() - refused.keys()
    if lost or strange:
        raise Failure(
            f"{len(lost)} acknowledged documents lost or wrong ({lost[:5]}), never written: {list(strange)[:5]}"
        )


def restart_while_full(server, acknowledged, refused):
    """May refuse to start, clearly, or start and serve reads."""
    if server.start():
        with Connection(server.port) as link:
            expect_documents(link, acknowledged, refused)
        print("starts on the full disk and serves reads")
        server.kill()
        return
    code = server.process.poll()
    refuse_crash(code, server.log_text(), "cairn serve")
    if not code:
        raise Failure(
            f"on the full disk the server neither runs nor reports an error (exit code {code})"
        )
    print("refuses to start on the full disk: " + own_words(server.log_text())[-200:])


# A read-only directory.


def read_only(mounts):
    with CairnServer() as server:
        content = Content(5)
        server.start_or_fail()
        content.write(server.port, 0, 200)
        server.stop_or_fail()
        undo = make_read_only(server.data, mounts)
        command = ["serve", "--data", server.data, "--port", str(server.port)]
        try:
            expect_refusal(
                command,
                ("read-only", "read only", "permission", "denied", "erofs", "eacces"),
                server.data,
            )
            code, text = run_check(server.data)
            print(f"`cairn check` there: {code}, {text.strip()[-200:]}")
        finally:
            undo()
        server.start_or_fail()
        content.expect_everything(server.port)
        server.stop_or_fail()
        server.check_or_fail()


def make_read_only(data, mounts):
    """Returns the function that makes it writable again."""
    if (
        mounts
        and enter_namespace()
        and mount(data, data, None, MS_BIND)
        and mount("none", data, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    ):
        print("a read-only mount")
        return lambda: mount("none", data, None, MS_REMOUNT | MS_BIND)
    if os.geteuid() == 0:
        shutil.rmtree(os.path.dirname(data), ignore_errors=True)
        skip("root may write everywhere, and no read-only mount can be made here")
    print("a directory without write permission")
    os.chmod(data, 0o500)
    return lambda: os.chmod(data, 0o700)


def expect_refusal(arguments, words, name):
    """The command must end soon, by itself, with an error code and a message that names the thing."""
    code, text = run_cairn(arguments, 60)
    if code == 0:
        raise Failure(f"`cairn {' '.join(arguments)}` ended with 0")
    if not any(word in text.lower() for word in words) or name not in text:
        raise Failure(
            f"`cairn {' '.join(arguments)}` ended with {code}, but its message names neither {name} nor any of {words}:\n{text}"
        )
    print(f"{arguments[0]} refuses with {code}: {text.strip().splitlines()[-1][:200]}")


# A directory, a port and a path in use.


def in_use(_):
    with CairnServer() as server:
        content = Content(6)
        server.start_or_fail()
        content.write(server.port, 0, 200)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            other_port = str(probe.getsockname()[1])
        words = ("lock", "in use", "another process", "already")
        for _ in range(3):
            expect_refusal(
                ["serve", "--data", server.data, "--port", other_port], words, server.data
            )
        expect_refusal(["check", server.data], words, server.data)
        with tempfile.TemporaryDirectory(prefix="cairn_in_use_") as folder:
            expect_refusal(
                ["serve", "--data", os.path.join(folder, "data"), "--port", str(server.port)],
                ("in use", "bind", "already"),
                str(server.port),
            )
            path = os.path.join(folder, "a file")
            with open(path, "w") as file:
                file.write("not a directory")
            expect_refusal(
                ["serve", "--data", path, "--port", other_port],
                ("directory", "not a", "file"),
                path,
            )
            if open(path).read() != "not a directory":
                raise Failure("the file in the directory's place was changed")
        content.write(server.port, 1000, 100)
        content.expect_everything(server.port)
        server.kill()  # what died by SIGKILL holds no lock
        server.start_or_fail()
        content.expect_everything(server.port)
        server.stop_or_fail()
        server.check_or_fail()


SCENARIOS = {"full_disk": full_disk, "read_only": read_only, "in_use": in_use}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument(
        "--no-mounts", action="store_true", help="do as if this machine allowed none"
    )
    options = parser.parse_args()
    try:
        SCENARIOS[options.scenario](not options.no_mounts)
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    except (EOFError, OSError) as error:
        print(f"FAILED: the server broke off: {error!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
