// What `$changeStream` asks for: its specification, read and checked.
#pragma once

#include "engine/changes/watch_options.h"

#include <cairn/bson.h>
#include <cairn/status.h>

namespace cairn::changes {

// Errors: Location6188500, TypeMismatch, BadValue, IDLUnknownField, InvalidOptions,
// InvalidNamespace, Location50865, Location40674, InvalidResumeToken; of resume tokens:
// ResumeToken::parse.
// `collection`: empty for that of a database, or of everything.
Result<WatchOptions> parse_watch_request(ValueView specification, std::string_view database,
                                         std::string_view collection);

}  // namespace cairn::changes
