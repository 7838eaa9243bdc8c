// Definitions to and from the bytes of their meta rows (catalog.fbs).
#include <flatbuffers/flatbuffers.h>

#include "engine/catalog/catalog_generated.h"
#include "engine/catalog/collection.h"

namespace cairn {

namespace {

using Bytes8 = flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>;

Bytes8 put_document(flatbuffers::FlatBufferBuilder& builder, const Document& document) {
  return builder.CreateVector(document.view().data(), document.size());
}

using Indexes = flatbuffers::Vector<flatbuffers::Offset<flat::Index>>;

flatbuffers::Offset<Indexes> put_indexes(flatbuffers::FlatBufferBuilder& builder,
                                         const std::vector<IndexDefinition>& indexes) {
  std::vector<flatbuffers::Offset<flat::Index>> rows;
  for (const IndexDefinition& index : indexes) {
    const auto name = builder.CreateString(index.name);
    const auto spec = put_document(builder, index.spec);
    const auto state =
        index.state == IndexState::kBuilding ? flat::IndexState::Building : flat::IndexState::Ready;
    const auto record_place = index.record_place == RecordPlace::kInValue
                                  ? flat::RecordPlace::InValue
                                  : flat::RecordPlace::InKey;
    rows.push_back(
        flat::CreateIndex(builder, name, index.keyspace, spec, state, index.format, record_place));
  }
  return builder.CreateVector(rows);
}

Status corrupt(std::string_view key) {
  return {ErrorCode::kInternalError,
          "the store is corrupt: the catalog's row of " + std::string(key.substr(1))};
}

Result<Document> get_document(const flatbuffers::Vector<std::uint8_t>* bytes) {
  if (bytes == nullptr || bytes->size() == 0) return Document();
  return Document::from_bytes({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

Result<IndexDefinition> get_index(const flat::Index& index) {
  IndexDefinition definition;
  definition.name = index.name()->str();
  definition.keyspace = index.keyspace();
  CAIRN_ASSIGN_OR_RETURN(definition.spec, get_document(index.spec()));
  definition.state =
      index.state() == flat::IndexState::Building ? IndexState::kBuilding : IndexState::kReady;
  definition.format = index.format();
  definition.record_place = index.record_place() == flat::RecordPlace::InValue
                                ? RecordPlace::kInValue
                                : RecordPlace::kInKey;
  return definition;
}

// `rows` is null in a row that an older version wrote.
Status get_indexes(const Indexes* rows, std::vector<IndexDefinition>& indexes) {
  if (rows == nullptr) return Status();
  for (const flat::Index* row : *rows) {
    CAIRN_ASSIGN_OR_RETURN(IndexDefinition index, get_index(*row));
    indexes.push_back(std::move(index));
  }
  return Status();
}

}  // namespace

std::string encode_collection(const CollectionDefinition& definition) {
  flatbuffers::FlatBufferBuilder builder;
  const auto all = put_indexes(builder, definition.indexes);
  const auto search = put_indexes(builder, definition.search_indexes);
  const auto uuid = builder.CreateVector(definition.uuid.data(), definition.uuid.size());
  const auto options = put_document(builder, definition.options);
  builder.Finish(
      flat::CreateCollection(builder, definition.keyspace, uuid, options, all,
                             definition.created_op, definition.clustered, definition.view, search),
      flat::CollectionIdentifier());
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

Result<CollectionDefinition> decode_collection(std::string_view key, std::string_view value) {
  // FlatBuffers wants its buffers aligned; a value in a block is not.
  const std::vector<std::uint64_t> aligned = [value] {
    std::vector<std::uint64_t> words((value.size() + 7) / 8);
    value.copy(reinterpret_cast<char*>(words.data()), value.size());
    return words;
  }();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(aligned.data());
  flatbuffers::Verifier verifier(bytes, value.size());
  if (!flat::VerifyCollectionBuffer(verifier)) return corrupt(key);
  const flat::Collection* row = flat::GetCollection(bytes);
  CollectionDefinition definition;
  if (row->uuid()->size() != definition.uuid.size()) return corrupt(key);
  std::copy(row->uuid()->begin(), row->uuid()->end(), definition.uuid.begin());
  definition.keyspace = row->keyspace();
  definition.created_op = row->created_op();
  definition.clustered = row->clustered();
  definition.view = row->view();
  auto options = get_document(row->options());
  if (!options.ok()) return corrupt(key);
  definition.options = std::move(*options);
  if (!get_indexes(row->indexes(), definition.indexes).ok() ||
      !get_indexes(row->search_indexes(), definition.search_indexes).ok()) {
    return corrupt(key);
  }
  return definition;
}

}  // namespace cairn
