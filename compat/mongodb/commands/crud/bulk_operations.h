// The operations of a bulkWrite: `ops` and `nsInfo` taken apart.
// Thread-safety: values; views into the request.
#pragma once

#include <cairn/bson.h>
#include <cairn/collection.h>
#include <cairn/status.h>

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace cairn::mongodb {

struct BulkOperation {
  std::size_t collection = 0;  // into nsInfo
  // An insert's document, an update, or a delete.
  std::variant<DocumentView, UpdateStatement, DeleteStatement> what;

  const DocumentView* insert() const { return std::get_if<DocumentView>(&what); }
  const UpdateStatement* update() const { return std::get_if<UpdateStatement>(&what); }
  const DeleteStatement* remove() const { return std::get_if<DeleteStatement>(&what); }
};

// Errors: 40415, 40414, TypeMismatch, BadValue for an index past the end of nsInfo.
Result<std::vector<BulkOperation>> read_bulk_operations(std::span<const DocumentView> documents,
                                                        std::size_t collections);

// Full names, checked. Error: InvalidNamespace.
Result<std::vector<std::string_view>> read_bulk_namespaces(std::span<const DocumentView> documents);

}  // namespace cairn::mongodb
