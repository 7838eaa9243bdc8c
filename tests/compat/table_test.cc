// The table of commands as a whole.
#include "compat/mongodb/command/command.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

TEST(Table, EveryNameOnce) {
  std::set<std::string_view> names;
  for (const Row* row : all_rows()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_EQ(find_row(row->name), row);
    for (std::string_view alias : row->aliases) {
      if (alias.empty()) continue;
      EXPECT_TRUE(names.insert(alias).second) << alias;
      EXPECT_EQ(find_row(alias), row);
    }
  }
}

TEST(Table, EveryRowIsWhole) {
  for (const Row* row : all_rows()) {
    EXPECT_LE(row->fields.size(), kMaxFields) << row->name;
    if (row->run == nullptr) continue;
    EXPECT_FALSE(row->help.empty()) << row->name;
    if (row->retryable) {
      EXPECT_EQ(row->access, Access::kWrite) << row->name;
    }
  }
}

TEST(Table, OldNames) {
  EXPECT_EQ(find_row("ismaster"), find_row("isMaster"));
  EXPECT_EQ(find_row("findandmodify"), find_row("findAndModify"));
  EXPECT_EQ(find_row("buildinfo"), find_row("buildInfo"));
  EXPECT_EQ(find_row("nosuch"), nullptr);
  EXPECT_EQ(find_row("atlasVersion"), nullptr);
}

}  // namespace
}  // namespace cairn::mongodb
