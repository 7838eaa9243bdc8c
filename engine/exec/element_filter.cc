#include "engine/exec/element_filter.h"

#include "engine/records/record_key.h"
#include "engine/records/vector_log.h"

#include <utility>

namespace cairn::exec {

ElementFilter::ElementFilter(const ReadViewPtr& view, Keyspace documents, std::string_view array,
                             const match::Matcher* elements, const match::Matcher* parents)
    : view_(view), documents_(documents), array_(array), elements_(elements), parents_(parents) {}

Result<bool> ElementFilter::admits_element(DocumentView element) const {
  if (elements_ == nullptr) return true;
  const Document alone = document(array_, element);
  return elements_->matches(alone);
}

void ElementFilter::ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Verdicts& verdicts = of_record(records::record_of_element(ids[i]));
    const std::uint32_t element = records::number_of_element(ids[i]);
    matches[i] = element < verdicts.size() && verdicts[element] ? 1 : 0;
  }
}

const ElementFilter::Verdicts& ElementFilter::of_record(RecordId record) const {
  if (known_.size() >= kMostKnown && !known_.contains(record)) known_.clear();
  const auto [known, first] = known_.try_emplace(record);
  if (!first || !status_.ok()) return known->second;
  Status found = find_out(record, known->second);
  if (!found.ok()) {
    status_ = std::move(found);
    known->second.clear();
  }
  return known->second;
}

Status ElementFilter::find_out(RecordId record, Verdicts& verdicts) const {
  std::string key;
  append_u32(key, documents_);
  append_u64(key, record);
  PinnedValue stored;
  CAIRN_ASSIGN_OR_RETURN(const bool found, view_->frozen().get(Family::kDoc, key, stored));
  if (!found) return Status();
  const DocumentView document = records::stored_document(stored.view());
  if (parents_ != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(const bool admitted, parents_->matches(document));
    if (!admitted) return Status();
  }
  const ValueView array = document[array_];
  if (!array.is_array()) return Status();
  for (const Element& element : array.as_document()) {
    bool admitted = element.value.is_document();
    if (admitted) {
      CAIRN_ASSIGN_OR_RETURN(admitted, admits_element(element.value.as_document()));
    }
    verdicts.push_back(admitted);
  }
  return Status();
}

}  // namespace cairn::exec
