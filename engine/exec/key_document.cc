#include "engine/exec/key_document.h"

#include "engine/bson/key_string.h"

#include <algorithm>

namespace cairn::exec {

KeyDocument::KeyDocument(const IndexEntry& index, DottedFields dotted) : index_(index) {
  if (dotted == DottedFields::kByName) return;
  for (std::size_t i = 0; i < index.paths().size(); ++i) {
    flat_ = flat_ && index.paths()[i].size() == 1;
    add(index.paths()[i], i, levels_);
  }
}

void KeyDocument::add(const FieldPath& path, std::size_t field, std::vector<Level>& levels) {
  std::vector<Level>* at = &levels;
  for (std::size_t i = 0; i < path.size(); ++i) {
    auto found = std::find_if(at->begin(), at->end(),
                              [&](const Level& level) { return level.name == path.name(i); });
    if (found == at->end()) {
      at->push_back({std::string(path.name(i)), {}, field});
      found = at->end() - 1;
    }
    at = &found->inside;
  }
}

Status KeyDocument::read(std::string_view components, std::string_view type_bits,
                         std::string& out) {
  std::string& bytes = flat_ ? out : flat_bytes_;
  bytes.clear();
  {
    DocumentBuilder builder(bytes);
    key::Decoder decoder(components, type_bits);
    for (std::size_t i = 0; i < index_.key_fields().size(); ++i) {
      KeyField field = index_.key_fields()[i];
      if (index_.wildcard_field() == i) {
        CAIRN_RETURN_IF_ERROR(read_path(decoder, builder));
        field.name = path_;
      }
      decoder.begin(field.direction);
      CAIRN_RETURN_IF_ERROR(decode_component(decoder, field, builder));
    }
    builder.finish();
  }
  unsure_ = false;
  values_.clear();
  const DocumentView all(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  for (const Element& element : all) {
    unsure_ |= element.value.type() == BsonType::kNull;
    values_.push_back(element.value);
  }
  if (flat_) return Status();
  out.clear();
  DocumentBuilder nested(out);
  append(levels_, nested);
  nested.finish();
  return Status();
}

// The component before a wildcard field's value: where in the document it is.
Status KeyDocument::read_path(key::Decoder& decoder, DocumentBuilder& out) {
  constexpr std::string_view kPath = "$_path";
  DocumentBuilder alone;
  decoder.begin(key::Direction::kAscending);
  CAIRN_RETURN_IF_ERROR(decode_component(decoder, {.name = kPath}, alone));
  const Document path = alone.take();
  const ValueView value = path.view()[kPath];
  out.append(kPath, value);
  path_ = value.is_string() ? value.as_string() : kPath;
  return Status();
}

void KeyDocument::append(const std::vector<Level>& levels, DocumentBuilder& out) {
  for (const Level& level : levels) {
    if (level.inside.empty()) {
      out.append(level.name, values_[level.field]);
    } else {
      out.begin_document(level.name);
      append(level.inside, out);
      out.end();
    }
  }
}

}  // namespace cairn::exec
