#include "engine/exec/sort_order.h"

#include "engine/bson/key_string.h"
#include "engine/bson/sort_key.h"
#include "engine/plan/sort_order.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string_view>

namespace cairn::exec {
namespace {

struct Keyword {
  std::string_view name;
  std::size_t known;  // its place in SortOrder::kKnown
};
constexpr Keyword kKeywords[] = {{"textScore", 0},
                                 {"score", 1},
                                 {"searchScore", 2},
                                 {"vectorSearchScore", 3},
                                 {"geoNearDistance", 4}};

// Bytes of a number that is as likely as any other.
void append_random(std::string& out) {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  const std::uint64_t drawn = generator();
  out.append(reinterpret_cast<const char*>(&drawn), sizeof drawn);
}

}  // namespace

const SortOrder::Known SortOrder::kKnown[] = {
    {expr::MetaKind::kTextScore, &expr::Metadata::text_score},
    {expr::MetaKind::kScore, &expr::Metadata::score},
    {expr::MetaKind::kSearchScore, &expr::Metadata::search_score},
    {expr::MetaKind::kVectorSearchScore, &expr::Metadata::vector_search_score},
    {expr::MetaKind::kGeoNearDistance, &expr::Metadata::geo_near_distance},
};

// What {$meta: keyword} names, or nullptr where it is no such document.
const SortOrder::Known* SortOrder::known(ValueView value) {
  if (!value.is_document() || value.as_document().count() != 1) return nullptr;
  const ValueView name = value.as_document()["$meta"];
  if (!name.is_string()) return nullptr;
  const auto* keyword = std::ranges::find(kKeywords, name.as_string(), &Keyword::name);
  return keyword == std::end(kKeywords) ? nullptr : &kKnown[keyword->known];
}

Result<SortOrder> SortOrder::parse(DocumentView specification, const Collation* collation) {
  SortOrder order;
  std::vector<Element> fields;  // those in a row that are no metadata
  const auto close = [&]() -> Status {
    DocumentBuilder builder;
    for (const Element& field : fields) builder.append(field.name, field.value);
    fields.clear();
    CAIRN_ASSIGN_OR_RETURN(SortPattern pattern, SortPattern::parse(builder.take(), collation));
    order.parts_.emplace_back(std::move(pattern));
    return Status();
  };
  for (const Element& field : specification) {
    const Known* what = known(field.value);
    const bool random = plan::is_random_sort(field.value);
    if (what == nullptr && !random) {
      fields.push_back(field);
      continue;
    }
    if (!fields.empty()) CAIRN_RETURN_IF_ERROR(close());
    if (random) {
      order.parts_.emplace_back(Random());
    } else {
      order.parts_.emplace_back(what);
    }
  }
  if (!fields.empty() || order.parts_.empty()) CAIRN_RETURN_IF_ERROR(close());
  return order;
}

void SortOrder::note(expr::MetaUse& asked) const {
  for (const auto& part : parts_) {
    if (const Known* const* what = std::get_if<const Known*>(&part)) asked.add((*what)->kind);
  }
}

// Of what a part of the order asks for; null where it is not known.
Value SortOrder::value_of(const Known& what, const expr::Metadata* metadata) {
  if (metadata == nullptr || !(metadata->*what.member)) return Value::null();
  return Value::number(*(metadata->*what.member));
}

Status SortOrder::append_key(DocumentView document, const expr::Metadata* metadata,
                             std::string& out) const {
  for (const auto& part : parts_) {
    if (const auto* pattern = std::get_if<SortPattern>(&part)) {
      CAIRN_RETURN_IF_ERROR(append_sort_key(*pattern, document, out));
      continue;
    }
    if (std::holds_alternative<Random>(part)) {
      append_random(out);
      continue;
    }
    key::Encoder encoder(out);
    encoder.begin(key::Direction::kDescending);
    cairn::append_key(value_of(*std::get<const Known*>(part), metadata), encoder);
    encoder.finish(key::Terminator::kEnd);
  }
  return Status();
}

Result<Value> SortOrder::key_values(DocumentView document, const expr::Metadata* metadata) const {
  DocumentBuilder values;
  for (const auto& part : parts_) {
    if (const auto* pattern = std::get_if<SortPattern>(&part)) {
      SortPattern::KeyView key;
      CAIRN_RETURN_IF_ERROR(pattern->find_key(document, key));
      for (std::size_t i = 0; i < pattern->size(); ++i) values.push(key[i]);
    } else if (std::holds_alternative<Random>(part)) {
      values.push(Value::null().view());
    } else {
      values.push(value_of(*std::get<const Known*>(part), metadata).view());
    }
  }
  return values.take_array();
}

}  // namespace cairn::exec
