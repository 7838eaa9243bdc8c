// A document that is put together field by field, where later values replace earlier ones in their
// place.
#pragma once

#include "engine/expr/evaluation.h"

#include <cairn/bson.h>

#include <string_view>
#include <vector>

namespace cairn::expr {

// Views: names and values outlive it. It takes its memory from the thread's last one.
class DocumentFields {
 public:
  DocumentFields();
  ~DocumentFields();
  DocumentFields(const DocumentFields&) = delete;
  DocumentFields& operator=(const DocumentFields&) = delete;

  void set(std::string_view name, ValueView value);
  ValueView build(Evaluation& evaluation) const;

 private:
  friend struct SpareFields;
  std::size_t find(std::string_view name, std::uint32_t hash) const;
  void grow();

  std::vector<Element> fields_;
  // Places in fields_ plus 1, by hash; a power of two, or empty while there are few fields.
  std::vector<std::uint32_t> slots_;
};

}  // namespace cairn::expr
