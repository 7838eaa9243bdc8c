// FieldEffects: which top-level fields a stage leaves as they are, so that filters may go before
// it; and which ones a filter looks at.
#pragma once

#include <cairn/bson.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace cairn::aggregate {

struct FieldEffects {
  bool drops_others = false;  // only `kept` stay; otherwise all but `changed`
  std::set<std::string, std::less<>> kept;
  std::set<std::string, std::less<>> changed;
  // Made fields that are another field of before: new name to old.
  std::map<std::string, std::string, std::less<>> renamed;

  // The name that a field had before the stage, or nullopt where it is another thing.
  std::optional<std::string> before(std::string_view field) const;
};

// Of a stage that passes each document on by itself, and none twice for what a filter can see;
// nullopt of any other.
std::optional<FieldEffects> field_effects(std::string_view stage, ValueView specification);

// The field that "$name" names, if that is all there is.
std::optional<std::string_view> plain_field(ValueView expression);
// The top-level fields that a condition of a filter looks at; nullopt where that is not plain.
std::optional<std::set<std::string>> fields_of(std::string_view name, ValueView condition);

}  // namespace cairn::aggregate
