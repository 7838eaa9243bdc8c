#include "engine/project/field_slot.h"

namespace cairn::project {

ValueView FieldSlot::locate(DocumentView document) {
  levels_.clear();
  for (std::size_t i = 0;; ++i) {
    Level& level = levels_.emplace_back();
    level.document = document;
    auto field = document.begin();
    while (!field.at_end() && field->name != path_.name(i)) ++field;
    if (field.at_end()) {
      level.before_end = level.after = document.data() + document.size() - 1;
      return ValueView();
    }
    level.before_end = reinterpret_cast<const std::uint8_t*>(field->name.data()) - 1;
    level.after = field->value.data() + field->value.size();
    if (i + 1 == path_.size()) return field->value;
    if (!field->value.is_document()) return ValueView();
    document = field->value.as_document();
  }
}

void FieldSlot::append_name(BsonType type, std::size_t component, std::string& out) const {
  out.push_back(static_cast<char>(type));
  out.append(path_.name(component));
  out.push_back('\0');
}

// Everything before the field's name.
void FieldSlot::open(std::string& out) const {
  out.clear();
  starts_.clear();
  for (std::size_t i = 0; i < path_.size(); ++i) {
    if (i > 0) append_name(BsonType::kDocument, i - 1, out);
    starts_.push_back(out.size());
    out.append(4, '\0');
    if (i >= levels_.size()) continue;
    const std::uint8_t* fields = levels_[i].document.data() + 4;
    out.append(reinterpret_cast<const char*>(fields),
               static_cast<std::size_t>(levels_[i].before_end - fields));
  }
}

void FieldSlot::begin(BsonType type, std::string& out) const {
  open(out);
  append_name(type, path_.size() - 1, out);
}

void FieldSlot::end(std::string& out) const {
  for (std::size_t i = path_.size(); i-- > 0;) {
    if (i < levels_.size()) {
      const Level& level = levels_[i];
      const std::uint8_t* end = level.document.data() + level.document.size();
      out.append(reinterpret_cast<const char*>(level.after),
                 static_cast<std::size_t>(end - level.after));
    } else {
      out.push_back('\0');
    }
    const auto size = static_cast<std::uint32_t>(out.size() - starts_[i]);
    std::memcpy(out.data() + starts_[i], &size, sizeof size);
  }
}

void FieldSlot::put(ValueView value, std::string& out) const {
  open(out);
  if (!value.missing()) {
    append_name(value.type(), path_.size() - 1, out);
    out.append(reinterpret_cast<const char*>(value.data()), value.size());
  }
  end(out);
}

}  // namespace cairn::project
