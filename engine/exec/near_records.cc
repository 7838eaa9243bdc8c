// Entries wait in the order of how near they may be, records in that of how near they are. A record
// is given when nothing that waits, and nothing that was not read yet, can be nearer.
#include "engine/exec/near_records.h"

#include "engine/exec/near_rings.h"
#include "engine/exec/record_set.h"
#include "engine/records/record_key.h"

#include <cairn/limits.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cairn::exec {
namespace {

constexpr std::size_t kUsuallyWanted = 101;  // a first batch
constexpr std::size_t kHeldBytes = 8 << 20;  // of documents that wait

struct Waiting {
  double distance;
  std::string key;
  std::string document;  // of a record; empty: to be read again
};

struct ComesLater {
  bool operator()(const Waiting& a, const Waiting& b) const {
    return a.distance > b.distance || (a.distance == b.distance && a.key > b.key);
  }
};

// Gives up what is on its top.
class Queue {
 public:
  bool empty() const { return heap_.empty(); }
  double distance() const { return heap_.front().distance; }
  std::size_t bytes() const { return bytes_; }

  void push(Waiting one) {
    bytes_ += bytes_of(one);
    heap_.push_back(std::move(one));
    std::push_heap(heap_.begin(), heap_.end(), ComesLater());
  }
  Waiting pop() {
    std::pop_heap(heap_.begin(), heap_.end(), ComesLater());
    Waiting one = std::move(heap_.back());
    heap_.pop_back();
    bytes_ -= bytes_of(one);
    return one;
  }
  void forget_documents() {
    for (Waiting& one : heap_) {
      bytes_ -= one.document.size();
      one.document = {};
    }
  }

 private:
  static std::size_t bytes_of(const Waiting& one) { return sizeof(one) + one.document.size(); }
  std::vector<Waiting> heap_;
  std::size_t bytes_ = 0;
};

class NearRecords final : public RecordSource {
 public:
  explicit NearRecords(NearRequest request)
      : request_(std::move(request)),
        near_(request_.scan->near),
        measure_(request_.measure == nullptr ? own_ : *request_.measure),
        rings_(request_.view, request_.collection, *request_.scan, measure_) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (true) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      if (is_certain()) {
        CAIRN_ASSIGN_OR_RETURN(const bool there, give(records_.pop()));
        if (there) return &record_;
      } else if (!entries_.empty() && entries_.distance() <= rings_.read_up_to()) {
        CAIRN_RETURN_IF_ERROR(look(entries_.pop().key));
      } else if (std::isinf(rings_.read_up_to())) {
        return static_cast<const Record*>(nullptr);
      } else {
        CAIRN_RETURN_IF_ERROR(read_ring(interrupt));
      }
    }
  }

  // What was read before may be another document now.
  void park() override {
    records_.forget_documents();
    pinned_.reset();
    request_.view->release();
    rings_.park();
  }
  ExamineCounts examined() const override {
    return {.keys = measure_.scan.keys, .documents = measure_.documents};
  }

 private:
  bool is_certain() const {
    return !records_.empty() && records_.distance() <= rings_.read_up_to() &&
           (entries_.empty() || records_.distance() <= entries_.distance());
  }

  Status read_ring(const Interrupt* interrupt) {
    const std::size_t usual = request_.wanted > 0 ? request_.wanted : kUsuallyWanted;
    const std::size_t wanted = given_ < usual ? usual : 2 * given_;
    return rings_.read(given_, wanted, interrupt, [&](double least, std::string_view key) {
      if (least <= near_.maximum()) entries_.push({least, std::string(key), {}});
      if (entries_.bytes() + records_.bytes() <= kMaxStageMemoryBytes) return Status();
      return Status(ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
                    "$near has more records to measure than fit into 104857600 bytes");
    });
  }

  // Reads the document of an entry and measures it.
  Status look(std::string key) {
    if (!seen_.add(key)) return Status();
    CAIRN_ASSIGN_OR_RETURN(const auto distance, read(key));
    if (!distance) return Status();
    Waiting one{*distance, std::move(key), {}};
    if (records_.bytes() + pinned_.view().size() <= kHeldBytes) one.document = pinned_.view();
    records_.push(std::move(one));
    ++measure_.rings.back().buffered;
    return Status();
  }

  // The document is in `pinned_`; nullopt: it is not there, or not within the bounds.
  Result<std::optional<double>> read(std::string_view key) {
    ++measure_.documents;
    CAIRN_ASSIGN_OR_RETURN(const bool there,
                           request_.view->frozen().get(Family::kDoc, key, pinned_));
    if (!there) return std::optional<double>();
    const auto found = near_.find(records::stored_document(pinned_.view()));
    return found ? std::optional(found->distance) : std::nullopt;
  }

  Result<bool> give(Waiting one) {
    given_record_ = std::move(one);
    if (given_record_.document.empty()) {
      CAIRN_ASSIGN_OR_RETURN(const auto distance, read(given_record_.key));
      if (!distance) return false;
      given_record_.document = pinned_.view();
    }
    record_ = {.key = given_record_.key,
               .document = records::stored_document(given_record_.document)};
    ++given_;
    ++measure_.returned;
    ++measure_.rings.back().returned;
    return true;
  }

  NearRequest request_;
  const match::Near& near_;
  NearMeasure own_;
  NearMeasure& measure_;
  NearRings rings_;
  Queue entries_;
  Queue records_;
  RecordSet seen_;
  PinnedValue pinned_;
  Waiting given_record_;
  Record record_;
  std::size_t given_ = 0;
};

}  // namespace

RecordSourcePtr near_records(NearRequest request) {
  return std::make_unique<NearRecords>(std::move(request));
}

}  // namespace cairn::exec
