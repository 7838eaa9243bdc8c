#include "engine/aggregate/foreign.h"

#include "engine/aggregate/read_figures.h"

#include "engine/bson/key_string.h"
#include "engine/records/record_key.h"

#include <cairn/limits.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace cairn::aggregate {
namespace {

constexpr std::size_t kForeignChunkBytes = 1 << 20;
// So many values are looked up by a plan each before everything is read.
constexpr std::size_t kFewValues = 2;
// A lookup by an index costs as much as reading this many documents.
constexpr std::int64_t kDocumentsPerLookup = 8;
// What a value in the table costs beside its key.
constexpr std::size_t kEntryBytes = 64;

DocumentView document_at(const std::uint8_t* bytes) { return DocumentView(bytes); }

// Bytes at stable addresses.
class Bytes {
 public:
  std::string_view keep(std::string_view bytes) {
    if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < bytes.size()) {
      chunks_.emplace_back().reserve(std::max(kForeignChunkBytes, bytes.size()));
    }
    std::string& chunk = chunks_.back();
    const std::size_t at = chunk.size();
    chunk.append(bytes);
    size_ += bytes.size();
    return {chunk.data() + at, bytes.size()};
  }
  std::size_t size() const { return size_; }

 private:
  std::deque<std::string> chunks_;
  std::size_t size_ = 0;
};

// Equal bytes exactly for values that are equal to the collation; missing is null.
void assign_key(ValueView value, const Collation* collation, std::string& key) {
  key.clear();
  key::Encoder encoder(key);
  encoder.begin(key::Direction::kAscending);
  append_key(value, encoder, collation);
}

}  // namespace

// All documents, by the values of the field.
class Foreign::Table {
 public:
  Table(const FieldPath& field, const Collation* collation)
      : field_(field), collation_(collation) {}

  void add(DocumentView document) {
    const std::string_view kept = documents_bytes_.keep(document.bytes());
    const auto index = static_cast<std::uint32_t>(documents_.size());
    documents_.push_back(document_at(reinterpret_cast<const std::uint8_t*>(kept.data())));
    visit_path(documents_.back(), field_, LeafArray::kExpand, [&](const PathValue& found) {
      assign_key(found.value, collation_, key_);
      link(index);
      return false;
    });
  }

  std::size_t bytes() const {
    return documents_bytes_.size() + keys_.size() + documents_.size() * sizeof(DocumentView) +
           by_key_.size() * kEntryBytes + links_.size() * sizeof(Link);
  }

  void find(std::span<const ValueView> values, bool by_value, std::vector<DocumentView>& found) {
    if (values.size() == 1) {
      assign_key(values[0], collation_, key_);
      return each(key_, [&](std::uint32_t index) { found.push_back(documents_[index]); });
    }
    std::vector<std::string> keys;
    for (const ValueView value : values) {
      assign_key(value, collation_, key_);
      keys.push_back(key_);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::uint32_t> indexes;
    for (const std::string& key : keys) {
      each(key, [&](std::uint32_t index) { indexes.push_back(index); });
    }
    if (!by_value) std::sort(indexes.begin(), indexes.end());
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
    for (const std::uint32_t index : indexes) found.push_back(documents_[index]);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Link {
    std::uint32_t document;
    std::uint32_t next;
  };
  struct Chain {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };

  // The document is one of those of `key_`.
  void link(std::uint32_t document) {
    auto entry = by_key_.find(key_);
    if (entry == by_key_.end()) entry = by_key_.try_emplace(keys_.keep(key_)).first;
    Chain& chain = entry->second;
    if (chain.last != kNone && links_[chain.last].document == document) return;
    const auto at = static_cast<std::uint32_t>(links_.size());
    links_.push_back({document, kNone});
    if (chain.last != kNone) links_[chain.last].next = at;
    if (chain.first == kNone) chain.first = at;
    chain.last = at;
  }

  template <typename Use>
  void each(std::string_view key, Use use) const {
    const auto entry = by_key_.find(key);
    if (entry == by_key_.end()) return;
    for (std::uint32_t at = entry->second.first; at != kNone; at = links_[at].next) {
      use(links_[at].document);
    }
  }

  const FieldPath& field_;
  const Collation* collation_;  // null: by bytes
  Bytes documents_bytes_;
  std::vector<DocumentView> documents_;  // in their natural order
  Bytes keys_;
  std::unordered_map<std::string_view, Chain> by_key_;
  std::vector<Link> links_;
  std::string key_;
};

// Documents by their `_id`s, straight from storage.
class Foreign::Ids {
 public:
  Ids(Environment& environment, CollectionRef collection)
      : reader_(environment.engine.reader()),
        collection_(std::move(collection)),
        reads_(environment.reads) {}

  Status find(std::span<const ValueView> values, std::vector<DocumentView>& found) {
    order_.assign(values.begin(), values.end());
    if (order_.size() > 1) {
      std::sort(order_.begin(), order_.end(),
                [](ValueView a, ValueView b) { return compare(a, b) < 0; });
      const auto equal = [](ValueView a, ValueView b) { return compare(a, b) == 0; };
      order_.erase(std::unique(order_.begin(), order_.end(), equal), order_.end());
    }
    if (documents_.size() < order_.size()) documents_.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      id_.assign(*collection_, order_[i]);
      CAIRN_ASSIGN_OR_RETURN(const bool there, records::get_by_id(reader_, *collection_, id_,
                                                                  record_key_, documents_[i]));
      if (there) found.push_back(records::stored_document(documents_[i].view()));
    }
    if (reads_ != nullptr) tell(found.size());
    return Status();
  }

 private:
  void tell(std::size_t found) {
    const auto documents = static_cast<std::int64_t>(found);
    const bool index = collection_->id_index() != nullptr;
    reads_->add_lookup(*collection_, {.keys = index ? documents : 0, .documents = documents});
  }

  Reader reader_;
  CollectionRef collection_;
  ReadFigures* reads_;
  std::vector<ValueView> order_;
  std::deque<PinnedValue> documents_;
  records::IdKey id_;
  std::string record_key_;
};

Foreign::Foreign(Environment& environment, FieldPath field)
    : environment_(environment), field_(std::move(field)) {
  if (!environment.collection.empty() && environment.prefix.empty()) {
    collection_ = environment.engine.find(environment.name());
  }
  by_id_ = collection_ != nullptr && collection_->finds_by_id() && field_.text() == "_id" &&
           environment.around.collation == nullptr;
  if (by_id_) ids_ = std::make_unique<Ids>(environment, collection_);
}

Foreign::~Foreign() = default;

// A value costs a look into an index.
bool Foreign::is_indexed() const {
  if (by_id_) return true;
  if (collection_ == nullptr) return false;
  const Collation* const collation = environment_.around.collation.get();
  return std::any_of(collection_->index_entries().begin(), collection_->index_entries().end(),
                     [&](const IndexEntry& index) {
                       return index.ready() && !index.hidden() && !index.sparse() &&
                              index.filter() == nullptr && index.paths().front() == field_ &&
                              index.fields().front().kind == FieldKind::kOrdered &&
                              same_collation(index.collation().get(), collation);
                     });
}

Result<std::span<const DocumentView>> Foreign::find(std::span<const ValueView> values,
                                                    const Interrupt* interrupt) {
  found_.clear();
  CAIRN_ASSIGN_OR_RETURN(Table * all, table(values.size(), interrupt));
  if (all != nullptr) {
    all->find(values, by_id_, found_);
  } else if (by_id_) {
    CAIRN_RETURN_IF_ERROR(ids_->find(values, found_));
  } else {
    CAIRN_RETURN_IF_ERROR(find_equal(values, interrupt));
  }
  return std::span<const DocumentView>(found_);
}

Result<Foreign::Table*> Foreign::table(std::size_t values, const Interrupt* interrupt) {
  if (table_ != nullptr || too_large_) return table_.get();
  const std::size_t asked = std::exchange(asked_, asked_ + values);
  std::size_t few = kFewValues;
  if (collection_ != nullptr) {
    const CollectionCounters& counters = collection_->counters();
    too_large_ = counters.bytes() > static_cast<std::int64_t>(kMaxStageMemoryBytes);
    if (is_indexed()) few += static_cast<std::size_t>(counters.documents() / kDocumentsPerLookup);
  }
  if (asked < few || too_large_) return static_cast<Table*>(nullptr);
  auto made = std::make_unique<Table>(field_, environment_.around.collation.get());
  CAIRN_ASSIGN_OR_RETURN(Pipeline everything, Pipeline::parse(DocumentView(), environment_));
  CAIRN_ASSIGN_OR_RETURN(const StreamPtr stream, everything.open());
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, stream->next(interrupt));
    if (!document) break;
    made->add(*document);
    too_large_ = made->bytes() > kMaxStageMemoryBytes || !held_.hold(made->bytes()).ok();
    if (!too_large_) continue;
    held_.release();
    return static_cast<Table*>(nullptr);
  }
  table_ = std::move(made);
  return table_.get();
}

Result<std::span<const DocumentView>> Foreign::find_in(std::span<const ValueView> values,
                                                       const Interrupt* interrupt) {
  found_.clear();
  DocumentBuilder stages;  // an array: [{$match: {field: {$in: [value, …]}}}]
  stages.begin_document("0").begin_document("$match").begin_document(field_.text());
  stages.begin_array("$in");
  for (const ValueView value : values) stages.push(value);
  stages.end().end().end().end();
  CAIRN_RETURN_IF_ERROR(find_by_plan(stages.take(), interrupt));
  return std::span<const DocumentView>(found_);
}

Status Foreign::find_equal(std::span<const ValueView> values, const Interrupt* interrupt) {
  DocumentBuilder stages;  // an array: [{$match: {$or: [{field: {$eq: value}}, …]}}]
  stages.begin_document("0").begin_document("$match").begin_array("$or");
  for (const ValueView value : values) {
    stages.push_document().begin_document(field_.text());
    stages.append("$eq", value).end().end();
  }
  stages.end().end().end();
  return find_by_plan(stages.take(), interrupt);
}

Status Foreign::find_by_plan(const Document& stages, const Interrupt* interrupt) {
  CAIRN_ASSIGN_OR_RETURN(Pipeline pipeline, Pipeline::parse(stages, environment_));
  CAIRN_ASSIGN_OR_RETURN(const StreamPtr stream, pipeline.open());
  return keep_all(*stream, interrupt);
}

Status Foreign::keep_all(Stream& stream, const Interrupt* interrupt) {
  bytes_.clear();
  while (true) {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, stream.next(interrupt));
    if (!document) break;
    bytes_.append(document->bytes());
    if (bytes_.size() > kMaxStageMemoryBytes) {
      return {location(4568), "Total size of documents matching exceeds 104857600 bytes"};
    }
  }
  const auto* at = reinterpret_cast<const std::uint8_t*>(bytes_.data());
  for (const auto* end = at + bytes_.size(); at != end; at += document_at(at).size()) {
    found_.push_back(document_at(at));
  }
  return Status();
}

}  // namespace cairn::aggregate
