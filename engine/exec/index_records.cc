#include "engine/exec/index_records.h"

#include "engine/bson/path.h"
#include "engine/exec/document_batch.h"
#include "engine/exec/entries.h"
#include "engine/exec/key_document.h"
#include "engine/exec/record_set.h"
#include "engine/records/record_key.h"

#include <algorithm>

namespace cairn::exec {
namespace {

// What all ways to read have in common: entries that pass the filter on their keys, each record
// once.
class Finding {
 public:
  explicit Finding(IndexRequest request)
      : request_(std::move(request)),
        measure_(request_.measure == nullptr ? own_ : *request_.measure) {
    measure_.scans.resize(request_.scans.size());
    entries_ = open_entries({.view = request_.view,
                             .collection = request_.collection,
                             .scans = &request_.scans,
                             .measures = &measure_.scans,
                             .merge_by = request_.merge_by ? &*request_.merge_by : nullptr});
    once_ = request_.scans.size() > 1;
    for (const plan::IndexScan& scan : request_.scans) {
      once_ = once_ || scan.multikey;
      if (scan.key_filter != nullptr && scan.index->kind() == FieldKind::kOrdered) {
        documents_.push_back(std::make_unique<KeyDocument>(*scan.index));
      } else {
        documents_.push_back(nullptr);
      }
    }
  }

  // The walk that stands on the next entry, whose record is in `record_key`; nullptr at the end.
  Result<IndexWalk*> next(const Interrupt* interrupt, std::string& record_key) {
    for (; request_.skip > 0; --request_.skip) {
      CAIRN_ASSIGN_OR_RETURN(const IndexWalk* const passed, find(interrupt, record_key));
      if (passed == nullptr) return static_cast<IndexWalk*>(nullptr);
      ++measure_.skipped;
    }
    return find(interrupt, record_key);
  }

  void park() {
    entries_->park();
    request_.view->release();
    parked_ = true;
  }

  Reader reader() { return request_.view->frozen(); }
  bool suspect() const { return request_.view->suspect; }
  const IndexRequest& request() const { return request_; }
  IndexMeasure& measure() { return measure_; }

  ExamineCounts examined() const {
    ExamineCounts counts{.documents = measure_.documents};
    for (const ScanMeasure& scan : measure_.scans) counts.keys += scan.keys;
    return counts;
  }

 private:
  Result<IndexWalk*> find(const Interrupt* interrupt, std::string& record_key) {
    if (std::exchange(parked_, false)) look_again();
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(IndexWalk* const walk, entries_->next(interrupt));
      if (walk == nullptr) return walk;
      if (walk->scan().key_filter != nullptr) {
        CAIRN_ASSIGN_OR_RETURN(const bool passed, passes(*walk));
        if (!passed) continue;
      }
      ++walk->measure().returned;
      record_key.clear();
      walk->append_record_key(record_key);
      if (!once_) return walk;
      ++measure_.dups_tested;
      if (seen_.add(record_key)) return walk;
      ++measure_.dups_dropped;
    }
  }

  Result<bool> passes(IndexWalk& walk) {
    const auto at = static_cast<std::size_t>(&walk.scan() - request_.scans.data());
    if (suspect()) return true;
    CAIRN_RETURN_IF_ERROR(documents_[at]->read(walk.components(), walk.type_bits(), bytes_));
    return walk.scan().key_filter->matches(records::stored_document(bytes_));
  }

  // An index may have met its first array in the meantime.
  void look_again() {
    for (plan::IndexScan& scan : request_.scans) {
      if (scan.generation == scan.index->multikey().generation()) continue;
      request_.view->suspect = true;
      once_ = true;
    }
  }

  IndexRequest request_;
  IndexMeasure own_;
  IndexMeasure& measure_;
  std::unique_ptr<Entries> entries_;
  std::vector<std::unique_ptr<KeyDocument>> documents_;  // of the scans that filter keys
  std::string bytes_;
  bool once_ = false;
  bool parked_ = false;
  RecordSet seen_;
};

class Fetched final : public RecordSource {
 public:
  explicit Fetched(IndexRequest request) : wanted_(request.wanted), finding_(std::move(request)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      if (at_ == count_) {
        CAIRN_RETURN_IF_ERROR(read_keys(interrupt));
        if (count_ == 0) return static_cast<const Record*>(nullptr);
      }
      if (!documents_.is_read()) CAIRN_RETURN_IF_ERROR(read_documents());
      const std::size_t at = at_++;
      const PinnedValue& document = documents_[at];
      if (!document.found()) continue;  // removed while the query was parked
      ++finding_.measure().documents;
      ++finding_.measure().found;
      record_ = {keys_[at], records::stored_document(document.view())};
      if (finding_.request().with_keys) {
        record_.index_key = records::stored_document(values_[at]);
      }
      return &record_;
    }
  }

  // The keys read ahead are kept, their documents are read again: they may be others by then.
  void park() override {
    documents_.forget();
    std::rotate(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(at_), keys_.end());
    if (!values_.empty()) {
      std::rotate(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(at_),
                  values_.end());
    }
    count_ -= at_;
    at_ = 0;
    if (count_ > 0) reread_ = true;
    finding_.park();
  }
  ExamineCounts examined() const override { return finding_.examined(); }

 private:
  Status read_keys(const Interrupt* interrupt) {
    documents_.forget();
    at_ = 0;
    count_ = 0;
    const std::size_t most = documents_.size_of_next(wanted_);
    if (keys_.size() < most) keys_.resize(most);
    while (count_ < most) {
      CAIRN_ASSIGN_OR_RETURN(const IndexWalk* walk, finding_.next(interrupt, keys_[count_]));
      if (walk == nullptr) break;
      if (finding_.request().with_keys) CAIRN_RETURN_IF_ERROR(keep_values(*walk));
      ++count_;
    }
    wanted_ -= std::min(wanted_, count_);
    return Status();
  }

  Status keep_values(const IndexWalk& walk) {
    values_.resize(keys_.size());
    KeyDocument values(*walk.scan().index, DottedFields::kByName);
    return values.read(walk.components(), walk.type_bits(), values_[count_]);
  }

  Status read_documents() {
    // What was found in an earlier state of the store may no longer match.
    if (std::exchange(reread_, false)) finding_.request().view->suspect = true;
    return documents_.read(finding_.reader(), {keys_.data(), count_});
  }

  std::size_t wanted_;  // records still to be read ahead; 0: not known
  Finding finding_;
  std::vector<std::string> keys_;    // read ahead: the first `count_`, in the order of the entries
  std::vector<std::string> values_;  // of their entries, where they are asked for
  std::size_t count_ = 0;
  std::size_t at_ = 0;  // of keys_: the next one to give
  bool reread_ = false;
  DocumentBatch documents_;  // of those
  Record record_;
};

// What reads at most one document for each key, when it comes to it.
class OneByOne : public RecordSource {
 public:
  void park() override {
    document_.reset();
    finding_.park();
  }
  ExamineCounts examined() const override { return finding_.examined(); }

 protected:
  explicit OneByOne(IndexRequest request) : finding_(std::move(request)) {}

  // To the next entry whose document is there, with that in `record_`; nullptr at the end.
  Result<IndexWalk*> next_document(const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(IndexWalk* const walk, finding_.next(interrupt, key_));
      if (walk == nullptr) return walk;
      record_ = {key_, DocumentView()};
      CAIRN_ASSIGN_OR_RETURN(const bool there, read());
      if (there) return walk;
    }
  }

  // The document of `key_`, into `record_`; false: there is none any more.
  Result<bool> read() {
    ++finding_.measure().documents;
    CAIRN_ASSIGN_OR_RETURN(const bool found, finding_.reader().get(Family::kDoc, key_, document_));
    if (found) record_.document = records::stored_document(document_.view());
    return found;
  }

  Finding finding_;
  std::string key_;
  PinnedValue document_;
  Record record_;
};

// Of each value of the index's first field one document that has it, among whatever else.
class Stepped final : public OneByOne {
 public:
  explicit Stepped(IndexRequest request)
      : OneByOne(std::move(request)),
        values_(*finding_.request().scans.front().index, DottedFields::kByName) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(IndexWalk* const walk, next_document(interrupt));
    if (walk == nullptr) return static_cast<const Record*>(nullptr);
    // Given even so: its other entries are dropped, as those of a record that is known.
    CAIRN_ASSIGN_OR_RETURN(const bool has, has_entry_of(*walk, record_.document));
    if (has && !finding_.suspect()) walk->leave_values(finding_.request().distinct_fields);
    ++finding_.measure().found;
    return &record_;
  }

 private:
  // A null in the index is also what a document without the field has.
  Result<bool> has_entry_of(const IndexWalk& walk, DocumentView document) {
    CAIRN_RETURN_IF_ERROR(values_.read(walk.components(), walk.type_bits(), bytes_));
    if (records::stored_document(bytes_).begin()->value.type() != BsonType::kNull) return true;
    return visit_values(document, walk.scan().index->paths().front(),
                        [](ValueView value) { return value.type() == BsonType::kNull; });
  }

  KeyDocument values_;
  std::string bytes_;
};

// Of each value of the index's first field the first document.
class Picked final : public OneByOne {
 public:
  explicit Picked(IndexRequest request) : OneByOne(std::move(request)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(IndexWalk* const walk, next_document(interrupt));
    if (walk == nullptr) return static_cast<const Record*>(nullptr);
    if (!finding_.suspect()) walk->leave_values(finding_.request().distinct_fields);
    ++finding_.measure().found;
    return &record_;
  }
};

// Without the documents, but for those of which the key does not say enough.
class FromKeys final : public OneByOne {
 public:
  explicit FromKeys(IndexRequest request) : OneByOne(std::move(request)) {
    if (finding_.request().reads == plan::Needs::kFields) {
      fields_.emplace(*finding_.request().scans.front().index);
    }
  }

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(IndexWalk* const walk, finding_.next(interrupt, key_));
      if (walk == nullptr) return static_cast<const Record*>(nullptr);
      ++finding_.measure().found;
      record_ = {key_, DocumentView()};
      if (finding_.suspect()) {
        CAIRN_ASSIGN_OR_RETURN(const bool there, read());
        if (!there) continue;
      } else if (fields_) {
        CAIRN_RETURN_IF_ERROR(fields_->read(walk->components(), walk->type_bits(), bytes_));
        record_.document = records::stored_document(bytes_);
        if (fields_->unsure()) CAIRN_RETURN_IF_ERROR(read().status());
        leave(*walk);
      }
      if (finding_.request().with_keys) CAIRN_RETURN_IF_ERROR(keep_values(*walk));
      return &record_;
    }
  }

 private:
  Status keep_values(const IndexWalk& walk) {
    KeyDocument values(*walk.scan().index, DottedFields::kByName);
    CAIRN_RETURN_IF_ERROR(values.read(walk.components(), walk.type_bits(), values_));
    record_.index_key = records::stored_document(values_);
    return Status();
  }

  // To the next different value. One that is missing in this document may be there in another that
  // has the same entry.
  void leave(IndexWalk& walk) const {
    const std::size_t fields = finding_.request().distinct_fields;
    if (fields == 0) return;
    const FieldPath& path = walk.scan().index->paths()[fields - 1];
    if (finding_.request().picks || !find_path(record_.document, path).missing())
      walk.leave_values(fields);
  }

  std::optional<KeyDocument> fields_;
  std::string bytes_;
  std::string values_;  // of the entry, where they are asked for
};

}  // namespace

RecordSourcePtr index_records(IndexRequest request) {
  if (request.reads == plan::Needs::kDocument && request.distinct_fields > 0) {
    if (request.picks) return std::make_unique<Picked>(std::move(request));
    return std::make_unique<Stepped>(std::move(request));
  }
  if (request.reads == plan::Needs::kDocument) return std::make_unique<Fetched>(std::move(request));
  return std::make_unique<FromKeys>(std::move(request));
}

}  // namespace cairn::exec
