#include "engine/update/apply_delta.h"

#include "engine/update/document_writer.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cairn::update {
namespace {

Status no_delta() {
  return {ErrorCode::kInternalError, "the store is corrupt: a delta of another document"};
}

enum class Step : std::uint8_t { kRemove, kSet, kInsert, kNested };

// What becomes of one field.
struct FieldStep {
  std::string_view name;
  Step step = Step::kSet;
  ValueView value;
  bool met = false;
};

// What becomes of one element.
struct ElementStep {
  std::uint32_t index = 0;
  Step step = Step::kSet;
  ValueView value;
};

// The steps of a document's diff in their order, found by name.
class FieldSteps {
 public:
  Status read(DocumentView diff) {
    for (const Element& section : diff) {
      if (!section.value.is_document()) return no_delta();
      const DocumentView inside = section.value.as_document();
      if (section.name == "d") {
        add_all(inside, Step::kRemove);
      } else if (section.name == "u") {
        add_all(inside, Step::kSet);
      } else if (section.name == "i") {
        add_all(inside, Step::kInsert);
      } else if (section.name.starts_with('s')) {
        steps_.push_back({section.name.substr(1), Step::kNested, section.value});
      } else {
        return no_delta();
      }
    }
    for (FieldStep& step : steps_) by_name_.push_back(&step);
    std::ranges::sort(by_name_, {}, &FieldStep::name);
    return Status();
  }

  // nullptr: the field stays; of several of one name only the first is meant.
  FieldStep* find(std::string_view name) const {
    const auto at = std::ranges::lower_bound(by_name_, name, {}, &FieldStep::name);
    const bool found = at != by_name_.end() && (*at)->name == name && !(*at)->met;
    return found ? *at : nullptr;
  }
  const std::vector<FieldStep>& all() const { return steps_; }

 private:
  void add_all(DocumentView fields, Step step) {
    for (const Element& field : fields) steps_.push_back({field.name, step, field.value});
  }

  std::vector<FieldStep> steps_;
  std::vector<FieldStep*> by_name_;
};

class Applier {
 public:
  explicit Applier(std::string& out) : writer_(out) {}

  Status document(DocumentView before, DocumentView diff) {
    FieldSteps steps;
    CAIRN_RETURN_IF_ERROR(steps.read(diff));
    for (const Element& field : before) {
      FieldStep* const step = steps.find(field.name);
      if (step == nullptr) {
        writer_.copy(field_begin(field), field_end(field));
        continue;
      }
      step->met = step->step != Step::kInsert;
      if (step->step == Step::kSet) writer_.append(field.name, step->value);
      if (step->step == Step::kNested) CAIRN_RETURN_IF_ERROR(nested(field, step->value));
    }
    for (const FieldStep& step : steps.all()) {
      if (step.met) continue;
      if (step.step == Step::kNested) return no_delta();
      if (step.step != Step::kRemove) writer_.append(step.name, step.value);
    }
    return Status();
  }

 private:
  Status nested(const Element& before, ValueView diff) {
    const bool array = diff.as_document()["a"].type() == BsonType::kBool;
    if (!diff.is_document() || !(array ? before.value.is_array() : before.value.is_document())) {
      return no_delta();
    }
    const DocumentWriter::Level level = writer_.open(before.value.type(), before.name);
    CAIRN_RETURN_IF_ERROR(array ? elements(before.value.as_document(), diff.as_document())
                                : document(before.value.as_document(), diff.as_document()));
    writer_.close(level);
    return Status();
  }

  Status elements(DocumentView before, DocumentView diff) {
    std::vector<ElementStep> steps;
    std::uint32_t length = before.count();
    for (const Element& one : diff) {
      if (one.name == "a") continue;
      if (one.name == "l") {
        if (one.value.type() != BsonType::kInt32) return no_delta();
        length = std::min(length, static_cast<std::uint32_t>(one.value.as_int32()));
        continue;
      }
      ElementStep step{.step = one.name.starts_with('u') ? Step::kSet : Step::kNested,
                       .value = one.value};
      const char* const end = one.name.data() + one.name.size();
      const auto [at, error] = std::from_chars(one.name.data() + 1, end, step.index);
      if (error != std::errc() || at != end) return no_delta();
      steps.push_back(step);
    }
    std::ranges::sort(steps, {}, &ElementStep::index);
    return write_elements(before, length, steps);
  }

  // The first `length` elements, changed, and those that come behind.
  Status write_elements(DocumentView before, std::uint32_t length,
                        const std::vector<ElementStep>& steps) {
    auto step = steps.begin();
    std::uint32_t index = 0;
    for (const Element& element : before) {
      if (index == length) break;
      if (step == steps.end() || step->index != index) {
        writer_.copy(field_begin(element), field_end(element));
      } else {
        if (step->step == Step::kSet) writer_.append(element.name, step->value);
        if (step->step == Step::kNested) CAIRN_RETURN_IF_ERROR(nested(element, step->value));
        ++step;
      }
      ++index;
    }
    for (; step != steps.end(); ++step) {
      if (step->step == Step::kNested) return no_delta();
      for (; index < step->index; ++index) writer_.append_null(std::to_string(index));
      writer_.append(std::to_string(index++), step->value);
    }
    return Status();
  }

  DocumentWriter writer_;
};

}  // namespace

Status apply_delta(DocumentView before, DocumentView delta, std::string& out) {
  out.clear();
  const ValueView diff = delta["diff"];
  if (!diff.is_document()) return no_delta();
  DocumentWriter writer(out);
  const DocumentWriter::Level level = writer.open();
  CAIRN_RETURN_IF_ERROR(Applier(out).document(before, diff.as_document()));
  writer.close(level);
  return Status();
}

}  // namespace cairn::update
