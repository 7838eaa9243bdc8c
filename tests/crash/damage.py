#!/usr/bin/env python3
"""Damages each kind of file of a data directory and asks `cairn check` and `cairn serve` about it.

Allowed is a clear error, or every document exactly as it was written. Not allowed: a document that
is silently gone or changed, a `check` that finds nothing where reading does, or an end by a signal.

Two directories are damaged: one left by SIGTERM, and one left by SIGKILL a moment after a write with
j: true, which has made everything before it durable and been noted as such (ten times a second, see
engine/storage/durability.h); so no damage to either may pass for an unwritten tail.
"""

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter

from content import Content
from server import CairnServer, Failure, refuse_crash, run_check

KINDS = (
    ("sst", r"\.sst$"),
    ("blob", r"\.blob$"),
    ("wal", r"^\d+\.log$"),
    ("manifest", r"^MANIFEST-"),
    ("current", r"^CURRENT$"),
    ("options", r"^OPTIONS-"),
    ("identity", r"^IDENTITY$"),
    ("info log", r"^LOG"),
    ("lock", r"^LOCK$"),
)
NEEDED = {"sst", "wal", "manifest", "current"}
SETTLE_SECONDS = 0.5
# What Cairn can do without: three ways are enough, and each must do no harm or be found.
SPARE = {"info log", "lock", "identity", "options", "cairn.lock"}


def kind_of(name):
    """A file of no known kind is a kind of its own: the engine's watermark and whatever comes later."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, name)), name)


# The ways to damage a file: each takes (path, random) and says what it did.


def flip_bit(path, chance):
    with open(path, "r+b") as file:
        place = chance.randrange(os.path.getsize(path))
        file.seek(place)
        old = file.read(1)[0]
        file.seek(place)
        file.write(bytes([old ^ (1 << chance.randrange(8))]))
    return f"bit flipped in byte {place} of {os.path.getsize(path)}"


def flip_bit_near_end(path, chance):
    """Where the newest records are, and a table's footer and index."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        place = size - 1 - chance.randrange(min(size, 200))
        file.seek(place)
        old = file.read(1)[0]
        file.seek(place)
        file.write(bytes([old ^ (1 << chance.randrange(8))]))
    return f"bit flipped in byte {place} of {size}"


def cut(path, chance):
    size = os.path.getsize(path)
    keep = chance.randrange(size)
    os.truncate(path, keep)
    return f"cut from {size} to {keep} bytes"


def cut_tail(path, chance):
    size = os.path.getsize(path)
    keep = size - 1 - chance.randrange(min(size, 64))
    os.truncate(path, keep)
    return f"cut from {size} to {keep} bytes"


def zero_block(path, chance):
    size = os.path.getsize(path)
    place = chance.randrange(size) // 512 * 512
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(bytes(min(512, size - place)))
    return f"block zeroed at {place} of {size}"


def empty(path, _):
    os.truncate(path, 0)
    return "emptied"


def remove(path, _):
    os.remove(path)
    return "removed"


DAMAGES = (flip_bit, flip_bit, flip_bit_near_end, cut, cut_tail, zero_block, empty, remove)


def make_directory(folder, seed, end):
    """A directory with flushed tables and a log, and what was written into it."""
    content = Content(seed)
    os.makedirs(folder)
    with CairnServer(folder=folder) as server:
        for part in range(3):  # each start flushes what the one before left in the log
            server.start_or_fail()
            content.write(server.port, part * 1000, 600)
            if end == "SIGTERM":
                server.stop_or_fail()
            else:
                time.sleep(SETTLE_SECONDS)
                server.kill()
    return server.data, content


def judge(original, content, relative, damage, chance):
    """Returns (what was done, whether it was found); raises Failure for silence or a crash."""
    with tempfile.TemporaryDirectory(prefix="cairn_damage_") as folder:
        checked, served = os.path.join(folder, "checked"), os.path.join(folder, "served")
        shutil.copytree(original, checked)
        what = f"{relative}: {damage(os.path.join(checked, relative), chance)}"
        os.mkdir(served)
        shutil.copytree(checked, os.path.join(served, "data"))
        try:
            code, text = run_check(checked)
            if code != 0 and not text.strip():
                raise Failure(f"`cairn check` exits with {code} and says nothing")
            reported = serve_and_read(served, content)
            if code == 0 and reported:
                raise Failure(f"`cairn check` is content, but {reported[:2]}")
        except Failure as failure:
            raise Failure(f"{what}: {failure}") from None
        return what, code != 0


class DamagedServer(CairnServer):
    """A server on a directory that is there already."""

    def __init__(self, folder):
        data = os.path.join(folder, "data")
        os.rename(data, data + ".damaged")
        super().__init__(folder=folder)
        os.rmdir(data)
        os.rename(data + ".damaged", data)

    def __exit__(self, *_):
        if self.process:
            self.kill()


def serve_and_read(folder, content):
    """What the server reported: nothing where everything could be read."""
    with DamagedServer(folder) as server:
        try:
            if not server.start():
                code, text = server.process.poll(), own_words(server.log_text())
                if code is None:
                    raise Failure("the server neither answers nor ends")
                if code == 0 or not text:
                    raise Failure(f"the server does not start, exits with {code} and says '{text}'")
                return [f"the server does not start: {text[-300:]}"]
            reported = content.errors(server.port)
            server.expect_running()
            return reported
        except (EOFError, OSError) as error:
            server.process.wait(10)
            raise Failure(
                f"the server broke off ({type(error).__name__}) and ended with {server.process.returncode}"
            ) from None
        finally:
            refuse_crash(server.process.poll(), server.log_text(), "cairn serve")


def own_words(log):
    """The server's output without the line in which the launcher notes its command."""
    return "\n".join(line for line in log.splitlines() if not line.startswith("--- ")).strip()


def damage_all(original, content, chance, repeat, found, tried):
    by_kind = {}
    for folder, _, names in os.walk(original):
        for name in names:
            path = os.path.join(folder, name)
            by_kind.setdefault(kind_of(name), []).append(
                (os.path.relpath(path, original), os.path.getsize(path))
            )
    filled = {kind for kind, files in by_kind.items() if any(size for _, size in files)}
    for kind, files in sorted(by_kind.items()):
        for damage in (flip_bit, empty, remove) if kind in SPARE else DAMAGES * repeat:
            usable = [name for name, size in files if size or damage is remove]
            if usable:
                what, detected = judge(original, content, chance.choice(usable), damage, chance)
                tried[kind] += 1
                found[kind] += detected
                print(f"  {'found   ' if detected else 'harmless'} {what}", flush=True)
    return filled


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument(
        "--repeat", type=int, default=1, help="how often each damage is done to each kind of file"
    )
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    found, tried, filled = Counter(), Counter(), set()
    try:
        with tempfile.TemporaryDirectory(prefix="cairn_damage_") as folder:
            for end in ("SIGTERM", "SIGKILL"):
                print(f"a directory left by {end}:")
                data, content = make_directory(os.path.join(folder, end), options.seed, end)
                pristine, text = run_check(data)
                if pristine != 0:
                    raise Failure(f"before any damage `cairn check` says {pristine}: {text}")
                filled |= damage_all(
                    data,
                    content,
                    random.Random(f"{options.seed}/{end}"),
                    options.repeat,
                    found,
                    tried,
                )
    except Failure as failure:
        print(f"FAILED with --seed {options.seed}: {failure}")
        return 1
    print(
        "found of tried: "
        + ", ".join(f"{kind} {found[kind]}/{tried[kind]}" for kind in sorted(tried))
    )
    blind = {kind for kind in NEEDED if not found[kind]}
    if NEEDED - filled or blind:
        print(
            f"FAILED: kinds of files that held nothing: {NEEDED - filled}; whose damage was never found: {blind}"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
