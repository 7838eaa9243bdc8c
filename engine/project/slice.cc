#include "engine/project/slice.h"

#include <algorithm>
#include <limits>

namespace cairn::project {
namespace {

std::int32_t clamp(ValueView number) {
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(number.to_int64_clamped(), Limits::min() + 1, Limits::max()));
}

}  // namespace

std::optional<Slice> Slice::parse(ValueView argument) {
  if (argument.is_number()) {
    const std::int32_t count = clamp(argument);
    if (count >= 0) return Slice{.limit = count};
    return Slice{.skip = count, .limit = -count, .from_end = true};
  }
  if (!argument.is_array() || argument.as_document().count() != 2) return std::nullopt;
  auto element = argument.as_document().begin();
  const ValueView skip = element->value;
  const ValueView limit = (++element)->value;
  if (!skip.is_number() || !limit.is_number() || clamp(limit) <= 0) return std::nullopt;
  return Slice{.skip = clamp(skip), .limit = clamp(limit), .from_end = clamp(skip) < 0};
}

void Slice::apply(DocumentView array, DocumentBuilder& out) const {
  std::int64_t first = skip;
  if (from_end) first = std::max<std::int64_t>(0, std::int64_t{array.count()} + skip);
  std::int64_t index = 0;
  for (const Element& element : array) {
    if (index >= first + limit) return;
    if (index++ >= first) out.push(element.value);
  }
}

}  // namespace cairn::project
