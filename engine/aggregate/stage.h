// Stages of a pipeline: each is a row in the family `stages/` and turns a stream of documents into
// another.
#pragma once

#include "engine/aggregate/environment.h"
#include "engine/aggregate/stream.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <memory>
#include <string_view>
#include <vector>

namespace cairn::aggregate {

// Parsed once; may be opened again when the stream that it gave before is gone. Borrows from the
// pipeline's copy of its specification and from its environment.
class Stage {
 public:
  virtual ~Stage() = default;
  // `input` is null for a stage that makes its documents itself (StageRow::makes_documents).
  virtual Result<StreamPtr> open(StreamPtr input) = 0;
  // Takes the work of the stage that follows upon itself, where it does that better; the other is
  // then left out. The specification was parsed without error, and lives as long as this.
  virtual bool absorb(std::string_view name, ValueView specification) {
    (void)name;
    (void)specification;
    return false;
  }
  // What it did, for `explain`: after it has run, and its stream is gone.
  virtual void append_figures(DocumentBuilder& out) const { (void)out; }
  // What `explain` shows of it, from its specification: after it took over others' work, with
  // that.
  virtual Value explained(ValueView specification) const { return Value(specification); }
  // Of a stage that reads documents by a plan of its own: writes that plan, with what it did if the
  // stage has run, in its own place; false: it has none.
  virtual Result<bool> explain_plan(bool ran, DocumentBuilder& out) {
    (void)ran;
    (void)out;
    return false;
  }
};
using StagePtr = std::unique_ptr<Stage>;

enum class Place : std::uint8_t { kAnywhere, kFirst, kLast };

// To add a stage: stages/<name>.cc with its row, its name in CMakeLists.txt (and gone from
// `kNotYet` in stage.cc).
struct StageRow {
  std::string_view name;  // "$match"
  // `environment` outlives the stage.
  Result<StagePtr> (*parse)(ValueView specification, Environment& environment);
  Place place = Place::kAnywhere;
  bool makes_documents = false;     // reads no input; stands first
  bool without_collection = false;  // may stand first in {aggregate: 1}
  bool in_facet = true;             // may stand inside `$facet`
  bool in_transactions = true;
};

// Error: Location40324 "Unrecognized pipeline stage name: '$x'", NotImplemented for one that Cairn
// has not yet.
Result<const StageRow*> find_stage(std::string_view name);

// `$limit` and `$skip`: an integer that is not negative. Error: Location5107201 / 5107200, as
// `code` says.
Result<std::int64_t> parse_count(std::string_view stage, ValueView value, ErrorCode code);

}  // namespace cairn::aggregate
