#include "engine/expr/top_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/bson/sort_key.h"

namespace cairn::expr {
namespace {

Status check_complete(const TopArguments& parsed, TopForm form) {
  if (parsed.n == nullptr && form == TopForm::kMany) {
    return {location(5788003), "Missing value for 'n'"};
  }
  if (parsed.output == nullptr) return {location(5788004), "Missing value for 'output'"};
  if (!parsed.order) return {location(5788005), "Missing value for 'sortBy'"};
  return Status();
}

Result<SortPattern> parse_order(ValueView value, const Collation* collation) {
  if (!value.is_document() && !value.is_array()) {
    return Status(location(10065), "invalid parameter: expected an object (sortBy)");
  }
  if (value.as_document().empty()) {
    return Status(location(9657900), "Value for 'sortBy' must be a non-empty object");
  }
  return SortPattern::parse(value.as_document(), collation);
}

// The same directions of the fields "0", "1", …
Result<SortPattern> numbered(const SortPattern& order) {
  DocumentBuilder pattern;
  for (std::size_t i = 0; i < order.size(); ++i) {
    pattern.append(std::to_string(i), static_cast<std::int32_t>(order.directions()[i]));
  }
  return SortPattern::parse(pattern.take(), order.collation());
}

}  // namespace

Result<TopArguments> parse_top(std::string_view name, ValueView argument, TopForm form,
                               const Scope& scope) {
  if (!argument.is_document()) {
    return Status(location(5788001), fmt::format("specification must be an object; found {}: {}",
                                                 name, to_json(argument)));
  }
  TopArguments parsed;
  for (const Element& field : argument.as_document()) {
    if (field.name == "n" && form == TopForm::kMany) {
      CAIRN_ASSIGN_OR_RETURN(parsed.n, parse_expression(field.value, scope));
    } else if (field.name == "output") {
      CAIRN_ASSIGN_OR_RETURN(parsed.output, parse_expression(field.value, scope));
    } else if (field.name == "sortBy") {
      CAIRN_ASSIGN_OR_RETURN(parsed.order, parse_order(field.value, scope.collation()));
    } else {
      return Status(location(5788002),
                    fmt::format("Unknown argument to {} '{}'", name, field.name));
    }
  }
  CAIRN_RETURN_IF_ERROR(check_complete(parsed, form));
  const bool nested = std::ranges::any_of(parsed.order->paths(),
                                          [](const FieldPath& path) { return path.size() > 1; });
  if (nested) {
    CAIRN_ASSIGN_OR_RETURN(parsed.order_of_values, numbered(*parsed.order));
  }
  return parsed;
}

TopState::TopState(std::string_view name, TopArguments arguments, Keep keep, TopForm form)
    : RankedState(name, nullptr, std::move(arguments.n), keep),
      output_(std::move(arguments.output)),
      order_(std::move(*arguments.order)),
      order_of_values_(std::move(arguments.order_of_values)),
      form_(form) {}

// MongoDB sorts by what the paths give as expressions: an array in the way counts by the values
// that it has, and by none where it has none.
Status TopState::append_key(DocumentView document, std::string& out) const {
  if (!order_of_values_) return append_sort_key(order_, document, out);
  DocumentBuilder values;
  std::string scratch;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    scratch.clear();
    values.append(std::to_string(i), evaluate_path(document, order_.paths()[i], scratch));
  }
  return append_sort_key(*order_of_values_, values.take(), out);
}

// A binary: the output's type and bytes behind the key's length and the key.
Result<ValueView> TopState::argument(Evaluation& evaluation) const {
  std::string& packed = evaluation.buffer();
  packed.resize(sizeof(std::uint32_t));
  CAIRN_RETURN_IF_ERROR(append_key(evaluation.root(), packed));
  const auto size = static_cast<std::uint32_t>(packed.size() - sizeof(std::uint32_t));
  std::memcpy(packed.data(), &size, sizeof size);
  CAIRN_ASSIGN_OR_RETURN(const ValueView output, output_->evaluate(evaluation));
  save_value(output.missing() ? Evaluation::null() : output, packed);
  return ValueView(BsonType::kBinary, reinterpret_cast<const std::uint8_t*>(packed.data()),
                   static_cast<std::uint32_t>(packed.size()));
}

bool TopState::read(ValueView argument, std::string& key, ValueView& value) const {
  const std::string_view packed(reinterpret_cast<const char*>(argument.data()), argument.size());
  std::uint32_t size = 0;
  std::memcpy(&size, packed.data(), sizeof size);
  key.assign(packed.substr(sizeof size, size));
  value = saved_value(packed.substr(sizeof size + size));
  return true;
}

ValueView TopState::give(const std::vector<const RankedValue*>& values,
                         Evaluation& evaluation) const {
  if (form_ == TopForm::kMany) return ranked_array(values, evaluation);
  return values.empty() ? Evaluation::null() : saved_value(values.front()->value);
}

}  // namespace cairn::expr
