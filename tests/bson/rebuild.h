// Copies a document value by value through views and builder, as any reader of all its content
// would.
#pragma once

#include <cairn/bson.h>

namespace cairn::test {

inline void rebuild_value(std::string_view name, ValueView value, DocumentBuilder& out);

inline Document rebuild(DocumentView document) {
  DocumentBuilder out;
  for (const Element& element : document) rebuild_value(element.name, element.value, out);
  return out.take();
}

// Arrays get their indexes anew, regular expressions sorted options.
inline void rebuild_value(std::string_view name, ValueView value, DocumentBuilder& out) {
  using enum BsonType;
  switch (value.type()) {
    case kDouble:
      out.append(name, value.as_double());
      return;
    case kString:
      out.append(name, value.as_string());
      return;
    case kSymbol:
    case kCode:
      out.append_text(name, value.type(), value.as_string());
      return;
    case kDocument:
      out.begin_document(name);
      for (const Element& e : value.as_document()) rebuild_value(e.name, e.value, out);
      out.end();
      return;
    case kArray: {
      out.begin_array(name);
      std::uint32_t index = 0;
      for (const Element& e : value.as_document()) {
        rebuild_value(std::to_string(index++), e.value, out);
      }
      out.end();
      return;
    }
    case kBinary:
      out.append(name, value.as_binary());
      return;
    case kObjectId:
      out.append(name, value.as_object_id());
      return;
    case kBool:
      out.append(name, value.as_bool());
      return;
    case kDate:
      out.append(name, value.as_date());
      return;
    case kRegex:
      out.append(name, value.as_regex());
      return;
    case kDbPointer: {
      // There is no builder call for this type: its parts are read, its bytes copied.
      (void)value.db_pointer_namespace();
      (void)value.db_pointer_id();
      out.append(name, value);
      return;
    }
    case kCodeWithScope:
      out.append_code_with_scope(name, value.code_with_scope_code(),
                                 rebuild(value.code_with_scope_scope()));
      return;
    case kInt32:
      out.append(name, value.as_int32());
      return;
    case kTimestamp:
      out.append(name, value.as_timestamp());
      return;
    case kInt64:
      out.append(name, value.as_int64());
      return;
    case kDecimal128:
      out.append(name, value.as_decimal128());
      return;
    default:
      out.append_empty(name, value.type());
      return;
  }
}

}  // namespace cairn::test
