"""Many connections that each do little or nothing, and readers that never read."""

import resource
import socket
import time

from hostile_cases import PING
from server import Failure
from wire import Connection, message, op_msg

MEGABYTE = 1 << 20


def connections(port, count):
    """As many as our own limit on descriptors allows, at most count."""
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100
    return [Connection(port) for _ in range(min(count, room))]


def close(links):
    for link in links:
        link.close()


def idle(server, witness):
    """A thousand connections that say nothing, half of them after a handshake."""
    before = server.memory_bytes()
    links = connections(server.port, 1000)
    for link in links[::2]:
        link.command("admin", {"hello": 1})
    witness.expect_served("1,000 idle connections")
    each = (server.memory_bytes() - before) / len(links)
    print(f"  {len(links)} idle connections, {each / 1024:.1f} KiB each")
    if each > 256 * 1024:
        raise Failure(f"an idle connection costs {each / 1024:.0f} KiB")
    close(links)


def slow_senders(server, witness):
    """Two hundred connections that send a message byte by byte; each is answered in the end."""
    links, data = connections(server.port, 200), message(op_msg(PING))
    for place in range(len(data)):
        for link in links:
            link.send(data[place : place + 1])
        time.sleep(0.02)
        if place % 10 == 0:
            witness.expect_served("slow senders")
    for link in links:
        if link.document().get("ok") != 1:
            raise Failure("a message that came byte by byte was not answered")
    close(links)


def endless_frames(server, witness):
    """Connections that promise 47 MB and send a little: what was promised must not be taken already."""
    before = server.memory_bytes()
    links = connections(server.port, 60)
    for link in links:
        link.send(message(op_msg(PING), length=47_000_000) + bytes(1000))
    time.sleep(1)
    witness.expect_served("promises of 47 MB")
    grown = server.memory_bytes() - before
    print(f"  {len(links)} promises of 47 MB take {grown / MEGABYTE:.0f} MiB")
    if grown > 400 * MEGABYTE:
        raise Failure(f"{len(links)} frames of which 1 KB came take {grown / MEGABYTE:.0f} MiB")
    close(links)


def readers_that_never_read(server, witness):
    """Each asks for a hundred megabytes and reads none of it: answers must not pile up in memory."""
    with Connection(server.port) as link:
        link.command("hostile", {"drop": "big"}, check=False)
        for key in range(8):
            link.command(
                "hostile", {"insert": "big", "documents": [{"_id": key, "noise": bytes(MEGABYTE)}]}
            )
    before = server.memory_bytes()
    find = message(op_msg({"find": "big", "$db": "hostile", "batchSize": 100}))
    links = connections(server.port, 20)
    for link in links:
        link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.send(find * 15)
    for _ in range(10):
        time.sleep(0.2)
        witness.expect_served("readers that never read")
    grown = server.memory_bytes() - before
    print(
        f"  {len(links)} readers who asked for {len(links) * 15 * 8} MB take {grown / MEGABYTE:.0f} MiB"
    )
    if grown > 800 * MEGABYTE:
        raise Failure(f"answers that nobody reads take {grown / MEGABYTE:.0f} MiB")
    close(links)


def quick_comers(server, witness):
    """Three thousand connections that come, ask or not, and go."""
    for number in range(3000):
        with Connection(server.port) as link:
            if number % 3 == 0:
                link.send(message(op_msg(PING)))
            if number % 6 == 0:
                link.document()
    witness.expect_served("3,000 short connections")


CROWDS = (
    ("idle connections", idle),
    ("slow senders", slow_senders),
    ("endless frames", endless_frames),
    ("readers that never read", readers_that_never_read),
    ("quick comers", quick_comers),
)
