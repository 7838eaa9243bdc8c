#include "engine/records/keys/vector_filter_row.h"

#include <cstring>

namespace cairn::records {
namespace {

constexpr std::size_t kLeastDocument = 5;

// Whether a component may address an element of an array, or what an element holds.
bool has_number(const FieldPath& path, std::size_t from) {
  for (std::size_t i = from; i < path.size(); ++i) {
    if (path.index(i) != FieldPath::kNotAnIndex) return true;
  }
  return false;
}

void append_seen(DocumentBuilder& out, std::string_view name, ValueView value,
                 const FieldPath& path, std::size_t at);

// Of the document's fields the one that component `at` names.
void append_member(DocumentBuilder& out, DocumentView document, const FieldPath& path,
                   std::size_t at) {
  const ValueView member = document.find(path.name(at));
  if (!member.missing()) append_seen(out, path.name(at), member, path, at + 1);
}

// `value`, of which the components from `at` on are asked.
void append_seen(DocumentBuilder& out, std::string_view name, ValueView value,
                 const FieldPath& path, std::size_t at) {
  const bool whole = at == path.size() || (value.is_array() && has_number(path, at));
  if (whole || (!value.is_document() && !value.is_array())) {
    out.append(name, value);
    return;
  }
  if (value.is_document()) {
    out.begin_document(name);
    append_member(out, value.as_document(), path, at);
    out.end();
    return;
  }
  // Elements that are no documents are passed over by every filter, but they are there.
  out.begin_array(name);
  for (const Element& element : value.as_document()) {
    if (!element.value.is_document()) {
      out.push(element.value);
      continue;
    }
    out.push_document();
    append_member(out, element.value.as_document(), path, at);
    out.end();
  }
  out.end();
}

}  // namespace

void append_filter_row(DocumentView document, std::span<const FieldPath> filters,
                       std::string& out) {
  for (const FieldPath& path : filters) {
    DocumentBuilder seen;
    append_member(seen, document, path, 0);
    const Document one = seen.take();
    out.append(reinterpret_cast<const char*>(one.view().data()), one.size());
  }
}

Result<DocumentView> next_filter_value(std::string_view& row) {
  std::uint32_t bytes = 0;
  if (row.size() >= sizeof bytes) std::memcpy(&bytes, row.data(), sizeof bytes);
  if (bytes < kLeastDocument || bytes > row.size()) {
    return Status(ErrorCode::kInternalError,
                  "a row of values to filter vectors by cannot be read, run `cairn check`");
  }
  const DocumentView value(reinterpret_cast<const std::uint8_t*>(row.data()));
  row.remove_prefix(bytes);
  return value;
}

}  // namespace cairn::records
