#include "engine/catalog/text_spec.h"

#include <algorithm>
#include <string>

namespace cairn {
namespace {

constexpr std::string_view kEverything = "$**";
constexpr double kDefaultWeight = 1;

std::string_view root_of(std::string_view path) { return path.substr(0, path.find('.')); }

}  // namespace

Result<TextSpec> TextSpec::parse(DocumentView spec) {
  TextSpec text;
  const ValueView version = spec["textIndexVersion"];
  const ValueView language = spec["default_language"];
  const ValueView override_field = spec["language_override"];
  const ValueView weights = spec["weights"];
  if (!version.is_number() || !language.is_string() || !override_field.is_string() ||
      !weights.is_document()) {
    return Status(ErrorCode::kInternalError, "malformed definition of a text index");
  }
  text.version_ = static_cast<text::Version>(version.to_int64_clamped());
  text.default_language_name_ = language.as_string();
  text.default_language_ = text::find_language(language.as_string(), text.version_);
  if (text.default_language_ == nullptr) {
    return Status(ErrorCode::kInternalError,
                  "unknown language of a text index: " + text.default_language_name_);
  }
  text.language_override_ = override_field.as_string();
  for (const Element& field : weights.as_document()) {
    if (field.name == kEverything) {
      text.everything_ = true;
    } else {
      text.weights_.push_back({std::string(field.name), field.value.to_double()});
    }
  }
  std::sort(text.weights_.begin(), text.weights_.end(),
            [](const Weight& a, const Weight& b) { return a.path < b.path; });
  return text;
}

const TextSpec::Weight* TextSpec::find(std::string_view path) const {
  const auto at = std::lower_bound(
      weights_.begin(), weights_.end(), path,
      [](const Weight& weight, std::string_view wanted) { return weight.path < wanted; });
  return at != weights_.end() && at->path == path ? &*at : nullptr;
}

bool TextSpec::leads_on(std::string_view path) const {
  return std::any_of(weights_.begin(), weights_.end(), [&](const Weight& weight) {
    return weight.path.size() > path.size() && weight.path[path.size()] == '.' &&
           weight.path.starts_with(path);
  });
}

// One walk through a document.
class TextSpec::Walk {
 public:
  Walk(const TextSpec& spec, TextVisitor& visitor) : spec_(spec), visitor_(visitor) {}

  Status document(DocumentView document, const text::Language& around) {
    const text::Language* language = &around;
    if (spec_.version_ != text::Version::k1 || path_.empty()) {
      CAIRN_ASSIGN_OR_RETURN(language, language_of(document, around));
    }
    for (const Element& field : document) {
      if (field.name == spec_.language_override_) continue;
      const std::size_t before = path_.size();
      if (before != 0) path_.push_back('.');
      path_.append(field.name);
      CAIRN_RETURN_IF_ERROR(value(field.value, *language, Inside::kDocument));
      path_.resize(before);
    }
    return Status();
  }

 private:
  enum class Inside : bool { kDocument, kArray };

  Result<const text::Language*> language_of(DocumentView document,
                                            const text::Language& around) const {
    const ValueView name = document[spec_.language_override_];
    if (name.missing()) return &around;
    if (!name.is_string()) {
      if (spec_.version_ == text::Version::k1) return &around;
      return Status(location(17261),
                    "found language override field in document with non-string type");
    }
    const text::Language* const language = text::find_language(name.as_string(), spec_.version_);
    if (language == nullptr) {
      return Status(location(17262),
                    "language override unsupported: " + std::string(name.as_string()));
    }
    return language;
  }

  Status value(ValueView value, const text::Language& language, Inside inside) {
    const Weight* const weight = spec_.find(path_);
    const bool covered = spec_.everything_ || weight != nullptr || whole_ > 0;
    if (value.is_string()) {
      if (covered)
        visitor_.on_text(value.as_string(), language,
                         weight == nullptr ? kDefaultWeight : weight->weight);
      return Status();
    }
    if (value.is_document()) {
      // Version 1 takes all that is inside a field for its text.
      const bool whole = spec_.version_ == text::Version::k1 && covered;
      if (!spec_.everything_ && !whole && !spec_.leads_on(path_)) return Status();
      if (whole) ++whole_;
      Status status = document(value.as_document(), language);
      if (whole) --whole_;
      return status;
    }
    if (!value.is_array()) return Status();
    // Arrays inside arrays are looked into for the sake of "$**" alone.
    const bool looks =
        spec_.everything_ || (inside == Inside::kDocument && (covered || spec_.leads_on(path_)));
    if (!looks) return Status();
    for (const Element& element : value.as_document()) {
      CAIRN_RETURN_IF_ERROR(this->value(element.value, language, Inside::kArray));
    }
    return Status();
  }

  const TextSpec& spec_;
  TextVisitor& visitor_;
  std::string path_;
  int whole_ = 0;  // inside a field whose texts count all
};

Status TextSpec::visit(DocumentView document, TextVisitor& visitor) const {
  return Walk(*this, visitor).document(document, *default_language_);
}

bool TextSpec::touched(DocumentView before, DocumentView after) const {
  if (everything_) return true;
  const auto differs = [&](std::string_view field) {
    return !before.find(field).identical(after.find(field));
  };
  return differs(language_override_) ||
         std::any_of(weights_.begin(), weights_.end(),
                     [&](const Weight& weight) { return differs(root_of(weight.path)); });
}

}  // namespace cairn
