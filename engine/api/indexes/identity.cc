#include "engine/api/indexes/identity.h"

#include "engine/api/indexes/key_pattern.h"
#include "engine/bson/shell_text.h"
#include "engine/exec/normal_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cairn::api {
namespace {

constexpr std::string_view kSignature[] = {"unique", "sparse", "partialFilterExpression",
                                           "collation", "wildcardProjection"};
// Not compared at all.
constexpr std::string_view kIgnored[] = {
    "v", "key", "name", "background", "2dsphereIndexVersion", "textIndexVersion"};

// False is as good as absent.
bool same_value(ValueView a, ValueView b) {
  const auto absent = [](ValueView value) {
    return value.missing() || (value.type() == BsonType::kBool && !value.as_bool());
  };
  if (absent(a) || absent(b)) return absent(a) == absent(b);
  return compare(a, b) == 0;
}

// {a: {b: 1}, c: 1} as it is asked of documents: without a word on `_id`, which is left out anyway.
Document plain_projection(ValueView projection) {
  DocumentBuilder out;
  if (!projection.is_document()) return out.take();
  for (const Element& path : projection.as_document()) {
    if (path.name == "_id" && !path.value.truthy()) continue;
    if (path.value.is_document()) {
      out.append(path.name, plain_projection(path.value));
    } else {
      out.append(path.name, path.value.truthy());
    }
  }
  return out.take();
}

// {a: 1} is {a: {$eq: 1}}.
bool same_filter(ValueView a, ValueView b) {
  if (!a.is_document() || !b.is_document()) return same_value(a, b);
  return compare(exec::normal_filter(a.as_document()), exec::normal_filter(b.as_document())) == 0;
}

bool same_signature(DocumentView a, DocumentView b) {
  if (!same_pattern(a["key"].as_document(), b["key"].as_document())) return false;
  return std::all_of(std::begin(kSignature), std::end(kSignature), [&](std::string_view option) {
    if (option == "wildcardProjection") {
      return compare(plain_projection(a[option]).view(), plain_projection(b[option]).view()) == 0;
    }
    return option == "partialFilterExpression" ? same_filter(a[option], b[option])
                                               : same_value(a[option], b[option]);
  });
}

bool includes_options(DocumentView a, DocumentView b) {
  for (const Element& option : a) {
    const bool ignored =
        std::find(std::begin(kIgnored), std::end(kIgnored), option.name) != std::end(kIgnored);
    if (ignored || option.name == "wildcardProjection") continue;
    const bool same = option.name == "partialFilterExpression"
                          ? same_filter(option.value, b[option.name])
                          : same_value(option.value, b[option.name]);
    if (!same) return false;
  }
  return true;
}

bool same_options(DocumentView a, DocumentView b) {
  return includes_options(a, b) && includes_options(b, a);
}

std::string both(DocumentView asked, DocumentView there) {
  return fmt::format("Requested index: {}, existing index: {}", to_shell_text(asked),
                     to_shell_text(there));
}

}  // namespace

Result<const IndexDefinition*> find_same(const CollectionDefinition& definition,
                                         DocumentView specification) {
  const std::string_view name = specification["name"].as_string();
  const IndexDefinition* alike = nullptr;
  for (const IndexDefinition& index : definition.indexes) {
    const bool same = same_signature(specification, index.spec);
    if (index.name == name) {
      if (!same) {
        return Status(ErrorCode::kIndexKeySpecsConflict,
                      "An existing index has the same name as the requested index. When index "
                      "names are not specified, they are auto generated and can cause conflicts. "
                      "Please refer to our documentation. " +
                          both(specification, index.spec));
      }
      if (!same_options(specification, index.spec)) {
        return Status(ErrorCode::kIndexOptionsConflict,
                      "An equivalent index already exists with the same name but different "
                      "options. " +
                          both(specification, index.spec));
      }
      return &index;
    }
    if (same) alike = &index;
  }
  if (alike == nullptr) return alike;
  if (same_options(specification, alike->spec)) {
    return Status(ErrorCode::kIndexOptionsConflict,
                  "Index already exists with a different name: " + alike->name);
  }
  return Status(ErrorCode::kIndexOptionsConflict,
                "An equivalent index already exists with a different name and options. " +
                    both(specification, alike->spec));
}

}  // namespace cairn::api
