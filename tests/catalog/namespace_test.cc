#include "engine/catalog/namespace.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

struct Case {
  std::string database;
  std::string collection;
  bool valid;      // may be named
  bool creatable;  // may be created too
};

TEST(Namespace, NamingRules) {
  const std::vector<Case> cases = {
      {"test", "c", true, true},
      {"test", "a.b.c", true, true},
      {"test", "ends.", true, true},
      {"test", "with space", true, true},
      {"", "c", false, false},
      {"a.b", "c", false, false},
      {"a b", "c", false, false},
      {"a/b", "c", false, false},
      {"a\\b", "c", false, false},
      {"a\"b", "c", false, false},
      {"a$b", "c", false, false},
      {std::string("a\0b", 3), "c", false, false},
      {std::string(63, 'd'), "c", true, true},
      {std::string(64, 'd'), "c", false, false},
      {"test", "", false, false},
      {"test", ".c", false, false},
      {"test", "a$b", false, false},
      {"test", std::string("a\0b", 3), false, false},
      {"test", std::string(250, 'c'), true, true},  // 255 bytes in all
      {"test", std::string(251, 'c'), true, false},
      {"test", "system.views", true, false},
      {"test", "system.profile", true, true},
      {"test", "system.anything", true, false},
      {"test", "systems", true, true},
  };
  for (const Case& one : cases) {
    const Namespace name{one.database, one.collection};
    EXPECT_EQ(check_namespace(name).ok(), one.valid) << name.to_string();
    EXPECT_EQ(check_creatable(name).ok(), one.creatable) << name.to_string();
    if (!one.creatable) {
      EXPECT_EQ(check_creatable(name).code(), ErrorCode::kInvalidNamespace);
    }
  }
}

TEST(Namespace, SplitsAtTheFirstDot) {
  const auto name = parse_namespace("db.a.b");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->database, "db");
  EXPECT_EQ(name->collection, "a.b");
  EXPECT_EQ(parse_namespace("nodot").status().code(), ErrorCode::kInvalidNamespace);
}

}  // namespace
}  // namespace cairn
