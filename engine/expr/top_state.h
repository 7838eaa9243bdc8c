// The `$top` family: outputs of the documents that come first or last in a sort order.
#pragma once

#include <optional>

#include "engine/bson/sort_pattern.h"
#include "engine/expr/ranked_state.h"

namespace cairn::expr {

enum class TopForm : bool { kOne, kMany };

struct TopArguments {
  ExpressionPtr n;  // null for `$top` and `$bottom`
  ExpressionPtr output;
  std::optional<SortPattern> order;
  // Where paths of it have several components: the same of what they give, by their numbers.
  std::optional<SortPattern> order_of_values;
};
// Errors: 5788001 (not a document), 5788002 (unknown field), 5788003 to 5788005 (missing), of the
// pattern.
Result<TopArguments> parse_top(std::string_view name, ValueView argument, TopForm form,
                               const Scope& scope);

class TopState final : public RankedState {
 public:
  TopState(std::string_view name, TopArguments arguments, Keep keep, TopForm form);
  // The document's sort key and output, packed.
  Result<ValueView> argument(Evaluation& evaluation) const override;

 protected:
  bool read(ValueView argument, std::string& key, ValueView& value) const override;
  ValueView give(const std::vector<const RankedValue*>& values,
                 Evaluation& evaluation) const override;

 private:
  Status append_key(DocumentView document, std::string& out) const;

  ExpressionPtr output_;
  SortPattern order_;
  std::optional<SortPattern> order_of_values_;
  TopForm form_;
};

}  // namespace cairn::expr
