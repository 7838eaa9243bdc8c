#include "engine/catalog/sizes.h"

#include "engine/storage/keys.h"

namespace cairn {

CollectionStats collection_stats(const Reader& reader, const CollectionEntry& collection) {
  CollectionStats stats;
  if (collection.definition().view) return stats;
  stats.documents = collection.counters().documents();
  stats.bytes = collection.counters().bytes();
  if (const auto& limits = collection.rules().capped) {
    stats.capped = true;
    stats.capped_bytes = limits->bytes;
    stats.capped_documents = limits->documents;
  }
  const KeyspaceRange documents(collection.keyspace());
  stats.storage_bytes =
      static_cast<std::int64_t>(reader.approximate_bytes(Family::kDoc, documents.range()));
  for (const IndexDefinition& index : collection.indexes()) {
    const KeyspaceRange entries(index.keyspace);
    stats.index_bytes.emplace_back(index.name, static_cast<std::int64_t>(reader.approximate_bytes(
                                                   Family::kIdx, entries.range())));
    if (index.state == IndexState::kBuilding) stats.building.push_back(index.name);
  }
  return stats;
}

Document clustered_index(const CollectionEntry& collection) {
  DocumentBuilder index;
  const ValueView option = collection.definition().options["clusteredIndex"];
  if (option.is_document()) index.append_all(option.as_document());
  if (const Collation* const collation = collection.collation().get()) {
    index.append("collation", collation->specification());
  }
  index.append("expireAfterSeconds", collection.definition().options["expireAfterSeconds"]);
  return index.append("clustered", true).take();
}

}  // namespace cairn
