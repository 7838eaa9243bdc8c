// IndexEntry: one index as the engine works with it, parsed once per definition.
//
// Immutable but for what all definitions of an index share (`shared`): which paths have met arrays,
// how often it was used, what writers note while it is built. Lives in a CollectionEntry.
// Thread-safety: all of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cairn/bson.h>
#include <cairn/status.h>

#include "engine/bson/collation.h"
#include "engine/bson/key_string.h"
#include "engine/bson/path.h"
#include "engine/catalog/build_log.h"
#include "engine/catalog/geo_spec.h"
#include "engine/catalog/multikey.h"
#include "engine/catalog/text_spec.h"
#include "engine/catalog/vector_spec.h"
#include "engine/match/matcher.h"
#include "engine/project/projection.h"
#include "engine/storage/family.h"
#include "engine/storage/uuid.h"
#include "index/key/layout.h"

namespace cairn {

enum class IndexState : std::uint8_t { kReady, kBuilding };

// Where an entry of an index says whose it is. In the key it may have many entries of one value; in
// the value it has one at most, so that uniqueness is one Get. An index is made with one layout and
// keeps it: what is made unique later (collMod) has its entries in the layout kInKey.
enum class RecordPlace : std::uint8_t { kInKey, kInValue };

struct IndexDefinition {
  std::string name;
  Keyspace keyspace = kNoKeyspace;
  Document spec;  // as listIndexes shows it: {v: 2, key: {…}, name: …, …}
  IndexState state = IndexState::kReady;
  std::uint8_t format = 1;  // version of the KS encoding
  RecordPlace record_place = RecordPlace::kInKey;
  // Of one that is being built: the same for all that one command makes. In memory only, as a build
  // is.
  Uuid build{};
};

// kVector: of a search index alone (CollectionDefinition::search_indexes).
enum class FieldKind : std::uint8_t {
  kOrdered,
  kHashed,
  kWildcard,
  kText,
  k2dsphere,
  k2d,
  kVector
};

// One field of a key pattern.
struct IndexField {
  std::string name;  // as in the key pattern: "a.b", "a.$**"
  // What is walked in a document. Of a wildcard field: what stands before "$**", or "" for all.
  FieldPath path;
  FieldKind kind = FieldKind::kOrdered;
  key::Direction direction = key::Direction::kAscending;
};

// The kind of a whole index: of its first field that is not kOrdered.
using IndexKind = FieldKind;

// What is kept in memory of an index beside its entries, by whoever searches it.
class IndexCache {
 public:
  IndexCache() = default;
  IndexCache(const IndexCache&) = delete;
  IndexCache& operator=(const IndexCache&) = delete;
  virtual ~IndexCache() = default;
};

inline bool is_geo(FieldKind kind) {
  return kind == FieldKind::k2dsphere || kind == FieldKind::k2d;
}

// What all definitions of an index share.
struct SharedIndexState {
  Multikey multikey;
  BuildLog build_log;
  // Of a build: documents looked at so far, and how many there are about.
  std::atomic<std::int64_t> build_done{0};
  std::atomic<std::int64_t> build_total{0};
  // Set before the commit that drops it: a snapshot taken before this was seen unset has the
  // index.
  std::atomic<bool> dropped{false};
  std::atomic<std::int64_t> uses{0};  // by plans; `$indexStats`
  Date since = Date::now();
  std::mutex cache_mutex;
  std::shared_ptr<IndexCache> cache;  // guarded by cache_mutex; null: none yet
};

class IndexEntry {
 public:
  // `spec` was checked when the index was made; an error here is in `broken`.
  IndexEntry(const IndexDefinition& definition, std::shared_ptr<SharedIndexState> shared);

  // Views into the definition that this was made of, which outlives it in the same CollectionEntry.
  const std::string& name() const { return definition_->name; }
  Keyspace keyspace() const { return definition_->keyspace; }
  DocumentView spec() const { return definition_->spec; }
  DocumentView key_pattern() const { return spec()["key"].as_document(); }
  // Plans use an index that is ready and not hidden.
  bool ready() const { return definition_->state == IndexState::kReady; }
  bool hidden() const { return hidden_; }

  IndexKind kind() const { return kind_; }
  const std::vector<IndexField>& fields() const { return fields_; }
  // The walked paths of the fields, in order.
  std::span<const FieldPath> paths() const { return paths_; }
  // For `decode_key`: names and directions. Of a wildcard index the key has one component more (the
  // path, before the wildcard field's value): see `wildcard_field`.
  std::span<const KeyField> key_fields() const { return key_fields_; }
  // The position of the wildcard field, or nullopt.
  std::optional<std::size_t> wildcard_field() const { return wildcard_field_; }
  // `_id` alone, ascending: the index that every collection has.
  bool is_id() const { return is_id_; }

  bool unique() const { return unique_; }
  // Whether writes must not add a second document with a key: unique, or about to become it.
  bool refuses_duplicates() const { return unique_ || prepare_unique_; }
  bool prepare_unique() const { return prepare_unique_; }
  bool sparse() const { return sparse_; }
  RecordPlace record_place() const {
    return is_id_ ? RecordPlace::kInValue : definition_->record_place;
  }
  // Which documents are in a partial index; nullptr: all.
  const match::Matcher* filter() const { return filter_ ? &*filter_ : nullptr; }
  // By which its strings are ordered; null: by bytes.
  const CollationPtr& collation() const { return collation_; }
  // Of a TTL index.
  std::optional<std::int64_t> expire_after_seconds() const { return expire_after_seconds_; }
  // Of a text index; else nullptr.
  const TextSpec* text() const { return text_ ? &*text_ : nullptr; }
  // Of an index of vectors; else nullptr.
  const VectorSpec* vectors() const { return vectors_ ? &*vectors_ : nullptr; }
  // Where its entries are.
  Family family() const { return kind_ == IndexKind::kVector ? Family::kAux : Family::kIdx; }
  // Of a geographic index; else nullptr.
  const GeoSpec* geo() const { return geo_ ? &*geo_ : nullptr; }
  // What of a document a wildcard index looks at; nullptr: all but `_id`.
  const project::Projection* projection() const { return projection_ ? &*projection_ : nullptr; }

  const Multikey& multikey() const { return shared_->multikey; }
  // For writers, builders and usage counts.
  SharedIndexState& shared() const { return *shared_; }
  const std::shared_ptr<SharedIndexState>& shared_state() const { return shared_; }
  // Why the index cannot be used; OK nearly always.
  const Status& broken() const { return broken_; }

 private:
  friend class CollectionEntry;
  void parse_fields();
  void parse_options();
  Status parse_expressions();
  Status parse_projection();

  const IndexDefinition* definition_;
  std::shared_ptr<SharedIndexState> shared_;  // with the definitions before and after this one
  IndexKind kind_ = IndexKind::kOrdered;
  std::vector<IndexField> fields_;
  std::vector<FieldPath> paths_;
  std::vector<KeyField> key_fields_;
  std::optional<std::size_t> wildcard_field_;
  bool is_id_ = false;
  bool unique_ = false;
  bool prepare_unique_ = false;
  bool sparse_ = false;
  bool hidden_ = false;
  std::optional<std::int64_t> expire_after_seconds_;
  std::optional<match::Matcher> filter_;
  std::optional<project::Projection> projection_;
  std::optional<TextSpec> text_;
  std::optional<VectorSpec> vectors_;
  std::optional<GeoSpec> geo_;
  CollationPtr collation_;
  Status broken_;
};

// The kind that a key pattern's value asks for: "hashed", "text", …; nullopt: no such kind.
std::optional<FieldKind> field_kind(std::string_view plugin);
// Whether a field of that name is a wildcard: "$**" or "a.b.$**".
bool is_wildcard_name(std::string_view name);

}  // namespace cairn
