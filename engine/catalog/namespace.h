// Names of databases and collections, and MongoDB's rules for them. Source: MongoDB's manual,
// "Naming Restrictions".
#pragma once

#include <string>
#include <string_view>

#include <cairn/status.h>

namespace cairn {

// "db.coll", borrowed; the collection may contain dots.
struct Namespace {
  std::string_view database;
  std::string_view collection;

  std::string to_string() const;
  friend bool operator==(const Namespace&, const Namespace&) = default;
};

// Splits at the first dot. Error: InvalidNamespace where there is none.
Result<Namespace> parse_namespace(std::string_view text);

// Where MongoDB keeps a database's views. Here they are among the collections, and this name can
// only be read.
inline constexpr std::string_view kViewsCollection = "system.views";

// The oplog as clients read it. It is in no catalog, and nobody writes to it.
inline constexpr Namespace kOplog{"local", "oplog.rs"};

// What any command may name. Error: InvalidNamespace.
Status check_database_name(std::string_view name);
Status check_namespace(const Namespace& name);
// What may be written to. Error: InvalidNamespace.
Status check_writable(const Namespace& name);
// What may be created besides: no unknown `system.` collection. Error: InvalidNamespace.
Status check_creatable(const Namespace& name);

}  // namespace cairn
