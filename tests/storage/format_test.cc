// Golden bytes of FORMAT.md. A test that fails here says: existing directories can no longer be
// read.
#include "tests/storage/scratch.h"

#include "engine/storage/data_directory.h"

namespace cairn {
namespace {

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

TEST(Format, Keys) {
  EXPECT_EQ(hex(RecordKey(0x01020304, 0x05060708090A0B0C)), "0102030405060708090a0b0c");
  EXPECT_EQ(hex(OpKey(0x6900000000000001)), "6900000000000001");
  EXPECT_EQ(hex(KeyspaceKey(258)), "00000102");
  std::string index;
  append_index_key(index, 258, "KS");
  EXPECT_EQ(hex(index), "000001024b53");
}

TEST(Format, MetaKeys) {
  EXPECT_EQ(hex(collection_key("db", "a.b")), "43646200612e6200");
  EXPECT_EQ(hex(counters_key(258)), "4e00000102");
  EXPECT_EQ(hex(dropped_key(258)), "4400000102");
  EXPECT_EQ(next_keyspace_key(), "K");
  EXPECT_EQ(last_unlogged_op_key(), "O");
  EXPECT_EQ(oplog_start_key(), "T");
  EXPECT_EQ(hex(session_key("SESSION", 2)), "5253455353494f4e00000002");
}

TEST(Format, Totals) {
  EXPECT_EQ(hex(encode_totals({.documents = 1, .bytes = -2, .highest_record_id = 3})),
            "0100000000000000feffffffffffffff0300000000000000");
}

TEST(Format, ChangeRecord) {
  Change change;
  change.kind = ChangeKind::kUpdate;
  change.keyspace = 7;
  change.collection = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  change.name = "d.c";
  change.document_key = "KEY";
  change.update = "UP";
  change.document = "DOC";
  std::string row;
  append_change_header(row, change, {.previous_op = 5, .wall_ms = 6, .last_of_commit = true});
  EXPECT_EQ(hex(row + "DOC"),
            "01750100070000000500000000000000060000000000000000010203040506070809"
            "0a0b0c0d0e0f03000000030000000200000003000000642e634b45595550444f43");
}

TEST(Format, ChangeRecordWithSession) {
  Change change;
  change.kind = ChangeKind::kNoop;
  change.session.emplace();
  change.session->lsid.fill(0xAA);
  change.session->txn_number = 2;
  change.session->statement_id = 3;
  change.in_transaction = true;
  std::string row;
  append_change_header(row, change, {.in_transaction = {.number = 4, .of = 5}});
  EXPECT_EQ(hex(row), "016e0e00" + std::string(104, '0') + std::string(96, 'a') +
                          "0200000000000000" + "03000000" + "0400000005000000");
}

TEST(Format, OwnFiles) {
  EXPECT_EQ(hex(frame_file("payload")), "434149524e0000017b8d2d5bf061fe327061796c6f6164");
  EXPECT_EQ(hex(encode_watermark(0x0102030405060708, {.number = 5, .bytes = 6, .hash = 7}, 9)),
            "434149524e0000015b7653df5baffd521400000000000e002c0004000c0014001c0024000e0000000807"
            "0605040302010900000000000000050000000000000006000000000000000700000000000000");
  // One written before the manifest was noted.
  EXPECT_EQ(hex(encode_watermark(0x0102030405060708, {}, 9)),
            "434149524e000001c821e414df94521d0c0000000800140004000c000800000008070605040302010900"
            "000000000000");
  Uuid uuid;
  uuid.fill(0x11);
  EXPECT_EQ(hex(encode_identity(1, uuid, 9)),
            "434149524e0000016df7280566402cce140000000000000000000a001800040008000c000a0000000100"
            "000010000000090000000000000000000000100000001111111111111111111111111111111"
            "1");
}

// A store names its families as FORMAT.md does, and its rows are where it says.
TEST(Format, RowsOfACommit) {
  auto storage = open_in_memory({.clock = [] { return std::int64_t{0x69000000} * 1000; }});
  WriteUnit unit;
  unit.put(Family::kDoc, RecordKey(1, 1), "DOC");
  unit.change({.kind = ChangeKind::kInsert, .keyspace = 1, .name = "d.c", .document = "DOC"});
  ASSERT_TRUE(storage->commits().commit(unit).ok());
  WriteUnit unlogged;
  Keyspaces::drop(unlogged, 5, 2);
  ASSERT_TRUE(storage->commits().commit(unlogged).ok());
  std::string rows;
  for (const Family family : {Family::kMeta, Family::kOplog}) {
    KeyCursor cursor = storage->latest().scan(family, {});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      rows += hex(cursor.key()) + "=" + hex(cursor.value()) + "\n";
    }
  }
  EXPECT_EQ(rows,
            "4400000005=00000002\n"
            "4f=6900000000000002\n"
            "6900000000000001=01690100010000000000000000000000000000289a010000" +
                std::string(32, '0') + "03000000000000000000000003000000642e63444f43\n");
}

}  // namespace
}  // namespace cairn
