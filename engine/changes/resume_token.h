// ResumeToken: a place in the order of all changes, as `{_data: "82…"}`.
//
// `_data` is a key (index/key/FORMAT.md) in upper-case hexadecimal digits, so tokens sort as their
// places do: timestamp, version 2, type (0 high-water mark, 128 event), 0, whether it is of an
// invalidate event; of an event then the uuid of its collection or null, and the number of a
// fragment where the event was split. A high-water mark stands before the event at its timestamp.
#pragma once

#include "engine/storage/change.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <optional>
#include <string>

namespace cairn::changes {

struct ResumeToken {
  OpNumber op = 0;
  bool event = false;  // else a high-water mark
  bool from_invalidate = false;
  Uuid collection{};  // of an event; zeros: none
  std::optional<std::int32_t> fragment = {};

  // "82…"
  std::string data() const;
  // {_data: …}
  Document document() const;
  // Errors: Location40647 (no `_data`), FailedToParse (no hexadecimal digits), InvalidResumeToken
  // (no token of this server's).
  static Result<ResumeToken> parse(DocumentView token);
};

}  // namespace cairn::changes
