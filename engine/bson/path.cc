// Parsing of dotted paths, and the walks that need no visitor.
#include "engine/bson/path.h"

namespace cairn {
namespace {

constexpr std::size_t kMaxComponents = 200;

// Pushes what "$path" means from component `at` on, if anything.
void push_evaluated(DocumentView document, const FieldPath& path, std::size_t at,
                    DocumentBuilder& out);

void push_evaluated_elements(DocumentView array, const FieldPath& path, std::size_t at,
                             DocumentBuilder& out) {
  for (const Element& element : array) {
    if (element.value.is_document()) {
      push_evaluated(element.value.as_document(), path, at, out);
    }
  }
}

void push_evaluated(DocumentView document, const FieldPath& path, std::size_t at,
                    DocumentBuilder& out) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, at);
  if (stop.next == path.size()) {
    if (!stop.value.missing()) out.push(stop.value);
    return;
  }
  if (!stop.value.is_array()) return;
  out.push_array();
  push_evaluated_elements(stop.value.as_document(), path, stop.next, out);
  out.end();
}

Status check_component(std::string_view name) {
  if (name.empty()) {
    return {
        location(15998),
        "Consider using $getField or $setField for a field path with '.' or '$'. :: caused by :: "
        "FieldPath field names may not be empty strings."};
  }
  if (name.front() == '$') {
    return {
        location(16410),
        "Consider using $getField or $setField for a field path with '.' or '$'. :: caused by :: "
        "FieldPath field names may not start with '$', given '" +
            std::string(name) + "'."};
  }
  if (name.find('\0') != name.npos) {
    return {location(16411), "FieldPath field names may not contain '\\0'."};
  }
  return {};
}

}  // namespace

std::int32_t parse_array_index(std::string_view name) {
  constexpr std::size_t kMostDigits = 9;
  if (name.empty() || name.size() > kMostDigits) return FieldPath::kNotAnIndex;
  if (name.size() > 1 && name.front() == '0') return FieldPath::kNotAnIndex;
  std::int32_t index = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return FieldPath::kNotAnIndex;
    index = index * 10 + (c - '0');
  }
  return index;
}

FieldPath::FieldPath(std::string_view dotted) : text_(dotted) {
  std::size_t begin = 0;
  for (bool last = false; !last;) {
    const std::size_t dot = dotted.find('.', begin);
    last = dot == dotted.npos;
    const std::size_t end = last ? dotted.size() : dot;
    components_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                           parse_array_index(dotted.substr(begin, end - begin))});
    begin = end + 1;
  }
}

Status check_field_path(std::string_view dotted) {
  if (dotted.empty()) {
    return {location(40352), "FieldPath cannot be constructed with empty string"};
  }
  if (dotted.back() == '.') return {location(40353), "FieldPath must not end with a '.'."};
  const FieldPath path(dotted);
  if (path.size() > kMaxComponents) {
    return {ErrorCode::kOverflow,
            "FieldPath is too long, components: " + std::to_string(path.size())};
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    CAIRN_RETURN_IF_ERROR(check_component(path.name(i)));
  }
  return {};
}

ValueView find_path(DocumentView document, const FieldPath& path) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
  return stop.next == path.size() ? stop.value : ValueView();
}

ValueView evaluate_path(DocumentView document, const FieldPath& path, std::string& scratch) {
  const path_detail::Stop stop = path_detail::walk_documents(document, path, 0);
  if (stop.next == path.size()) return stop.value;
  if (!stop.value.is_array()) return {};
  scratch.clear();
  DocumentBuilder out(scratch);
  push_evaluated_elements(stop.value.as_document(), path, stop.next, out);
  out.finish();
  return {BsonType::kArray, reinterpret_cast<const std::uint8_t*>(scratch.data()),
          static_cast<std::uint32_t>(scratch.size())};
}

namespace path_detail {

ValueView array_element(DocumentView array, std::int32_t index) {
  for (const Element& element : array) {
    if (index-- == 0) return element.value;
  }
  return {};
}

}  // namespace path_detail
}  // namespace cairn
