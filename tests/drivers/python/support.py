"""Checks that count themselves, sections that stand alone, and the shared table of cases, for
every Python client test.

A section is a function `name(t, client, db)`; it gets an empty database of its own. A run passes
when every section passed
and each made at least one check. CAIRN_TEST_WITHOUT names sections to leave out (for looking at a
server that lacks
something); what is left out is printed.
"""

import asyncio
import os
import pathlib
import socket
import traceback

import bson
from bson import json_util

CASES = pathlib.Path(__file__).resolve().parent.parent / "cases.json"


class CheckFailed(Exception):
    pass


class Checks:
    """Each method is one check: it counts, and raises CheckFailed with what was expected."""

    def __init__(self):
        self.count = 0

    def true(self, condition, what):
        self.count += 1
        if not condition:
            raise CheckFailed(what)

    def equal(self, actual, expected, what):
        self.count += 1
        if type(actual) is not type(expected) or actual != expected:
            raise CheckFailed(f"{what}: expected {expected!r}, got {actual!r}")

    def contains(self, text, part, what):
        self.true(part in text, f"{what}: expected {part!r} in {text!r}")

    def error(self, raised, code, what, message=""):
        """`raised` is what `caught`/`caught_async` returned."""
        self.true(raised is not None, f"{what}: expected error {code}, got success")
        self.equal(getattr(raised, "code", None), code, f"{what} ({raised})")
        self.contains(str(raised), message, what)

    def same_bson(self, actual, expected, what):
        """Two lists of documents are the same bytes: types, order of fields, everything."""
        self.equal(
            [bson.encode(d) for d in actual],
            [bson.encode(d) for d in expected],
            f"{what}: {actual} != {expected}",
        )


def caught(kind, call, *arguments, **options):
    """The exception of that kind that the call raises, or None."""
    try:
        call(*arguments, **options)
    except kind as error:
        return error
    return None


async def caught_async(kind, awaitable):
    try:
        await awaitable
    except kind as error:
        return error
    return None


def cases():
    options = json_util.JSONOptions(document_class=bson.SON, tz_aware=False)
    return json_util.loads(CASES.read_text(encoding="utf-8"), json_options=options)


def with_options(uri, **options):
    separator = "&" if "?" in uri else "/?" if uri.count("/") == 2 else "?"
    return uri + separator + "&".join(f"{key}={value}" for key, value in options.items())


def restart_server(how="restart"):
    """Asks with_server.py for a restart; returns when the server answers again."""
    host, port = os.environ["CAIRN_CONTROL"].split(":")
    with socket.create_connection((host, int(port)), timeout=120) as link:
        link.sendall(f"{how}\n".encode())
        answer = link.makefile().readline().strip()
    if answer != "ok":
        raise CheckFailed(f"the server did not {how}: {answer!r}")


def is_standalone():
    """What with_server.py was told to start; asking the server would hide that it says the wrong
    thing."""
    return os.environ.get("CAIRN_TOPOLOGY") == "standalone"


def left_out():
    return os.environ.get("CAIRN_TEST_WITHOUT", "").split()


class Tally:
    """Outcomes of sections; `finish` prints the summary and gives the exit code."""

    def __init__(self, suite):
        self.suite, self.checks = suite, Checks()
        self.passed, self.failed, self.skipped = 0, 0, 0

    def skips(self, name):
        if name not in left_out():
            return False
        self.skipped += 1
        print(f"  left out  {name}", flush=True)
        return True

    def record(self, name, before, error):
        made = self.checks.count - before
        if error is None and made == 0:
            error = CheckFailed("made no check")
        if error is None:
            self.passed += 1
            print(f"  passed    {name} ({made} checks)", flush=True)
            return
        self.failed += 1
        print(f"  FAILED    {name} after {made} checks: {error}", flush=True)
        own = [
            f
            for f in traceback.extract_tb(error.__traceback__)
            if "site-packages" not in f.filename
        ]
        print("".join(traceback.format_list(own)[-4:]), flush=True)

    def finish(self):
        print(
            f"{self.suite}: {self.passed} sections passed, {self.failed} failed, "
            f"{self.skipped} left out, {self.checks.count} checks",
            flush=True,
        )
        return 0 if self.passed and self.checks.count and not self.failed else 1


def run_sections(suite, client, sections):
    tally = Tally(suite)
    for section in sections:
        name = section.__name__
        if tally.skips(name):
            continue
        before, error = tally.checks.count, None
        database = f"client_{suite}_{name}"[:60]
        try:
            client.drop_database(database)
            section(tally.checks, client, client[database])
            client.drop_database(database)
        except Exception as caught_error:  # A section may fail in any way; the next ones still run.
            error = caught_error
        tally.record(name, before, error)
    return tally.finish()


async def run_async_sections(suite, client, sections):
    tally = Tally(suite)
    for section in sections:
        name = section.__name__
        if tally.skips(name):
            continue
        before, error = tally.checks.count, None
        database = f"client_{suite}_{name}"[:60]
        try:
            await client.drop_database(database)
            await asyncio.wait_for(section(tally.checks, client, client[database]), 240)
            await client.drop_database(database)
        except Exception as caught_error:
            error = caught_error
        tally.record(name, before, error)
    return tally.finish()
