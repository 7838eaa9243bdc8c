// The table of commands: the families' lists in CMake, and the names that are known but not
// supported.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/commands/unsupported.h"

#include <unordered_map>
#include <vector>

namespace cairn::mongodb {

#define CAIRN_ROW(entry) extern const Row row_##entry;
#include "compat/mongodb/commands/admin/table.inc"
#include "compat/mongodb/commands/auth/table.inc"
#include "compat/mongodb/commands/catalog/table.inc"
#include "compat/mongodb/commands/crud/table.inc"
#include "compat/mongodb/commands/diagnostic/table.inc"
#include "compat/mongodb/commands/handshake/table.inc"
#include "compat/mongodb/commands/search/table.inc"
#include "compat/mongodb/commands/session/table.inc"
#undef CAIRN_ROW

namespace {

constexpr const Row* kSupported[] = {
#define CAIRN_ROW(entry) &row_##entry,
#include "compat/mongodb/commands/admin/table.inc"
#include "compat/mongodb/commands/auth/table.inc"
#include "compat/mongodb/commands/catalog/table.inc"
#include "compat/mongodb/commands/crud/table.inc"
#include "compat/mongodb/commands/diagnostic/table.inc"
#include "compat/mongodb/commands/handshake/table.inc"
#include "compat/mongodb/commands/search/table.inc"
#include "compat/mongodb/commands/session/table.inc"
#undef CAIRN_ROW
};

struct Table {
  std::vector<const Row*> rows;
  std::unordered_map<std::string_view, const Row*> by_name;

  Table() : rows(std::begin(kSupported), std::end(kSupported)) {
    for (const Row& row : unsupported_rows()) rows.push_back(&row);
    for (const Row* row : rows) {
      by_name.emplace(row->name, row);
      for (std::string_view alias : row->aliases) {
        if (!alias.empty()) by_name.emplace(alias, row);
      }
    }
  }
};

const Table& table() {
  static const Table kTable;  // built from constants once, never changed
  return kTable;
}

}  // namespace

const Row* find_row(std::string_view name) {
  const auto found = table().by_name.find(name);
  return found == table().by_name.end() ? nullptr : found->second;
}

std::span<const Row* const> all_rows() { return table().rows; }

}  // namespace cairn::mongodb
