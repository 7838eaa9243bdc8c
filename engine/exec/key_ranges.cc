#include "engine/exec/key_ranges.h"

#include "engine/storage/keys.h"
#include "index/key/decoder.h"

#include <algorithm>

namespace cairn::exec {
namespace {

constexpr char kLess = static_cast<char>(key::Terminator::kLess);
constexpr char kGreater = static_cast<char>(key::Terminator::kGreater);
constexpr std::size_t kKeyspaceBytes = 4;
// More combinations of values than this are tested for instead of being listed.
constexpr std::size_t kMostSpans = 1 << 16;

std::string stored(std::string bytes, key::Direction direction) {
  if (direction == key::Direction::kAscending) return bytes;
  for (char& byte : bytes) byte = static_cast<char>(~byte);
  return bytes;
}

}  // namespace

std::vector<key::Direction> component_directions(const IndexEntry& index) {
  std::vector<key::Direction> directions;
  for (std::size_t i = 0; i < index.fields().size(); ++i) {
    if (index.wildcard_field() == i) directions.push_back(key::Direction::kAscending);
    directions.push_back(index.fields()[i].direction);
  }
  return directions;
}

bool component_ends(std::string_view components, std::span<const key::Direction> directions,
                    std::vector<std::size_t>& ends) {
  ends.clear();
  key::Decoder decoder(components, {});
  for (const key::Direction direction : directions) {
    decoder.begin(direction);
    if (!decoder.skip()) return false;
    ends.push_back(components.size() - decoder.rest().size());
  }
  return true;
}

KeyRanges::KeyRanges(const plan::IndexScan& scan) {
  const Keyspace keyspace = scan.index->keyspace();
  if (scan.has_range) {
    KeySpan span;
    append_index_key(span.lower, keyspace, scan.from_key);
    append_index_key(span.upper, scan.up_to_key.empty() ? keyspace + 1 : keyspace, scan.up_to_key);
    spans_.push_back(std::move(span));
    return;
  }
  const std::vector<key::Direction> directions = component_directions(*scan.index);
  for (std::size_t i = 0; i < directions.size(); ++i) add_field(scan.bounds[i], directions[i]);
  make_spans(keyspace);
}

void KeyRanges::add_field(const plan::Intervals& bounds, key::Direction direction) {
  Field field{.parts = {}, .all = plan::is_everything(bounds), .direction = direction};
  for (const plan::Interval& interval : bounds) {
    field.parts.push_back({stored(interval.lower.key, direction),
                           stored(interval.upper.key, direction), interval.lower.inclusive,
                           interval.upper.inclusive});
  }
  if (direction == key::Direction::kDescending) {
    std::reverse(field.parts.begin(), field.parts.end());
    for (Part& part : field.parts) {
      std::swap(part.lower, part.upper);
      std::swap(part.lower_inclusive, part.upper_inclusive);
    }
  }
  fields_.push_back(std::move(field));
}

void KeyRanges::make_spans(Keyspace keyspace) {
  tested_from_ = fields_.size();
  const bool nothing = std::any_of(fields_.begin(), fields_.end(),
                                   [](const Field& field) { return field.parts.empty(); });
  if (nothing) return;
  std::vector<std::string> prefixes(1);
  append_u32(prefixes.front(), keyspace);
  std::size_t at = 0;
  for (; at + 1 < fields_.size(); ++at) {
    const std::vector<Part>& parts = fields_[at].parts;
    const bool pinned = std::all_of(parts.begin(), parts.end(),
                                    [](const Part& part) { return part.lower == part.upper; });
    if (!pinned || prefixes.size() * parts.size() > kMostSpans) break;
    std::vector<std::string> longer;
    for (const std::string& prefix : prefixes) {
      for (const Part& part : parts) longer.push_back(prefix + part.lower);
    }
    prefixes = std::move(longer);
  }
  for (const std::string& prefix : prefixes) {
    for (const Part& part : fields_[at].parts) {
      spans_.push_back({prefix + part.lower + (part.lower_inclusive ? kLess : kGreater),
                        prefix + part.upper + (part.upper_inclusive ? kGreater : kLess)});
    }
  }
  for (tested_from_ = at + 1; tested_from_ < fields_.size(); ++tested_from_) {
    if (!fields_[tested_from_].all) break;
  }
}

bool KeyRanges::holds(std::string_view key, Direction direction, std::string& target) const {
  key::Decoder decoder(key.substr(kKeyspaceBytes), {});
  std::size_t began = kKeyspaceBytes;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    decoder.begin(fields_[i].direction);
    if (!decoder.skip()) return true;  // corrupt: whoever decodes it says so
    const std::size_t end = key.size() - decoder.rest().size();
    if (i >= tested_from_ && !fields_[i].all) {
      const std::string_view component = key.substr(began, end - began);
      const std::string_view before = key.substr(0, began);
      const bool in = direction == Direction::kForward ? forward(i, component, before, target)
                                                       : backward(i, component, before, target);
      if (!in) return false;
    }
    began = end;
  }
  return true;
}

bool KeyRanges::forward(std::size_t field, std::string_view component, std::string_view before,
                        std::string& target) const {
  const std::vector<Part>& parts = fields_[field].parts;
  const auto part = std::partition_point(parts.begin(), parts.end(), [&](const Part& one) {
    return one.upper_inclusive ? one.upper < component : one.upper <= component;
  });
  if (part != parts.end() &&
      (part->lower_inclusive ? part->lower <= component : part->lower < component)) {
    return true;
  }
  target.assign(before);
  if (part == parts.end()) {
    target.push_back(kGreater);
  } else {
    target.append(part->lower);
    if (part->lower_inclusive) {
      append_low(field + 1, target);
    } else {
      target.push_back(kGreater);
    }
  }
  return false;
}

bool KeyRanges::backward(std::size_t field, std::string_view component, std::string_view before,
                         std::string& target) const {
  const std::vector<Part>& parts = fields_[field].parts;
  const auto behind = std::partition_point(parts.begin(), parts.end(), [&](const Part& one) {
    return one.lower_inclusive ? one.lower <= component : one.lower < component;
  });
  target.assign(before);
  if (behind == parts.begin()) {
    target.push_back(kLess);
    return false;
  }
  const Part& part = *(behind - 1);
  if (part.upper_inclusive ? component <= part.upper : component < part.upper) return true;
  target.append(part.upper);
  if (part.upper_inclusive) {
    append_high(field + 1, target);
  } else {
    target.push_back(kLess);
  }
  return false;
}

// The lowest that the fields from `field` on may be.
void KeyRanges::append_low(std::size_t field, std::string& target) const {
  for (; field < fields_.size() && !fields_[field].parts.empty(); ++field) {
    const Part& part = fields_[field].parts.front();
    target.append(part.lower);
    if (!part.lower_inclusive) return target.push_back(kGreater);
  }
  target.push_back(kLess);
}

void KeyRanges::append_high(std::size_t field, std::string& target) const {
  for (; field < fields_.size() && !fields_[field].parts.empty(); ++field) {
    const Part& part = fields_[field].parts.back();
    target.append(part.upper);
    if (!part.upper_inclusive) return target.push_back(kLess);
  }
  target.push_back(kGreater);
}

}  // namespace cairn::exec
