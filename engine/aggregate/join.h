// Join: the documents that $lookup finds for one document of its input.
#pragma once

#include "engine/aggregate/foreign.h"
#include "engine/aggregate/pipeline.h"
#include "engine/aggregate/spool.h"
#include "engine/expr/expression.h"
#include "engine/expr/held_bytes.h"

#include <cairn/bson.h>

#include <memory>
#include <optional>
#include <vector>

namespace cairn::aggregate {

// How documents are joined. Parsed once; borrowed by the joins that are open.
struct JoinRule {
  std::unique_ptr<Environment> environment;  // of the other collection
  struct Variable {
    expr::ExpressionPtr expression;  // over the joined document
    Value* value;                    // in the environment's bindings
  };
  std::vector<Variable> variables;
  // Equality of two fields, a pipeline, or both; one at least is there.
  std::optional<FieldPath> local_field;
  std::optional<FieldPath> foreign_field;
  std::optional<Pipeline> pipeline;
  bool same_for_all = false;  // the pipeline does not depend on the joined document
  // A pipeline that asks first for a field to equal a variable need not read everything: it runs
  // over the documents in which the field is equal.
  struct Correlated {
    FieldPath field;
    expr::ExpressionPtr value;  // of the variable
  };
  std::optional<Correlated> correlated;
};

class Join {
 public:
  explicit Join(JoinRule& rule);

  // Begins with another document, which lives until the last of `next`.
  Status begin(DocumentView local, const expr::Metadata* metadata, const Interrupt* interrupt);
  // The next document found for it. The view lives until the next call.
  Result<std::optional<DocumentView>> next(const Interrupt* interrupt);
  void park();

 private:
  class Found;

  Status find(DocumentView local, const Interrupt* interrupt);
  Status begin_correlated(const Interrupt* interrupt);
  Status remember_all(const Interrupt* interrupt);

  JoinRule& rule_;
  expr::Evaluation evaluation_;
  std::optional<Foreign> foreign_;
  std::vector<ValueView> values_;
  std::span<const DocumentView> found_;
  std::size_t at_ = 0;
  StreamPtr stream_;            // of the pipeline
  std::unique_ptr<Spool> all_;  // its documents, where they are the same for all
  expr::HeldBytes held_;        // of those
  bool may_remember_ = false;
};

}  // namespace cairn::aggregate
