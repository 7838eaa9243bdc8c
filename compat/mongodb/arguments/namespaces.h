// Names of databases and collections: what MongoDB allows, and how it says no (InvalidNamespace).
// Thread-safety: pure functions.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <string>
#include <string_view>

namespace cairn::mongodb {

struct Namespace {
  std::string_view database;
  std::string_view collection;
};

Status check_database_name(std::string_view name);
// The server's own are none of a transaction's. Error: OperationNotSupportedInTransaction.
Status check_transaction_database(std::string_view name);
Status check_collection_name(std::string_view database, std::string_view name);

// A collection as a command's first argument.
Result<std::string_view> collection_argument(std::string_view database, ValueView value);

// "database.collection" taken apart at the first dot; either part may be empty.
Namespace split_namespace(std::string_view full_name);

std::string full_name(std::string_view database, std::string_view collection);

}  // namespace cairn::mongodb
