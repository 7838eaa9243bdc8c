// $redact: keeps, prunes or enters each document inside a document, as an expression decides.
#include "engine/aggregate/stage.h"
#include "engine/expr/expression.h"

#include <fmt/format.h>

#include <string>

namespace cairn::aggregate {
namespace {

// What the variables stand for; other strings of the same letters do as well.
constexpr std::string_view kDescend = "descend";
constexpr std::string_view kPrune = "prune";
constexpr std::string_view kKeep = "keep";

struct Decision {
  expr::ExpressionPtr expression;
  std::uint32_t current = 0;  // the slot of $$CURRENT
};

class Redacted final : public StreamOver {
 public:
  Redacted(StreamPtr input, const Decision& decision)
      : StreamOver(std::move(input)), decision_(decision) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) return document;
      evaluation_.begin(*document, input_->metadata());
      CAIRN_ASSIGN_OR_RETURN(const std::string_view what, decide(*document));
      if (what == kPrune) continue;
      if (what == kKeep) return document;
      buffer_.clear();
      DocumentBuilder builder(buffer_);
      CAIRN_RETURN_IF_ERROR(fields(*document, builder));
      builder.finish();
      return std::optional<DocumentView>(
          DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_.data())));
    }
  }

 private:
  Result<std::string_view> decide(DocumentView document) {
    const auto mark = evaluation_.mark();
    evaluation_.set_variable(decision_.current, document.as_value());
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, decision_.expression->evaluate(evaluation_));
    for (const std::string_view known : {kDescend, kPrune, kKeep}) {
      if (!value.is_string() || value.as_string() != known) continue;
      evaluation_.release(mark);
      return known;
    }
    return Status(location(17053),
                  fmt::format("$redact's expression should not return anything aside from the "
                              "variables $$KEEP, $$DESCEND, and $$PRUNE, but returned {}",
                              value.missing() ? "MISSING" : to_json(value)));
  }

  Status fields(DocumentView document, DocumentBuilder& out) {
    for (const Element& field : document) {
      CAIRN_RETURN_IF_ERROR(one(field.name, field.value, out));
    }
    return Status();
  }

  // `name` is empty for an element of an array.
  Status one(std::optional<std::string_view> name, ValueView value, DocumentBuilder& out) {
    if (value.is_array()) {
      name ? out.begin_array(*name) : out.push_array();
      for (const Element& element : value.as_document()) {
        CAIRN_RETURN_IF_ERROR(one(std::nullopt, element.value, out));
      }
      out.end();
      return Status();
    }
    if (value.is_document()) {
      CAIRN_ASSIGN_OR_RETURN(const std::string_view what, decide(value.as_document()));
      if (what == kPrune) return Status();
      if (what == kDescend) {
        name ? out.begin_document(*name) : out.push_document();
        CAIRN_RETURN_IF_ERROR(fields(value.as_document(), out));
        out.end();
        return Status();
      }
    }
    name ? out.append(*name, value) : out.push(value);
    return Status();
  }

  const Decision& decision_;
  expr::Evaluation evaluation_;
  std::string buffer_;
};

class Redact final : public Stage {
 public:
  explicit Redact(Decision decision) : decision_(std::move(decision)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Redacted>(std::move(input), decision_));
  }

 private:
  Decision decision_;
};

Result<StagePtr> parse_redact(ValueView specification, Environment& environment) {
  expr::Bindings bindings(&environment.around.bindings);
  bindings.define("DESCEND", Value::string(kDescend));
  bindings.define("PRUNE", Value::string(kPrune));
  bindings.define("KEEP", Value::string(kKeep));
  expr::Scope scope(&bindings, environment.around.collation.get());
  Decision decision;
  decision.current = scope.define("CURRENT");
  CAIRN_ASSIGN_OR_RETURN(decision.expression, expr::parse_expression(specification, scope));
  return StagePtr(std::make_unique<Redact>(std::move(decision)));
}

}  // namespace

extern const StageRow row_redact{"$redact", parse_redact};

}  // namespace cairn::aggregate
