#include "engine/api/indexes/expiry.h"

#include "engine/api/indexes/refusals.h"
#include "engine/bson/shell_text.h"
#include "engine/bson/type_name.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::api {
namespace {

Status not_for_ttl(std::string_view why, DocumentView specification) {
  return cannot_create(fmt::format("{}. Index spec: {}", why, to_shell_text(specification)));
}

}  // namespace

Status check_expiry(DocumentView specification) {
  const ValueView seconds = specification["expireAfterSeconds"];
  if (seconds.missing()) return Status();
  if (!seconds.is_number()) {
    return not_for_ttl(
        fmt::format("TTL index 'expireAfterSeconds' option must be numeric, but received a type "
                    "of '{}'",
                    type_name(seconds.type())),
        specification);
  }
  if (seconds.is_nan()) {
    return not_for_ttl("TTL index 'expireAfterSeconds' option must not be NaN", specification);
  }
  const std::int64_t whole = seconds.to_int64_clamped();
  if (whole < 0) {
    return not_for_ttl("TTL index 'expireAfterSeconds' option cannot be less than 0",
                       specification);
  }
  if (whole <= INT32_MAX) return Status();
  return not_for_ttl("TTL index 'expireAfterSeconds' must be within the range of a 32-bit integer",
                     specification);
}

Status check_expiring_fields(DocumentView specification) {
  if (specification["expireAfterSeconds"].missing()) return Status();
  const DocumentView key = specification["key"].as_document();
  // The two of a text index stand for what was one field.
  const std::size_t fields = key.count() - (key["_fts"].missing() ? 0 : 1);
  if (fields <= 1) return Status();
  return not_for_ttl("TTL indexes are single-field indexes, compound indexes do not support TTL",
                     specification);
}

}  // namespace cairn::api
