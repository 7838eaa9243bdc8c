#include "engine/plan/terms.h"

namespace cairn::plan {
namespace {

using match::Condition;
using Asks = Condition::Asks;

class Collecting {
 public:
  explicit Collecting(std::vector<Term>& terms) : terms_(terms) {}

  void add(const Condition& condition, const std::string& prefix, std::size_t conjunct) {
    if (condition.asks == Asks::kAny) {
      const Condition* const first = same_field(condition);
      if (first != nullptr) push(condition, prefix + std::string(first->path), conjunct);
      return;
    }
    if (condition.path.empty()) {
      if (condition.asks != Asks::kExpression) return;
      for (const Condition& part : condition.parts) add(part, prefix, conjunct);
      return;
    }
    const std::string path = prefix + std::string(condition.path);
    if (condition.asks != Asks::kElemObject) return push(condition, path, conjunct);
    within_.push_back({FieldPath(path).size(), ++last_id_});
    for (const Condition& part : condition.parts) add(part, path + ".", conjunct);
    within_.pop_back();
  }

 private:
  void push(const Condition& condition, const std::string& path, std::size_t conjunct) {
    terms_.push_back({&condition, FieldPath(path), within_, conjunct});
  }

  std::vector<Term>& terms_;
  std::vector<Within> within_;
  std::size_t last_id_ = 0;
};

bool asks_of_field(const Condition& condition) {
  return !condition.path.empty() && condition.asks != Asks::kElemObject &&
         condition.asks != Asks::kElemValue && condition.asks != Asks::kOther;
}

}  // namespace

std::vector<Term> terms_of(const std::vector<Condition>& conjuncts) {
  std::vector<Term> terms;
  Collecting collecting(terms);
  for (std::size_t i = 0; i < conjuncts.size(); ++i) collecting.add(conjuncts[i], {}, i);
  return terms;
}

const Condition* same_field(const Condition& any) {
  const Condition* first = nullptr;
  for (const Condition& branch : any.parts) {
    if (branch.parts.size() != 1 || !asks_of_field(branch.parts.front())) return nullptr;
    const Condition& leaf = branch.parts.front();
    if (first != nullptr && leaf.path != first->path) return nullptr;
    first = &leaf;
  }
  return first;
}

}  // namespace cairn::plan
