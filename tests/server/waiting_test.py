#!/usr/bin/env python3
"""What waits, through raw sockets: getMores, writers and definitions; and what ends it."""
import struct
import threading
import time
import unittest
import uuid

from binary_test import WithServer
from mongo_wire import OP_MSG, Int64, Link, body_section, decode, op_msg

MORE_TO_COME, EXHAUST_ALLOWED = 2, 1 << 16
CURSOR_NOT_FOUND, CURSOR_IN_USE, CURSOR_KILLED, INTERRUPTED = 43, 143, 237, 11601
LOCK_TIMEOUT, MAX_TIME_EXPIRED = 24, 50


class Waiting(WithServer):
    def watch(self, link, collection):
        watch = {"aggregate": collection, "pipeline": [{"$changeStream": {}}], "cursor": {}}
        return link.run(watch)["cursor"]["id"]

    def get_more(self, cursor, collection, flags=0, **options):
        command = {"getMore": cursor, "collection": collection, **options, "$db": "test"}
        return op_msg(body_section(command), flags=flags, request_id=9)

    def insert(self, collection, *ids):
        with Link(self.server.port) as writer:
            writer.run({"insert": collection, "documents": [{"_id": one} for one in ids]})

    def flagged(self, link):
        """The next reply with its flags."""
        opcode, _, payload = link.receive()
        self.assertEqual(opcode, OP_MSG)
        return struct.unpack_from("<I", payload)[0], decode(payload, 5)

    def test_an_exhaust_cursor_is_sent_without_asking(self):
        self.insert("all", *range(10))
        link = self.link()
        cursor = link.run({"find": "all", "batchSize": 2})["cursor"]["id"]
        link.send(self.get_more(cursor, "all", EXHAUST_ALLOWED, batchSize=3))
        batches = []
        while True:
            flags, reply = self.flagged(link)
            batches.append([one["_id"] for one in reply["cursor"]["nextBatch"]])
            if not flags & MORE_TO_COME:
                break
        self.assertEqual(batches, [[2, 3, 4], [5, 6, 7], [8, 9]])
        self.assertEqual(reply["cursor"]["id"], 0)
        self.assertEqual(link.run({"ping": 1})["ok"], 1)

    def test_an_exhaust_cursor_that_fails_ends(self):
        self.insert("fails", *range(10))
        link = self.link()
        cursor = link.run({"find": "fails", "batchSize": 2})["cursor"]["id"]
        link.send(self.get_more(cursor, "wrong", EXHAUST_ALLOWED, batchSize=3))
        flags, reply = self.flagged(link)
        self.assertEqual((flags & MORE_TO_COME, reply["code"]), (0, 13))

    def test_an_exhaust_stream_goes_on_as_changes_come(self):
        link = self.link()
        cursor = self.watch(link, "exhaust")
        link.send(self.get_more(cursor, "exhaust", EXHAUST_ALLOWED, maxTimeMS=30000))
        seen = []
        for number in range(5):
            self.insert("exhaust", number)
            flags, reply = self.flagged(link)
            self.assertTrue(flags & MORE_TO_COME)
            seen += [one["documentKey"]["_id"] for one in reply["cursor"]["nextBatch"]]
        self.assertEqual(seen, list(range(5)))

    def test_without_the_flag_nothing_follows(self):
        self.insert("asked", *range(10))
        link = self.link()
        cursor = link.run({"find": "asked", "batchSize": 2})["cursor"]["id"]
        link.send(self.get_more(cursor, "asked", batchSize=3))
        self.assertEqual(self.flagged(link)[0], 0)

    def wait_with(self, collection):
        link = self.link()
        cursor = self.watch(link, collection)
        link.send(self.get_more(cursor, collection, maxTimeMS=60000))
        time.sleep(0.2)
        return link, cursor

    def test_one_request_at_a_time_waits_for_a_cursor(self):
        link, cursor = self.wait_with("used")
        other = self.link()
        other.send(self.get_more(cursor, "used"))
        self.assertEqual(other.reply()["code"], CURSOR_IN_USE)
        self.insert("used", 1)
        self.assertEqual(link.reply()["cursor"]["nextBatch"][0]["documentKey"], {"_id": 1})
        other.send(self.get_more(cursor, "used", maxTimeMS=100))
        self.assertEqual(other.reply()["cursor"]["nextBatch"], [])

    def test_a_cursor_that_is_killed_wakes_who_waits(self):
        link, cursor = self.wait_with("killed")
        kill = {"killCursors": "killed", "cursors": [cursor]}
        self.assertEqual(self.link().run(kill)["cursorsKilled"], [cursor])
        self.assertEqual(link.reply()["code"], CURSOR_KILLED)
        link.send(self.get_more(cursor, "killed"))
        self.assertEqual(link.reply()["code"], CURSOR_NOT_FOUND)

    def test_a_client_that_goes_ends_its_cursor(self):
        link, cursor = self.wait_with("left")
        link.close()
        deadline = time.monotonic() + 20
        other = self.link()
        while True:
            other.send(self.get_more(cursor, "left", maxTimeMS=100))
            reply = other.reply()
            if reply.get("code") != CURSOR_IN_USE or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        self.assertEqual(reply.get("code"), CURSOR_NOT_FOUND)

    def operations_on(self, collection):
        command = {"currentOp": 1, "ns": "test." + collection, "$db": "admin"}
        other = self.link()
        other.send(op_msg(body_section(command), request_id=9))
        return [one for one in other.reply()["inprog"] if one["active"]]

    def test_what_waits_is_seen_and_can_be_ended(self):
        link, cursor = self.wait_with("seen")
        (waiting,) = self.operations_on("seen")
        self.assertEqual(waiting["command"]["getMore"], cursor)
        self.insert("other", 1)  # looks, and waits again
        time.sleep(0.1)
        (still,) = self.operations_on("seen")
        self.assertEqual(still["opid"], waiting["opid"])
        other = self.link()
        other.send(op_msg(body_section({"killOp": 1, "op": waiting["opid"], "$db": "admin"}), request_id=9))
        self.assertEqual(other.reply()["ok"], 1)
        self.assertEqual(link.reply()["code"], INTERRUPTED)
        self.assertEqual(self.operations_on("seen"), [])
        link.send(self.get_more(cursor, "seen"))
        self.assertEqual(link.reply()["code"], CURSOR_NOT_FOUND)

    def expect_others_are_served(self):
        other = self.link(timeout=20)
        group = [{"$group": {"_id": None, "n": {"$sum": 1}}}]
        for number in range(3):
            self.assertEqual(other.run({"insert": "free", "documents": [{"n": number}]})["n"], 1)
            self.assertEqual(len(other.run({"find": "free", "limit": 1})["cursor"]["firstBatch"]), 1)
            self.assertEqual(len(other.run({"aggregate": "free", "pipeline": group, "cursor": {}})["cursor"]["firstBatch"]), 1)

    def test_writers_that_wait_for_a_transaction_keep_nobody_from_anything(self):
        self.insert("locked", 1)
        owner = self.link(timeout=20)
        session = {"lsid": {"id": uuid.uuid4()}, "txnNumber": Int64(1), "autocommit": False}
        increment = {"update": "locked", "updates": [{"q": {"_id": 1}, "u": {"$inc": {"n": 1}}}]}
        owner.run({**increment, "startTransaction": True, **session})
        writers = [self.link(timeout=20) for _ in range(30)]
        for number, writer in enumerate(writers):
            many = {"update": "locked", "updates": [{"q": {}, "u": {"$inc": {"n": 1}}, "multi": True}]}
            writer.send(op_msg(body_section({**(many if number % 2 else increment), "$db": "test"}), request_id=9))
        time.sleep(0.3)
        self.expect_others_are_served()
        (seen,) = owner.run({"find": "locked", **session})["cursor"]["firstBatch"]
        self.assertEqual(seen["n"], 1)
        owner.run({"commitTransaction": 1, **session}, database="admin")
        for writer in writers:
            self.assertEqual(writer.reply()["n"], 1)
        self.assertEqual(self.link().run({"find": "locked"})["cursor"]["firstBatch"], [{"_id": 1, "n": 31}])

    def begin(self, collection, link):
        """A transaction that has written to the collection; what its later commands say besides."""
        session = {"lsid": {"id": uuid.uuid4()}, "txnNumber": Int64(1), "autocommit": False}
        increment = {"update": collection, "updates": [{"q": {"_id": 1}, "u": {"$inc": {"n": 1}}}]}
        link.run({**increment, "startTransaction": True, **session})
        return session

    def create_index(self, collection, field, **options):
        index = {"key": {field: 1}, "name": field + "_1"}
        command = {"createIndexes": collection, "indexes": [index], **options, "$db": "test"}
        return op_msg(body_section(command), request_id=9)

    def test_definitions_that_wait_for_a_transaction_keep_nobody_from_anything(self):
        self.insert("defined", 1)
        owner = self.link(timeout=20)
        session = self.begin("defined", owner)
        definers = [self.link(timeout=20) for _ in range(20)]
        for number, definer in enumerate(definers):
            modify = {"collMod": "defined", "validationLevel": "moderate", "$db": "test"}
            definer.send(self.create_index("defined", f"f{number}") if number % 2 else
                         op_msg(body_section(modify), request_id=9))
        time.sleep(0.3)
        self.expect_others_are_served()
        self.insert("defined", 2)
        other = self.link(timeout=20)
        late = {"lsid": {"id": uuid.uuid4()}, "txnNumber": Int64(1), "autocommit": False}
        other.send(op_msg(body_section({"find": "defined", "startTransaction": True, **late, "$db": "test"}), request_id=9))
        refused = other.reply()
        self.assertEqual((refused["code"], refused["errorLabels"]), (LOCK_TIMEOUT, ["TransientTransactionError"]))
        (seen,) = owner.run({"find": "defined", "filter": {"_id": 1}, **session})["cursor"]["firstBatch"]
        self.assertEqual(seen["n"], 1)
        owner.run({"commitTransaction": 1, **session}, database="admin")
        for definer in definers:
            self.assertEqual(definer.reply()["ok"], 1)
        self.assertEqual(len(self.link().run({"listIndexes": "defined"})["cursor"]["firstBatch"]), 11)

    def test_a_definition_that_waits_can_be_ended(self):
        self.insert("ended", 1)
        owner = self.link(timeout=20)
        session = self.begin("ended", owner)
        link = self.link(timeout=20)
        link.send(self.create_index("ended", "a", maxTimeMS=100))
        self.assertEqual(link.reply()["code"], MAX_TIME_EXPIRED)
        link.send(self.create_index("ended", "b"))
        time.sleep(0.2)
        (waiting,) = self.operations_on("ended")
        self.link().run({"killOp": 1, "op": waiting["opid"]}, database="admin")
        self.assertEqual(link.reply()["code"], INTERRUPTED)
        link.send(self.create_index("ended", "c"))
        time.sleep(0.2)
        link.close()
        deadline = time.monotonic() + 20
        while self.operations_on("ended") and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.operations_on("ended"), [])
        owner.run({"commitTransaction": 1, **session}, database="admin")
        self.assertEqual(len(self.link().run({"listIndexes": "ended"})["cursor"]["firstBatch"]), 1)

    def test_a_transaction_that_is_left_open_delays_a_definition_for_its_time(self):
        self.insert("abandoned", 1)
        owner = self.link(timeout=20)

        def set_lifetime(seconds):
            owner.run({"setParameter": 1, "transactionLifetimeLimitSeconds": seconds}, database="admin")

        set_lifetime(1)
        self.begin("abandoned", owner)
        set_lifetime(60)
        began = time.monotonic()
        self.assertEqual(self.link(timeout=20).run({"drop": "abandoned"})["nIndexesWas"], 1)
        self.assertLess(time.monotonic() - began, 10)

    def test_indexes_that_are_there_are_answered_at_once(self):
        link = self.link(timeout=20)
        link.send(self.create_index("ensured", "a"))
        self.assertEqual(link.reply()["numIndexesAfter"], 2)
        self.insert("ensured", 1)
        owner = self.link(timeout=20)
        session = self.begin("ensured", owner)
        link.send(self.create_index("ensured", "a", maxTimeMS=5000))
        self.assertEqual(link.reply()["note"], "all indexes already exist")
        owner.run({"commitTransaction": 1, **session}, database="admin")

    def test_cursors_that_wait_in_a_thread_keep_nobody_from_anything(self):
        self.link().run({"create": "capped", "capped": True, "size": 100000})
        self.insert("capped", 1)
        links = [self.link(timeout=20) for _ in range(30)]
        for link in links:
            cursor = link.run({"find": "capped", "tailable": True, "awaitData": True})["cursor"]["id"]
            link.send(self.get_more(cursor, "capped", maxTimeMS=15000))
        time.sleep(0.3)
        self.expect_others_are_served()
        self.insert("capped", 2)
        for link in links:
            self.assertEqual(link.reply()["cursor"]["nextBatch"], [{"_id": 2}])

    def test_events_that_come_one_by_one_come_soon_and_in_order(self):
        links = [self.link() for _ in range(20)]
        cursors = [self.watch(link, "busy") for link in links]

        def write():
            with Link(self.server.port) as writer:
                for number in range(300):
                    writer.run({"insert": "busy", "documents": [{"_id": number}]})

        writer = threading.Thread(target=write)
        writer.start()
        for link, cursor in zip(links, cursors):
            seen = []
            while len(seen) < 300:
                link.send(self.get_more(cursor, "busy", maxTimeMS=20000))
                batch = link.reply()["cursor"]["nextBatch"]
                self.assertTrue(batch, len(seen))
                seen += [one["documentKey"]["_id"] for one in batch]
            self.assertEqual(seen, list(range(300)))
        writer.join()

    def test_a_batch_of_a_stream_ends_where_it_is_asked_to(self):
        link = self.link()
        cursor = self.watch(link, "small")
        self.insert("small", *range(5))
        seen, tokens = [], []
        for _ in range(5):
            link.send(self.get_more(cursor, "small", batchSize=1, maxTimeMS=20000))
            reply = link.reply()["cursor"]
            (event,) = reply["nextBatch"]
            seen.append(event["documentKey"]["_id"])
            tokens.append(reply["postBatchResumeToken"] == event["_id"])
        self.assertEqual((seen, tokens), (list(range(5)), [True] * 5))

    def test_a_batch_that_is_full_goes_on_behind_its_last_event(self):
        """The event that did not fit is not passed over by the token."""
        link = self.link()
        cursor = self.watch(link, "large")
        with Link(self.server.port) as writer:
            for number in range(5):
                document = {"_id": number, "text": "x" * (6 << 20)}
                writer.run({"insert": "large", "documents": [document]})
        link.send(self.get_more(cursor, "large", maxTimeMS=20000))
        reply = link.reply()["cursor"]
        self.assertEqual([one["documentKey"]["_id"] for one in reply["nextBatch"]], [0, 1])
        self.assertEqual(reply["postBatchResumeToken"], reply["nextBatch"][1]["_id"])
        resume = {"resumeAfter": reply["postBatchResumeToken"]}
        again = {"aggregate": "large", "pipeline": [{"$changeStream": resume}], "cursor": {}}
        first = self.link().run(again)["cursor"]["firstBatch"][0]
        self.assertEqual(first["documentKey"]["_id"], 2)


if __name__ == "__main__":
    unittest.main()
