// Record ids are drawn from between the first and the last one; an id without a record is drawn in
// vain. So every document is as likely as any other, wherever deletes have left holes.
#include "engine/aggregate/random_documents.h"

#include "engine/aggregate/random_source.h"
#include "engine/exec/still_there.h"
#include "engine/records/record_key.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <unordered_set>
#include <utility>

namespace cairn::aggregate {
namespace {

constexpr std::int64_t kLeastDocuments = 100;
constexpr std::int64_t kLeastShare = 20;  // one in so many at the most
// A drawn record costs as much as so many that a scan passes.
constexpr std::uint64_t kScannedPerDrawn = 8;
constexpr std::size_t kBatch = 64;

struct Ids {
  RecordId first = 0;
  RecordId last = 0;

  std::uint64_t count() const { return last - first + 1; }
};

std::optional<RecordId> end_of(const Reader& reader, const KeyspaceRange& range,
                               Direction direction) {
  KeyCursor cursor = reader.scan(Family::kDoc, range.range(), {.direction = direction});
  cursor.seek_first();
  if (!cursor.valid()) return std::nullopt;
  return record_id_of(cursor.key());
}

std::optional<Ids> ids_of(const Reader& reader, const CollectionEntry& collection) {
  const KeyspaceRange range(collection.keyspace());
  const auto first = end_of(reader, range, Direction::kForward);
  const auto last = end_of(reader, range, Direction::kBackward);
  if (!first || !last || *last < *first) return std::nullopt;
  return Ids{*first, *last};
}

class Drawn final : public Stream {
 public:
  Drawn(Reader reader, CollectionRef collection, Ids ids, std::uint64_t wanted,
        const Environment& environment)
      : environment_(environment),
        reader_(reader),
        collection_(std::move(collection)),
        ids_(ids),
        wanted_(wanted),
        // Far more than it should take: whoever deletes everything meanwhile does not hold us up.
        tries_left_(kScannedPerDrawn * 4 * ids.count() + 1000) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (given_ == wanted_) return std::optional<DocumentView>();
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    while (at_ == found_.size()) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      if (tries_left_ == 0) return std::optional<DocumentView>();
      CAIRN_RETURN_IF_ERROR(draw());
    }
    ++given_;
    know(batch_[found_[at_]]);
    return std::optional<DocumentView>(records::stored_document(documents_[found_[at_++]].view()));
  }
  const expr::Metadata* metadata() const override { return &metadata_; }

  // What was drawn and not given may be drawn again.
  void park() override {
    for (; at_ < found_.size(); ++at_) taken_.erase(batch_[found_[at_]]);
    found_.clear();
    at_ = 0;
    documents_.clear();
    parked_ = true;
  }

 private:
  void know(RecordId id) {
    if (environment_.asks(expr::MetaKind::kRecordId)) {
      metadata_.record_id = Value::int64(static_cast<std::int64_t>(id));
    }
    if (!environment_.asks(expr::MetaKind::kRandom)) return;
    // So many random numbers in descending order, one after the other.
    std::uniform_real_distribution<double> any(0, 1);
    const auto left = static_cast<double>(wanted_ - given_ + 1);
    metadata_.random = metadata_.random.value_or(1) * std::pow(any(random_), 1 / left);
  }

  // A batch of ids that were not drawn before, and their records in random order.
  Status draw() {
    at_ = 0;
    found_.clear();
    batch_.clear();
    std::uniform_int_distribution<RecordId> any(ids_.first, ids_.last);
    const std::size_t enough =
        static_cast<std::size_t>(std::min<std::uint64_t>(kBatch, wanted_ - given_));
    while (batch_.size() < enough && tries_left_ > 0) {
      --tries_left_;
      const RecordId id = any(random_);
      if (taken_.insert(id).second) batch_.push_back(id);
    }
    std::sort(batch_.begin(), batch_.end());
    CAIRN_RETURN_IF_ERROR(fetch());
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      if (documents_[i].found()) found_.push_back(i);
    }
    std::shuffle(found_.begin(), found_.end(), random_);
    return Status();
  }

  Status fetch() {
    std::vector<RecordKey> keys;
    std::vector<std::string_view> views;
    keys.reserve(batch_.size());
    for (const RecordId id : batch_) keys.emplace_back(collection_->keyspace(), id);
    for (const RecordKey& key : keys) views.push_back(key.view());
    documents_ = std::vector<PinnedValue>(batch_.size());
    return reader_.multi_get(Family::kDoc, views, documents_);
  }

  const Environment& environment_;
  expr::Metadata metadata_;
  Reader reader_;
  CollectionRef collection_;
  Ids ids_;
  std::uint64_t wanted_;
  std::uint64_t given_ = 0;
  std::uint64_t tries_left_;
  std::mt19937_64 random_ = seeded_generator();
  std::unordered_set<RecordId> taken_;
  std::vector<RecordId> batch_;         // ascending
  std::vector<PinnedValue> documents_;  // of those, or not found
  std::vector<std::size_t> found_;      // places in the batch, in the order in which they are given
  std::size_t at_ = 0;
  bool parked_ = false;
};

}  // namespace

StreamPtr open_drawn(const Front& front, const ParsedStage& behind,
                     const Environment& environment) {
  if (environment.engine.transaction != nullptr || behind.row->name != "$sample" ||
      front.taken > 0 || !environment.hint.missing()) {
    return nullptr;
  }
  const CollectionRef collection = environment.engine.find(environment.name());
  if (collection == nullptr || collection->definition().view ||
      collection->definition().clustered) {
    return nullptr;
  }
  const std::int64_t size = behind.specification.as_document()["size"].to_int64_clamped();
  const std::int64_t documents = collection->counters().documents();
  if (documents < kLeastDocuments || size > documents / kLeastShare) return nullptr;
  const Reader reader = environment.engine.storage.latest();
  const std::optional<Ids> ids = ids_of(reader, *collection);
  if (!ids) return nullptr;
  const auto wanted = static_cast<std::uint64_t>(size);
  const double drawn = static_cast<double>(wanted) * static_cast<double>(ids->count()) /
                       static_cast<double>(documents);
  if (drawn * kScannedPerDrawn > static_cast<double>(documents)) return nullptr;
  return std::make_unique<Drawn>(reader, collection, *ids, wanted, environment);
}

}  // namespace cairn::aggregate
