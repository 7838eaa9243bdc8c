// Extended JSON v2 to BSON, in one pass over simdjson's On Demand parser.
//
// Objects go straight into the document being built, except those whose first key may start a type
// wrapper: they are built aside and then replaced by the value they stand for. The top level is
// always a document.
#include <charconv>
#include <string>

#include <simdjson.h>

#include <cairn/bson.h>

#include "engine/bson/json_wrapper.h"

namespace cairn {
namespace {

namespace od = simdjson::ondemand;

constexpr std::string_view kTooDeep = "nested too deeply";

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : json_(text) {}

  Result<Document> read();

 private:
  Result<std::string_view> key_of(od::field& field);
  Status value(std::string_view name, od::value value, DocumentBuilder& out, int depth);
  Status object(std::string_view name, od::value value, DocumentBuilder& out, int depth);
  Status array(std::string_view name, od::value value, DocumentBuilder& out, int depth);
  Status scalar(std::string_view name, od::value value, od::json_type type, DocumentBuilder& out);
  Status number(std::string_view name, std::string_view token, DocumentBuilder& out);
  Status check_depth(std::string_view first_key, int depth);
  Status check_wrapper_field(std::string_view key, od::value value);
  Status append_unwrapped(std::string_view name, const Document& object, DocumentBuilder& out,
                          int depth);

  Status error(std::string_view what);
  Status error(simdjson::error_code code) { return error(simdjson::error_message(code)); }

  simdjson::padded_string json_;
  od::parser parser_;
  od::document document_;
  bool iterating_ = false;  // before, document_ has no place
};

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == any_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_digits(std::string_view& text) {
  bool any = false;
  while (take(text, "0123456789")) any = true;
  return any;
}

// JSON's grammar of numbers, which On Demand leaves to who reads the raw token.
bool is_json_number(std::string_view text, bool& integer) {
  take(text, "-");
  const bool zero = take(text, "0");
  if (!zero && !take_digits(text)) return false;
  integer = text.empty();
  if (take(text, ".") && !take_digits(text)) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

Status JsonReader::error(std::string_view what) {
  std::size_t at = json_.size();
  const char* place = nullptr;
  if (iterating_ && document_.current_location().get(place) == simdjson::SUCCESS &&
      place != nullptr) {
    at = std::min(at, static_cast<std::size_t>(place - json_.data()));
  }
  return {ErrorCode::kFailedToParse,
          "JSON: " + std::string(what) + ", at byte " + std::to_string(at)};
}

Result<Document> JsonReader::read() {
  if (const auto code = parser_.iterate(json_).get(document_)) return error(code);
  iterating_ = true;
  od::object object;
  if (const auto code = document_.get_object().get(object)) return error(code);
  DocumentBuilder out;
  for (auto next : object) {
    od::field field;
    if (const auto code = std::move(next).get(field)) return error(code);
    CAIRN_ASSIGN_OR_RETURN(const std::string_view key, key_of(field));
    CAIRN_RETURN_IF_ERROR(value(key, field.value(), out, 0));
  }
  const char* place = nullptr;
  if (document_.current_location().get(place) != simdjson::OUT_OF_BOUNDS) {
    return error("text after the document's end");
  }
  return out.take();
}

Result<std::string_view> JsonReader::key_of(od::field& field) {
  std::string_view key;
  if (const auto code = field.unescaped_key().get(key)) return error(code);
  if (key.find('\0') != key.npos) return error("a field name that holds a NUL");
  return key;
}

Status JsonReader::value(std::string_view name, od::value value, DocumentBuilder& out, int depth) {
  od::json_type type;
  if (const auto code = value.type().get(type)) return error(code);
  if (type != od::json_type::object && type != od::json_type::array) {
    return scalar(name, value, type, out);
  }
  if (type == od::json_type::object) return object(name, value, out, depth + 1);
  if (depth >= kMaxNestingOnWire) return error(kTooDeep);
  return array(name, value, out, depth + 1);
}

Status JsonReader::array(std::string_view name, od::value value, DocumentBuilder& out, int depth) {
  od::array elements;
  if (const auto code = value.get_array().get(elements)) return error(code);
  out.begin_array(name);
  std::uint32_t index = 0;
  for (auto next : elements) {
    od::value element;
    if (const auto code = std::move(next).get(element)) return error(code);
    char text[12];
    const auto end = std::to_chars(text, text + sizeof text, index++);
    const std::string_view element_name(text, static_cast<std::size_t>(end.ptr - text));
    CAIRN_RETURN_IF_ERROR(this->value(element_name, element, out, depth));
  }
  out.end();
  return {};
}

Status JsonReader::object(std::string_view name, od::value value, DocumentBuilder& out, int depth) {
  od::object object;
  if (const auto code = value.get_object().get(object)) return error(code);
  std::optional<DocumentBuilder> aside;  // what may be a wrapper
  DocumentBuilder* target = nullptr;     // `aside` or `out`, as the first key decides
  for (auto next : object) {
    od::field field;
    if (const auto code = std::move(next).get(field)) return error(code);
    CAIRN_ASSIGN_OR_RETURN(const std::string_view key, key_of(field));
    if (target == nullptr) {
      CAIRN_RETURN_IF_ERROR(check_depth(key, depth));
      target = may_start_wrapper(key) ? &aside.emplace() : &out.begin_document(name);
    }
    if (aside) CAIRN_RETURN_IF_ERROR(check_wrapper_field(key, field.value()));
    CAIRN_RETURN_IF_ERROR(this->value(key, field.value(), *target, depth));
  }
  if (aside) return append_unwrapped(name, aside->take(), out, depth);
  if (target == nullptr) {
    CAIRN_RETURN_IF_ERROR(check_depth({}, depth));
    out.begin_document(name);
  }
  out.end();
  return {};
}

// A wrapper is no level of the document, but it holds two more at most ({"$date": {"$numberLong":
// …}}).
Status JsonReader::check_depth(std::string_view first_key, int depth) {
  constexpr int kWrapperLevels = 3;
  const int most = kMaxNestingOnWire + (may_start_wrapper(first_key) ? kWrapperLevels : 0);
  if (depth > most) return error(kTooDeep);
  return {};
}

// A date is {"$numberLong": …} or text; once it is BSON, a plain number could not be told from the
// former.
Status JsonReader::check_wrapper_field(std::string_view key, od::value value) {
  od::json_type type;
  if (const auto code = value.type().get(type)) return error(code);
  if (key == "$date" && type == od::json_type::number) return error("$date is a plain number");
  return {};
}

Status JsonReader::append_unwrapped(std::string_view name, const Document& object,
                                    DocumentBuilder& out, int depth) {
  auto unwrapped = unwrap(object);
  if (!unwrapped.ok()) return error(unwrapped.status().message());
  if (!unwrapped->missing()) {
    out.append(name, *unwrapped);
    return {};
  }
  if (depth > kMaxNestingOnWire) return error(kTooDeep);
  out.append(name, object);
  return {};
}

Status JsonReader::scalar(std::string_view name, od::value value, od::json_type type,
                          DocumentBuilder& out) {
  if (type == od::json_type::string) {
    std::string_view text;
    if (const auto code = value.get_string().get(text)) return error(code);
    out.append(name, text);
    return {};
  }
  if (type == od::json_type::boolean) {
    bool truth = false;
    if (const auto code = value.get_bool().get(truth)) return error(code);
    out.append(name, truth);
    return {};
  }
  if (type == od::json_type::null) {
    bool null = false;
    if (const auto code = value.is_null().get(null)) return error(code);
    if (!null) return error("not a value");
    out.append_null(name);
    return {};
  }
  std::string_view token = value.raw_json_token();
  token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
  return number(name, token, out);
}

// The smallest of int32, int64 and double that holds the number.
Status JsonReader::number(std::string_view name, std::string_view token, DocumentBuilder& out) {
  bool integer = false;
  if (!is_json_number(token, integer)) return error("not a number");
  const char* end = token.data() + token.size();
  std::int64_t whole = 0;
  if (integer && std::from_chars(token.data(), end, whole).ec == std::errc()) {
    if (whole >= INT32_MIN && whole <= INT32_MAX) {
      out.append(name, static_cast<std::int32_t>(whole));
    } else {
      out.append(name, whole);
    }
    return {};
  }
  double real = 0;
  if (std::from_chars(token.data(), end, real).ec != std::errc()) {
    return error("a number that no double holds");
  }
  out.append(name, real);
  return {};
}

}  // namespace

Result<Document> from_json(std::string_view text) { return JsonReader(text).read(); }

}  // namespace cairn
