#include "engine/aggregate/metadata_bytes.h"

#include <optional>
#include <string_view>

namespace cairn::aggregate {
namespace {

using expr::Metadata;

struct Number {
  std::string_view name;
  std::optional<double> Metadata::*member;
};
constexpr Number kNumbers[] = {
    {"t", &Metadata::text_score},        {"s", &Metadata::score},
    {"q", &Metadata::search_score},      {"v", &Metadata::vector_search_score},
    {"g", &Metadata::geo_near_distance}, {"a", &Metadata::random},
};

struct Other {
  std::string_view name;
  Value Metadata::*member;
};
constexpr Other kOthers[] = {
    {"p", &Metadata::geo_near_point}, {"r", &Metadata::record_id},     {"i", &Metadata::index_key},
    {"o", &Metadata::sort_key},       {"d", &Metadata::score_details},
};

}  // namespace

void append_metadata(const Metadata* metadata, std::string& out) {
  if (metadata == nullptr) return;
  DocumentBuilder builder(out);
  for (const Number& number : kNumbers) {
    if (const auto& value = metadata->*number.member) builder.append(number.name, *value);
  }
  for (const Other& other : kOthers) builder.append(other.name, metadata->*other.member);
  builder.finish();
}

Metadata read_metadata(DocumentView bytes) {
  Metadata metadata;
  for (const Number& number : kNumbers) {
    const ValueView value = bytes[number.name];
    if (!value.missing()) metadata.*number.member = value.to_double();
  }
  for (const Other& other : kOthers) metadata.*other.member = Value(bytes[other.name]);
  return metadata;
}

DocumentView PackedDocument::read(std::string_view bytes) {
  const DocumentView document(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  const std::string_view beside = bytes.substr(document.size());
  known_ = !beside.empty();
  if (known_) {
    metadata_ = read_metadata(DocumentView(reinterpret_cast<const std::uint8_t*>(beside.data())));
  }
  return document;
}

}  // namespace cairn::aggregate
