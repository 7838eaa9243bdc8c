#include "engine/api/indexes/text_options.h"

#include "engine/api/indexes/refusals.h"
#include "engine/bson/path.h"
#include "engine/bson/type_name.h"
#include "engine/catalog/text_spec.h"
#include "index/text/language.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cairn::api {
namespace {

constexpr std::string_view kEverything = "$**";
constexpr std::int64_t kNewestTextVersion = 3;

bool is_text(const Element& field) {
  return field.value.is_string() && field.value.as_string() == "text";
}

class Completion {
 public:
  explicit Completion(DocumentView given) : given_(given) {}

  Result<TextOptions> run() {
    CAIRN_RETURN_IF_ERROR(read_key());
    CAIRN_RETURN_IF_ERROR(check_adjacent());
    CAIRN_RETURN_IF_ERROR(read_weights());
    CAIRN_RETURN_IF_ERROR(read_version());
    CAIRN_RETURN_IF_ERROR(read_languages());
    DocumentBuilder options;
    options.begin_document("weights");
    for (const auto& [path, weight] : weights_) options.append(path, weight);
    options.end();
    options.append("default_language", default_language_);
    options.append("language_override", language_override_);
    options.append("textIndexVersion", version_);
    return TextOptions{key_.take(), options.take()};
  }

 private:
  // The first field with text becomes `_fts`, `_ftsx`; who gives those already has weights beside.
  Status read_key() {
    bool placed = false;
    const DocumentView pattern = given_["key"].as_document();
    for (auto field = pattern.begin(); field != pattern.end(); ++field) {
      if (field->name == kTextScoreField && is_text(*field)) {
        return cannot_create("expecting _ftsx:1");
      }
      if (field->name == kTextField) {
        placed = true;
        key_.append(field->name, field->value);
        if (++field == pattern.end() || field->name != kTextScoreField) {
          return cannot_create("expected _ftsx after _fts");
        }
        if (!field->value.is_number() || field->value.to_int64_clamped() != 1) {
          return cannot_create("expecting _ftsx:1");
        }
        key_.append(field->name, field->value);
      } else if (is_text(*field)) {
        if (!placed) key_.append(kTextField, "text").append(kTextScoreField, 1);
        placed = true;
        weights_[std::string(field->name)] = 1;
      } else if (field->name == kTextScoreField) {
        return cannot_create("text index with reserved fields _fts/_ftsx not allowed");
      } else {
        key_.append(field->name, field->value);
      }
    }
    return Status();
  }

  Status check_adjacent() const {
    bool seen = false;
    bool ended = false;
    for (const Element& field : given_["key"].as_document()) {
      const bool text = is_text(field) || field.name == kTextScoreField;
      if (text && ended) return cannot_create("'text' fields in index must all be adjacent");
      seen = seen || text;
      ended = seen && !text;
    }
    return Status();
  }

  Status read_weights() {
    const ValueView given = given_["weights"];
    if (given.is_string()) {
      if (given.as_string() != kEverything)
        return cannot_create("text index option 'weights' must be an object");
      weights_[std::string(kEverything)] = 1;
    } else if (given.is_document()) {
      for (const Element& field : given.as_document()) CAIRN_RETURN_IF_ERROR(read_weight(field));
    } else if (!given.missing()) {
      return {ErrorCode::kTypeMismatch,
              fmt::format("The field 'weights' must be an object, but got {}",
                          type_name(given.type()))};
    }
    for (const auto& [path, weight] : weights_) CAIRN_RETURN_IF_ERROR(check_path(path));
    if (!weights_.empty()) return Status();
    return cannot_create("text index option 'weights' must specify fields or the wildcard");
  }

  Status read_weight(const Element& field) {
    constexpr std::int64_t kTooMuch = 100'000;
    if (!field.value.is_number()) return cannot_create("weight for text index needs numeric type");
    const std::int64_t weight = field.value.to_int64_clamped();
    if (weight <= 0 || weight >= kTooMuch) {
      return cannot_create(fmt::format(
          "text index weight must be in the exclusive interval (0,100000) but found: {}", weight));
    }
    weights_[std::string(field.name)] = static_cast<std::int32_t>(weight);
    return Status();
  }

  static Status check_path(std::string_view path) {
    if (path == kEverything) return Status();
    if (path.empty()) return cannot_create("weight cannot be on an empty field");
    const FieldPath parts(path);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts.name(i).empty()) return cannot_create("weight cannot have empty path component");
      if (parts.name(i).starts_with('$'))
        return cannot_create("weight cannot have path component with $ prefix");
    }
    return Status();
  }

  Status read_version() {
    const ValueView given = given_["textIndexVersion"];
    if (given.missing()) return Status();
    const std::int64_t version = given.to_int64_clamped();
    if (version < 1 || version > kNewestTextVersion)
      return cannot_create(fmt::format("bad textIndexVersion: {}", version));
    version_ = static_cast<std::int32_t>(version);
    return Status();
  }

  Status read_languages() {
    if (const ValueView given = given_["default_language"]; !given.missing()) {
      default_language_ = given.as_string();
    }
    if (text::find_language(default_language_, static_cast<text::Version>(version_)) == nullptr) {
      return cannot_create("default_language is not valid");
    }
    if (const ValueView given = given_["language_override"]; !given.missing()) {
      language_override_ = given.as_string();
    }
    const bool valid = !language_override_.empty() && language_override_.front() != '$' &&
                       language_override_.find('.') == std::string_view::npos;
    return valid ? Status() : cannot_create("language_override is not valid");
  }

  DocumentView given_;
  DocumentBuilder key_;
  std::map<std::string, std::int32_t> weights_;
  std::int32_t version_ = kNewestTextVersion;
  std::string_view default_language_ = "english";
  std::string_view language_override_ = "language";
};

}  // namespace

bool is_text_pattern(DocumentView pattern) {
  for (const Element& field : pattern) {
    if (is_text(field)) return true;
  }
  return false;
}

Result<TextOptions> complete_text(DocumentView specification) {
  return Completion(specification).run();
}

}  // namespace cairn::api
