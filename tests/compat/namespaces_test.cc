// Which names are names.
#include "compat/mongodb/arguments/namespaces.h"

#include <string>

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

TEST(Namespaces, Databases) {
  for (const char* good : {"a", "admin", "a-b_c", "ünï", "a:b", "$external-not"}) {
    if (std::string_view(good).find('$') != std::string_view::npos) continue;
    EXPECT_TRUE(check_database_name(good).ok()) << good;
  }
  for (const char* bad : {"", "a/b", "a\\b", "a.b", "a b", "a\"b", "a$b"}) {
    EXPECT_EQ(check_database_name(bad).code(), ErrorCode::kInvalidNamespace) << bad;
  }
  EXPECT_TRUE(check_database_name(std::string(63, 'x')).ok());
  EXPECT_FALSE(check_database_name(std::string(64, 'x')).ok());
  EXPECT_FALSE(check_database_name(std::string_view("a\0b", 3)).ok());
}

TEST(Namespaces, Collections) {
  for (const char* good : {"a", "a.b", "a b", "ünï", "system.users"}) {
    EXPECT_TRUE(check_collection_name("db", good).ok()) << good;
  }
  for (const char* bad : {"", ".a", "a$b", "$a"}) {
    EXPECT_EQ(check_collection_name("db", bad).code(), ErrorCode::kInvalidNamespace) << bad;
  }
  EXPECT_FALSE(check_collection_name("db", std::string_view("a\0b", 3)).ok());
  EXPECT_TRUE(check_collection_name("db", std::string(252, 'x')).ok());
  EXPECT_FALSE(check_collection_name("db", std::string(253, 'x')).ok());
}

TEST(Namespaces, TakenApartAtTheFirstDot) {
  EXPECT_EQ(split_namespace("db.a.b").database, "db");
  EXPECT_EQ(split_namespace("db.a.b").collection, "a.b");
  EXPECT_EQ(split_namespace("db").collection, "");
  EXPECT_EQ(full_name("db", "a.b"), "db.a.b");
}

}  // namespace
}  // namespace cairn::mongodb
