// ElementFilter: the filters of a search among nested vectors, over what is kept in memory of their
// fields, as of one moment. `elements` sees of a document one element alone, under the array's
// name; `parents` the whole document. Reads no document. Thread-safety: one thread.
#pragma once

#include "engine/exec/vector_filter.h"

#include <cstdint>
#include <memory>
#include <span>

namespace cairn::exec {

class ElementFilter final : public vector::IdFilter {
 public:
  // Either may be null: all. `elements`: made by ColumnFilter::parse_of_elements.
  ElementFilter(std::unique_ptr<ColumnFilter> elements, std::unique_ptr<ColumnFilter> parents)
      : elements_(std::move(elements)), parents_(std::move(parents)) {}

  // Ids are of elements (records::element_id).
  void ask(std::span<const std::uint64_t> ids, std::uint8_t* matches) const override;
  // As ColumnFilter::failed.
  bool failed() const;

 private:
  const std::unique_ptr<ColumnFilter> elements_;
  const std::unique_ptr<ColumnFilter> parents_;
};

}  // namespace cairn::exec
