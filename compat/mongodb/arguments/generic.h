// The generic arguments: what MongoDB accepts on every command besides its own fields.
// Thread-safety: a value.
#pragma once

#include "compat/mongodb/arguments/concern.h"
#include "compat/mongodb/arguments/field.h"

#include <cairn/operation.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace cairn::mongodb {

// Views into the request.
struct GenericArguments {
  std::string_view database;
  std::optional<SessionId> session;
  std::optional<std::int64_t> txn_number;
  std::optional<bool> autocommit;
  bool start_transaction = false;
  // Whether the command is part of a transaction.
  bool in_transaction() const { return autocommit.has_value(); }
  std::int64_t max_time_ms = 0;  // 0: none
  std::optional<WriteConcern> write_concern;
  std::optional<ReadConcern> read_concern;
  // The latest time that the client has heard of.
  std::optional<Timestamp> cluster_time;
  bool api_strict = false;
  ValueView comment;
};

// The place of a generic argument's name, or -1.
int generic_index(std::string_view name);

// Reads generic arguments one by one, in the pass over the command.
class GenericReader {
 public:
  explicit GenericReader(std::string_view command) : command_(command) {}
  Status take(int index, ValueView value) {
    return take_field(command_, fields(), static_cast<std::size_t>(index), value, values_);
  }
  // What they mean together. Errors: 4886600, 322, of concerns and session ids.
  Result<GenericArguments> finish() const;

 private:
  static std::span<const Field> fields();
  std::string_view command_;
  Arguments values_;
};

// `maxTimeMS`; 0 where it is missing. Errors: FailedToParse (no whole number), BadValue (too
// large).
Result<std::int64_t> read_max_time(ValueView value);
// {id: UUID, uid: digest}; `owner` is named in errors.
Result<SessionId> parse_session_id(std::string_view owner, DocumentView document);

}  // namespace cairn::mongodb
