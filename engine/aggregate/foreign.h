// Foreign: the documents of another collection by the values of one of their fields: what $lookup
// and $graphLookup ask for, again and again.
//
// Equality is that of `{field: {$in: values}}`: arrays are taken apart, null finds missing. The
// first questions are answered by a plan each; then, if the collection fits into memory, it is read
// once into a table; what does not fit stays with plans. Lookups by `_id` need no table before they
// are many. Thread-safety: none.
#pragma once

#include "engine/aggregate/pipeline.h"
#include "engine/bson/path.h"
#include "engine/expr/held_bytes.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

class Foreign {
 public:
  // `environment` is that of the collection, and outlives this.
  Foreign(Environment& environment, FieldPath field);
  Foreign(const Foreign&) = delete;
  Foreign& operator=(const Foreign&) = delete;
  ~Foreign();

  // Whether `find` gets along without reading everything again and again.
  bool is_keyed() const { return by_id_ || !too_large_; }
  // The documents in which the field equals one of `values`, each once. The views live until the
  // next call.
  Result<std::span<const DocumentView>> find(std::span<const ValueView> values,
                                             const Interrupt* interrupt);
  // As find, but regular expressions among `values` are patterns, as they are to $in: always by a
  // plan.
  Result<std::span<const DocumentView>> find_in(std::span<const ValueView> values,
                                                const Interrupt* interrupt);

 private:
  class Table;
  class Ids;

  bool is_indexed() const;
  Status find_equal(std::span<const ValueView> values, const Interrupt* interrupt);
  Status find_by_plan(const Document& stages, const Interrupt* interrupt);
  Status keep_all(Stream& stream, const Interrupt* interrupt);
  // The table, once it is worth while and if it fits.
  Result<Table*> table(std::size_t values, const Interrupt* interrupt);

  Environment& environment_;
  FieldPath field_;
  CollectionRef collection_;  // null: a view, or none
  bool by_id_ = false;
  std::unique_ptr<Table> table_;
  expr::HeldBytes held_;  // of the table
  std::unique_ptr<Ids> ids_;
  bool too_large_ = false;
  std::size_t asked_ = 0;  // values so far
  std::vector<DocumentView> found_;
  std::string bytes_;  // of documents found by a plan
};

}  // namespace cairn::aggregate
