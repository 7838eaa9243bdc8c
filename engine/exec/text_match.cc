#include "engine/exec/text_match.h"

namespace cairn::exec {
namespace {

class Looking final : public TextVisitor {
 public:
  explicit Looking(text::TextCheck& check) : check_(check) {}
  void on_text(std::string_view text, const text::Language& language, double) override {
    check_.look(text, language);
  }

 private:
  text::TextCheck& check_;
};

}  // namespace

Result<bool> TextMatch::matches(DocumentView document, Found found) {
  if (found == Found::kYes && search_.index_is_enough()) return true;
  if (found == Found::kNo && index_.filter() != nullptr) {
    CAIRN_ASSIGN_OR_RETURN(const bool inside, index_.filter()->matches(document));
    if (!inside) return false;
  }
  check_.start(found == Found::kYes ? text::TextCheck::Terms::kSeen
                                    : text::TextCheck::Terms::kUnknown);
  Looking looking(check_);
  CAIRN_RETURN_IF_ERROR(index_.text()->visit(document, looking));
  return check_.matches();
}

}  // namespace cairn::exec
