#include "engine/changes/update_description.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace cairn::changes {
namespace {

struct Component {
  std::string_view name;
  bool index = false;  // of an array's element
};

bool is_number(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

class Description {
 public:
  explicit Description(Disambiguate disambiguate)
      : disambiguate_(disambiguate == Disambiguate::kYes) {}

  void fields(DocumentView diff) {
    for (const Element& part : diff) {
      if (part.name == "d") {
        for (const Element& field : part.value.as_document()) removed(field.name);
      } else if (part.name == "u" || part.name == "i") {
        for (const Element& field : part.value.as_document())
          updated(field.name, false, field.value);
      } else {
        nested(part, false);
      }
    }
  }

  void finish(DocumentBuilder& out) {
    out.append("updatedFields", updated_.take());
    out.append_array("removedFields", removed_.take());
    out.append_array("truncatedArrays", truncated_.take());
    if (disambiguate_) out.append("disambiguatedPaths", paths_.take());
  }

 private:
  void elements(DocumentView diff) {
    for (const Element& part : diff) {
      if (part.name == "a") continue;
      if (part.name == "l") {
        truncated_.push_document().append("field", path()).append("newSize", part.value).end();
        disambiguate();
      } else if (part.name.front() == 'u') {
        updated(part.name.substr(1), true, part.value);
      } else {
        nested(part, true);
      }
    }
  }

  // "sName": {…}
  void nested(const Element& part, bool index) {
    at_.push_back({part.name.substr(1), index});
    const DocumentView diff = part.value.as_document();
    diff["a"].missing() ? fields(diff) : elements(diff);
    at_.pop_back();
  }

  void updated(std::string_view name, bool index, ValueView value) {
    at_.push_back({name, index});
    updated_.append(path(), value);
    disambiguate();
    at_.pop_back();
  }

  void removed(std::string_view name) {
    at_.push_back({name});
    removed_.push(path());
    disambiguate();
    at_.pop_back();
  }

  std::string path() const {
    std::string joined;
    for (const Component& one : at_) {
      if (!joined.empty()) joined.push_back('.');
      joined.append(one.name);
    }
    return joined;
  }

  // Only names can be taken for something else: for a path of their own, or for an index.
  void disambiguate() {
    if (!disambiguate_ || std::ranges::none_of(at_, [](const Component& one) {
          return one.name.find('.') != std::string_view::npos ||
                 (!one.index && is_number(one.name));
        })) {
      return;
    }
    paths_.begin_array(path());
    for (const Component& one : at_) {
      if (one.index) {
        paths_.push(static_cast<std::int32_t>(std::stol(std::string(one.name))));
      } else {
        paths_.push(one.name);
      }
    }
    paths_.end();
  }

  const bool disambiguate_;
  std::vector<Component> at_;
  DocumentBuilder updated_;
  DocumentBuilder removed_;    // an array
  DocumentBuilder truncated_;  // an array
  DocumentBuilder paths_;
};

}  // namespace

void append_update_description(DocumentView delta, Disambiguate disambiguate,
                               DocumentBuilder& out) {
  Description description(disambiguate);
  const ValueView diff = delta["diff"];
  if (diff.is_document()) description.fields(diff.as_document());
  description.finish(out);
}

}  // namespace cairn::changes
