#include "engine/api/convert_to_capped.h"

#include "engine/api/find.h"
#include "engine/catalog/view.h"
#include "engine/write/insert.h"

#include <fmt/format.h>

namespace cairn::api {
namespace {

constexpr std::size_t kBatchDocuments = 1000;

Status no_source(const Namespace& name) {
  return {ErrorCode::kNamespaceNotFound,
          fmt::format("source collection {} does not exist", name.to_string())};
}

Status copy(Engine& engine, const Namespace& from, const Namespace& to,
            const Interrupt* interrupt) {
  CAIRN_ASSIGN_OR_RETURN(Cursor cursor, find(engine, from, {}, {}));
  WriteOptions options;
  options.bypass_document_validation = true;
  options.operation.interrupt = interrupt;
  write::Context context = engine.context();
  while (true) {
    std::vector<Document> kept;
    while (kept.size() < kBatchDocuments) {
      CAIRN_ASSIGN_OR_RETURN(const auto document, cursor.next(interrupt));
      if (!document) break;
      kept.emplace_back(*document);
    }
    if (kept.empty()) return Status();
    const std::vector<DocumentView> batch(kept.begin(), kept.end());
    CAIRN_ASSIGN_OR_RETURN(const InsertResult inserted, write::insert(context, to, batch, options));
    if (!inserted.errors.empty()) return inserted.errors.front().status;
  }
}

}  // namespace

Status clone_as_capped(Engine& engine, const Namespace& from, const Namespace& to,
                       std::int64_t bytes, const Interrupt* interrupt) {
  CAIRN_RETURN_IF_ERROR(check_namespace(from));
  const CollectionRef source = engine.catalog().find(from);
  if (source == nullptr) return no_source(from);
  if (source->definition().view) return is_a_view(*source);
  if (engine.catalog().find(to) != nullptr) {
    return {ErrorCode::kNamespaceExists,
            fmt::format("cloneCollectionAsCapped failed - destination collection {} already "
                        "exists. source collection: {}",
                        to.to_string(), from.to_string())};
  }
  const Document options = bytes <= INT32_MAX
                               ? document("capped", true, "size", static_cast<std::int32_t>(bytes))
                               : document("capped", true, "size", bytes);
  CAIRN_RETURN_IF_ERROR(engine.catalog().create(to, {.options = options}).status());
  Status copied = copy(engine, from, to, interrupt);
  if (!copied.ok()) CAIRN_RETURN_IF_ERROR(engine.catalog().drop(to).status());
  return copied;
}

Status convert_to_capped(Engine& engine, const Namespace& name, std::int64_t bytes,
                         const Interrupt* interrupt) {
  CAIRN_RETURN_IF_ERROR(check_namespace(name));
  const std::string temporary =
      fmt::format("tmp{}.convertToCapped.{}", ObjectId::generate().to_hex(), name.collection);
  const Namespace to{name.database, temporary};
  if (engine.catalog().find(name) == nullptr) return no_source(name);
  // Nobody writes to the collection meanwhile: what came in behind the copy would be lost.
  Status replaced = engine.catalog().replace(
      name, to, [&] { return clone_as_capped(engine, name, to, bytes, interrupt); });
  if (!replaced.ok() && engine.catalog().find(to) != nullptr) {
    CAIRN_RETURN_IF_ERROR(engine.catalog().drop(to).status());
  }
  return replaced;
}

}  // namespace cairn::api
