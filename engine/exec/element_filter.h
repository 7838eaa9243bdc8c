// ElementFilter: the filters of a search among nested vectors, tried on the documents of one state
// of the store. `elements` sees of a document one element alone, under the array's name; `parents`
// the whole document. Documents are read when they are first asked about. Thread-safety: one
// thread.
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/read_view.h"
#include "engine/match/matcher.h"
#include "index/vector/search.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cairn::exec {

class ElementFilter final : public vector::IdFilter {
 public:
  // `array`: the field whose elements have the vectors. The matchers may be null, and outlive this,
  // as the view does.
  ElementFilter(const ReadViewPtr& view, Keyspace documents, std::string_view array,
                const match::Matcher* elements, const match::Matcher* parents);

  // Whether the element matches, of a document that `parents` admits. Errors: the matcher's.
  Result<bool> admits_element(DocumentView element) const;
  // By ids of elements (records::element_id). False where something cannot be read or evaluated.
  void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override;
  // What could not be; what was asked since the beginning is then not to be believed.
  const Status& status() const { return status_; }

 private:
  using Verdicts = std::vector<bool>;  // per element; those beyond it do not match
  static constexpr std::size_t kMostKnown = 16384;

  const Verdicts& of_record(RecordId record) const;
  Status find_out(RecordId record, Verdicts& verdicts) const;

  const ReadViewPtr& view_;
  const Keyspace documents_;
  const std::string array_;
  const match::Matcher* elements_;
  const match::Matcher* parents_;
  mutable std::unordered_map<RecordId, Verdicts> known_;
  mutable Status status_;
};

}  // namespace cairn::exec
