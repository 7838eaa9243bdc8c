// The bytes of golden_keys.txt are on users' disks: this test fails if the format drifts.
#include "tests/index/key_model.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace cairn::key {
namespace {

struct Row {
  int line = 0;
  std::string script;
  std::string key;
  std::string type_bits;
};

// "script => key" or "script => key / type bits"; # starts a comment line.
std::vector<Row> read_rows() {
  const char* root = std::getenv("CAIRN_SOURCE_DIR");
  std::ifstream file(std::string(root != nullptr ? root : ".") + "/tests/index/golden_keys.txt");
  EXPECT_TRUE(file) << "golden_keys.txt: not found";
  std::vector<Row> rows;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text[0] == '#') continue;
    const std::size_t arrow = text.find(" => ");
    if (arrow == text.npos) {
      ADD_FAILURE() << "golden_keys.txt:" << line << ": no \" => \"";
      continue;
    }
    const std::string bytes = text.substr(arrow + 4);
    const std::size_t slash = std::min(bytes.find(" / "), bytes.size());
    rows.push_back({line, text.substr(0, arrow), bytes.substr(0, slash),
                    slash < bytes.size() ? bytes.substr(slash + 3) : ""});
  }
  return rows;
}

TEST(KeyGolden, BytesDoNotDrift) {
  const auto rows = read_rows();
  EXPECT_GT(rows.size(), 100U);
  for (const Row& row : rows) {
    const Encoded encoded = encode(parse_script(row.script));
    EXPECT_EQ(to_hex(encoded.key), row.key) << "golden_keys.txt:" << row.line << ": " << row.script;
    EXPECT_EQ(to_hex(encoded.type_bits), row.type_bits)
        << "golden_keys.txt:" << row.line << ": " << row.script;
  }
}

TEST(KeyGolden, BytesDecodeToTheirValues) {
  for (const Row& row : read_rows()) {
    const Key key = parse_script(row.script);
    std::vector<Direction> directions;
    for (const auto& [direction, value] : key) directions.push_back(direction);
    std::vector<Model> decoded;
    ASSERT_TRUE(decode(from_hex(row.key), from_hex(row.type_bits), directions, decoded))
        << row.script;
    for (std::size_t i = 0; i < key.size(); ++i) {
      EXPECT_TRUE(identical(decoded[i], key[i].second))
          << "golden_keys.txt:" << row.line << ": " << row.script;
    }
  }
}

}  // namespace
}  // namespace cairn::key
