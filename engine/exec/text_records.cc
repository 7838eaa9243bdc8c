#include "engine/exec/text_records.h"

#include "engine/exec/id_lookup.h"
#include "engine/exec/index_walk.h"
#include "engine/exec/record_set.h"
#include "engine/exec/text_match.h"
#include "engine/exec/text_scores.h"
#include "engine/plan/text_scan.h"
#include "engine/records/keys/text_term.h"
#include "engine/records/record_key.h"
#include "index/key/decoder.h"

#include <cairn/limits.h>

#include <algorithm>
#include <deque>
#include <functional>

namespace cairn::exec {
namespace {

// The entries of one term, as a scan; their scores are behind `from_key`.
plan::IndexScan scan_of(const plan::TextScan& text, std::string_view term) {
  plan::IndexScan scan{.index = text.index};
  scan.direction = Direction::kBackward;  // the highest score first
  scan.has_range = true;
  scan.from_key = text.prefix;
  std::string scratch;
  {
    key::Encoder encoder(scan.from_key);
    encoder.begin(key::Direction::kAscending);
    encoder.string(records::text_term(term, scratch));
  }
  scan.up_to_key = scan.from_key;
  scan.up_to_key.push_back(static_cast<char>(key::Terminator::kGreater));
  return scan;
}

Result<double> score_of(const IndexWalk& walk) {
  key::Decoder decoder(walk.components().substr(walk.scan().from_key.size()), {});
  decoder.begin(key::Direction::kAscending);
  const auto token = decoder.next();
  if (token && token->kind == key::Token::Kind::kDouble) return token->real;
  if (token && token->kind == key::Token::Kind::kInt32) return static_cast<double>(token->integer);
  if (token && token->kind == key::Token::Kind::kInt64) return static_cast<double>(token->integer);
  return Status(ErrorCode::kInternalError,
                "malformed entry in index " + walk.scan().index->name() + ", run `cairn check`");
}

// What all ways to read have in common: documents that are looked at before they are given.
class Found : public RecordSource {
 public:
  explicit Found(TextRequest request)
      : request_(std::move(request)),
        measure_(request_.measure == nullptr ? own_ : *request_.measure),
        match_(*request_.scan->index, request_.scan->search) {
    measure_.scans.resize(request_.scan->search.index_terms().size());
    std::size_t at = 0;
    for (const std::string& term : request_.scan->search.index_terms()) {
      scans_.push_back(scan_of(*request_.scan, term));
      walks_.emplace_back(request_.view, request_.collection, scans_.back(), measure_.scans[at++]);
    }
  }

  ExamineCounts examined() const override {
    ExamineCounts counts{.documents = measure_.documents};
    for (const ScanMeasure& scan : measure_.scans) counts.keys += scan.keys;
    return counts;
  }

 protected:
  // Whether the record of `key_` is there and matches; it is in `record_` then.
  Result<bool> look(double score) {
    ++measure_.documents;
    CAIRN_ASSIGN_OR_RETURN(const bool there,
                           request_.view->frozen().get(Family::kDoc, key_, document_));
    if (!there) return false;
    record_ = {.key = key_, .document = records::stored_document(document_.view())};
    record_.text_score = score;
    const auto found = parked_once_ ? TextMatch::Found::kNo : TextMatch::Found::kYes;
    CAIRN_ASSIGN_OR_RETURN(const bool matches, match_.matches(record_.document, found));
    ++(matches ? measure_.matched : measure_.rejected);
    return matches;
  }

  // What was found before may be another document now.
  void let_go() {
    document_.reset();
    request_.view->release();
    parked_once_ = true;
  }

  TextRequest request_;
  TextMeasure own_;
  TextMeasure& measure_;
  TextMatch match_;
  std::deque<plan::IndexScan> scans_;  // of the terms, ascending
  std::deque<IndexWalk> walks_;
  std::string key_;
  PinnedValue document_;
  Record record_;
  bool parked_once_ = false;
};

class OneTerm final : public Found {
 public:
  using Found::Found;

  Result<const Record*> next(const Interrupt* interrupt) override {
    IndexWalk& walk = walks_.front();
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walk.advance(interrupt));
      if (!more) return static_cast<const Record*>(nullptr);
      ++walk.measure().returned;
      key_.clear();
      walk.append_record_key(key_);
      if (!seen_.add(key_)) continue;  // its score has changed while the query was parked
      CAIRN_ASSIGN_OR_RETURN(const double score, score_of(walk));
      CAIRN_ASSIGN_OR_RETURN(const bool matches, look(score));
      if (matches) return &record_;
    }
  }
  void park() override {
    walks_.front().park();
    let_go();
    parked_once_ = false;  // a walk reads entry and document in one state
  }

 private:
  RecordSet seen_;
};

class ManyTerms final : public Found {
 public:
  explicit ManyTerms(TextRequest request)
      : Found(std::move(request)), scores_(*request_.collection) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    if (!std::exchange(read_, true)) {
      for (IndexWalk& walk : walks_) CAIRN_RETURN_IF_ERROR(read_term(walk, interrupt));
      arrange();
    }
    while (true) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      if (left_ == 0) return static_cast<const Record*>(nullptr);
      const TextScore next = take();
      scores_.record_key(next.record, key_);
      CAIRN_ASSIGN_OR_RETURN(const bool matches, look(next.score));
      if (matches) return &record_;
    }
  }
  void park() override { let_go(); }

 private:
  static bool comes_later(const TextScore& a, const TextScore& b) {
    return a.score < b.score || (a.score == b.score && a.record > b.record);
  }

  Status read_term(IndexWalk& walk, const Interrupt* interrupt) {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walk.advance(interrupt));
      if (!more) break;
      ++walk.measure().returned;
      key_.clear();
      walk.append_record_key(key_);
      CAIRN_ASSIGN_OR_RETURN(const double score, score_of(walk));
      scores_.add(key_, score);
      if (scores_.bytes() > kMaxStageMemoryBytes) return too_many();
    }
    scores_.end_term();
    return Status();
  }

  static Status too_many() {
    return {ErrorCode::kQueryExceededMemoryLimitNoDiskUseAllowed,
            "$text has more records to score than fit into 104857600 bytes"};
  }

  // The best ones are wanted first, and mostly few of them: a heap, which is popped as they are
  // asked for.
  void arrange() {
    left_ = scores_.sums().size();
    measure_.scored = static_cast<std::int64_t>(left_);
    if (request_.scan->by_score)
      std::make_heap(scores_.sums().begin(), scores_.sums().end(), comes_later);
  }

  TextScore take() {
    std::vector<TextScore>& sums = scores_.sums();
    if (!request_.scan->by_score) return sums[sums.size() - left_--];
    std::pop_heap(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(left_), comes_later);
    return sums[--left_];
  }

  TextScores scores_;
  bool read_ = false;
  std::size_t left_ = 0;  // of the sums
};

class Both final : public RecordSource {
 public:
  Both(RecordSourcePtr found, RecordSourcePtr others, std::shared_ptr<const plan::TextScan> scan)
      : scan_(std::move(scan)), found_(std::move(found)), others_(std::move(others)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    if (!found_ended_) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, found_->next(interrupt));
      if (record != nullptr) {
        seen_.add(record->key);
        return record;
      }
      found_ended_ = true;
    }
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const Record* record, others_->next(interrupt));
      if (record == nullptr || seen_.add(record->key)) return record;
    }
  }
  void park() override {
    found_->park();
    others_->park();
  }
  ExamineCounts examined() const override {
    const ExamineCounts a = found_->examined();
    const ExamineCounts b = others_->examined();
    return {.keys = a.keys + b.keys, .documents = a.documents + b.documents};
  }

 private:
  std::shared_ptr<const plan::TextScan> scan_;  // the others borrow their filter and bounds from it
  RecordSourcePtr found_;
  RecordSourcePtr others_;
  RecordSet seen_;
  bool found_ended_ = false;
};

}  // namespace

RecordSourcePtr text_records(TextRequest request) {
  const std::size_t terms = request.scan->search.index_terms().size();
  if (terms == 0) return id_lookup(request.view->latest(), request.collection, {});
  if (terms == 1) return std::make_unique<OneTerm>(std::move(request));
  return std::make_unique<ManyTerms>(std::move(request));
}

RecordSourcePtr text_or_others(RecordSourcePtr found, RecordSourcePtr others,
                               std::shared_ptr<const plan::TextScan> scan) {
  return std::make_unique<Both>(std::move(found), std::move(others), std::move(scan));
}

}  // namespace cairn::exec
