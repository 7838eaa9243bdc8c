// Scope: what names mean while an expression is parsed. Bindings are the variables that an
// operation brings along (`let`,
// $$NOW); names that an expression defines itself ($let, $map, …) get slots in the Evaluation.
#pragma once

#include "engine/bson/collation.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::expr {

class MetaUse;

// Variables with values; making one allocates nothing before a variable is defined. Those of an
// operation are constant and copied into expressions at parse time; those of a
// `$lookup` change from document to document, and expressions read them through the Bindings, which
// outlive them. Not thread-safe while it changes.
class Bindings {
 public:
  // With the operation's clock: $$NOW, $$CLUSTER_TIME (missing where `cluster_time` is 0).
  explicit Bindings(Date now, Timestamp cluster_time = {});
  // Where there is no operation: $$NOW is the moment of each evaluation.
  static Bindings running_clock();
  // A scope inside `outer`, which outlives this one.
  explicit Bindings(const Bindings* outer) : outer_(outer) {}
  // With `let` on top: each value is an expression without fields, evaluated here; it may use those
  // before it. Errors: those of parsing and evaluating, FailedToParse for a name that is none,
  // Location4890500 for a field.
  Status define_let(DocumentView let);
  // A constant.
  void define(std::string_view name, Value value);
  // A variable; its value changes by `*slot = …`. The address is stable.
  Value* define_variable(std::string_view name);

  struct Binding {
    std::string name;
    Value value;
    bool constant = true;
  };
  // The innermost of that name, or nullptr.
  const Binding* find(std::string_view name) const;
  bool has_running_clock() const { return running_clock_; }

 private:
  const Bindings* outer_ = nullptr;
  bool running_clock_ = false;
  Binding now_;  // a name where the operation has a clock
  Binding cluster_time_;
  std::vector<std::unique_ptr<Binding>> others_;
};

// The clock of this moment, and no variables.
Bindings clock_bindings();

// Constant parts are computed while they are parsed; one that fails fails the whole (kEverywhere),
// or stays as it is.
enum class Folding : bool { kWhereItWorks, kEverywhere };

// Cheap; lives on the stack of the parser.
class Scope {
 public:
  // `bindings` may be null: then $$NOW is undefined. `collation`: null for simple. Both outlive the
  // scope, and `collation` outlives what is parsed.
  // `metas` notes what is asked of metadata, and outlives what is parsed; null: nobody looks.
  explicit Scope(const Bindings* bindings, const Collation* collation = nullptr,
                 MetaUse* metas = nullptr)
      : bindings_(bindings), collation_(collation), metas_(metas) {}
  // The inside of an operator that defines variables. `outer` outlives it.
  explicit Scope(const Scope* outer)
      : outer_(outer),
        bindings_(outer->bindings_),
        collation_(outer->collation_),
        metas_(outer->metas_),
        next_slot_(outer->next_slot_),
        folding_(outer->folding_),
        outermost_(outer->outermost_) {}
  // The inside of a whole expression, or of a part of one that is never reached (kWhereItWorks).
  Scope(const Scope* outer, Folding folding) : Scope(outer) {
    folding_ = folding;
    outermost_ = false;
  }

  // The same, where `metas` notes what is asked of metadata.
  Scope(const Scope* outer, MetaUse& metas) : Scope(outer) { metas_ = &metas; }

  // The same, where constant parts that fail stay as they are.
  Scope unfolded() const {
    Scope copy = *this;
    copy.folding_ = Folding::kWhereItWorks;
    copy.outermost_ = false;
    return copy;
  }

  // Defines a variable in this scope; gives its slot. Names that end in a dot path are the caller's
  // to refuse (check_variable_name).
  std::uint32_t define(std::string_view name);
  // Leaves out slots that are set before all that is parsed here has been evaluated.
  void pass_over(std::uint32_t slots) { next_slot_ += slots; }
  std::optional<std::uint32_t> slot(std::string_view name) const;
  // Whether anything asked for a variable of this scope by its name.
  bool asked_for(std::uint32_t slot) const;
  const Bindings* bindings() const { return bindings_; }
  const Collation* collation() const { return collation_; }
  MetaUse* metas() const { return metas_; }
  Folding folding() const { return folding_; }
  // Whether what is parsed here is a whole expression and no part of one.
  bool outermost() const { return outermost_; }
  // The same for those who want to share it; it owns nothing.
  CollationPtr shared_collation() const { return {CollationPtr(), collation_}; }

 private:
  struct Variable {
    std::string name;
    std::uint32_t slot;
    mutable bool asked_for = false;  // found while parsing, which sees the scope as const
  };

  const Scope* outer_ = nullptr;
  const Bindings* bindings_;
  const Collation* collation_;
  MetaUse* metas_;
  std::vector<Variable> variables_;
  std::uint32_t next_slot_ = 0;
  Folding folding_ = Folding::kEverywhere;
  bool outermost_ = true;
};

// What a user may call a variable: a lower-case letter or a non-ASCII character first, then
// letters, digits and '_'; or CURRENT. Error: FailedToParse.
Status check_variable_name(std::string_view name);

}  // namespace cairn::expr
