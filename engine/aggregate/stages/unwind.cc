// $unwind: one document for each element of an array.
#include "engine/aggregate/stage.h"
#include "engine/aggregate/unwinding.h"
#include "engine/expr/evaluation.h"
#include "engine/project/field_slot.h"

#include <string>

namespace cairn::aggregate {
namespace {

class Unwound final : public StreamOver {
 public:
  Unwound(StreamPtr input, const Unwinding& unwinding)
      : StreamOver(std::move(input)), unwinding_(unwinding), slot_(unwinding.path) {
    if (unwinding.index) index_slot_.emplace(*unwinding.index);
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    while (true) {
      if (!element_.at_end()) {
        if (interrupt != nullptr && ++given_ % kElementsPerCheck == 0) {
          CAIRN_RETURN_IF_ERROR(interrupt->check());
        }
        return next_element();
      }
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) return document;
      if (auto passed = begin(*document)) return passed;
    }
  }

  // The document that is being unwound belongs to the input.
  void park() override {
    if (element_.at_end()) return StreamOver::park();
    if (owned_.empty()) {
      const auto done = element_position_;
      owned_ = Document(document_);
      StreamOver::park();
      start(owned_, slot_.locate(owned_).as_document());
      while (element_position_ < done) advance();
    }
  }

 private:
  static constexpr std::uint64_t kElementsPerCheck = 128;

  // The document as it goes out if it has no elements to take apart.
  std::optional<DocumentView> begin(DocumentView document) {
    owned_ = Document();
    const ValueView value = slot_.locate(document);
    if (value.is_array() && !value.as_document().empty()) {
      start(document, value.as_document());
      return std::nullopt;
    }
    if (value.has_value() && !value.is_array())
      return with_index(document, expr::Evaluation::null());
    if (!unwinding_.keep_all) return std::nullopt;
    if (value.is_array()) {
      slot_.put(ValueView(), buffer_);
      document = view(buffer_);
    }
    return with_index(document, expr::Evaluation::null());
  }

  void start(DocumentView document, DocumentView array) {
    document_ = document;
    element_ = array.begin();
    element_position_ = 0;
  }
  // Past the last element nothing of the document is looked at again: it is gone by then.
  void advance() {
    ++element_;
    ++element_position_;
    if (element_.at_end()) element_ = DocumentView().begin();
  }

  Result<std::optional<DocumentView>> next_element() {
    slot_.put(element_->value, buffer_);
    CAIRN_RETURN_IF_ERROR(held_.hold(buffer_.size()));
    const std::int64_t position = element_position_;
    advance();
    return with_index(view(buffer_),
                      ValueView(BsonType::kInt64, reinterpret_cast<const std::uint8_t*>(&position),
                                sizeof position));
  }

  std::optional<DocumentView> with_index(DocumentView document, ValueView position) {
    if (!index_slot_) return document;
    index_slot_->locate(document);
    index_slot_->put(position, indexed_);
    return view(indexed_);
  }

  static DocumentView view(const std::string& bytes) {
    return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  }

  const Unwinding& unwinding_;
  project::FieldSlot slot_;
  std::optional<project::FieldSlot> index_slot_;
  DocumentView document_;  // that is being unwound
  Document owned_;         // its copy while the input is parked
  DocumentView::Iterator element_ = DocumentView().begin();
  std::int64_t element_position_ = 0;
  std::uint64_t given_ =
      0;  // elements of all documents: one after the other multiplies short arrays
  std::string buffer_;
  std::string indexed_;
  expr::HeldBytes held_;
};

class Unwind final : public Stage {
 public:
  explicit Unwind(Unwinding unwinding) : unwinding_(std::move(unwinding)) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Unwound>(std::move(input), unwinding_));
  }
  Value explained(ValueView specification) const override {
    if (specification.is_document()) return Value(specification);
    return Value::document(document("path", specification));
  }

 private:
  Unwinding unwinding_;
};

Result<StagePtr> parse_unwind(ValueView specification, Environment&) {
  CAIRN_ASSIGN_OR_RETURN(Unwinding unwinding, parse_unwinding(specification));
  return StagePtr(std::make_unique<Unwind>(std::move(unwinding)));
}

}  // namespace

extern const StageRow row_unwind{"$unwind", parse_unwind};

}  // namespace cairn::aggregate
