// BSON documents: borrowed views (ValueView, DocumentView), owned values (Document, Value) and a
// builder.
//
// Format: https://bsonspec.org/spec.html, version 1.1. Views point into bytes that somebody else
// owns and that have passed `validate_document` (everything that Cairn hands out has); they are two
// words, copied freely, and live no longer than those bytes. Reading a view never allocates and
// never fails. Thread-safety: views of bytes that nobody changes may be read from many threads.
#pragma once

#include <cairn/limits.h>
#include <cairn/status.h>

#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

enum class BsonType : std::uint8_t {
  kEnd = 0,  // also: "missing", the type of a ValueView to nothing
  kDouble = 1,
  kString = 2,
  kDocument = 3,
  kArray = 4,
  kBinary = 5,
  kUndefined = 6,
  kObjectId = 7,
  kBool = 8,
  kDate = 9,
  kNull = 10,
  kRegex = 11,
  kDbPointer = 12,
  kCode = 13,
  kSymbol = 14,
  kCodeWithScope = 15,
  kInt32 = 16,
  kTimestamp = 17,
  kInt64 = 18,
  kDecimal128 = 19,
  kMaxKey = 127,
  kMinKey = 255,
};

// MongoDB's name of a type as `$type` knows it ("double", "string", "object", "array", "binData",
// …).
std::string_view type_name(BsonType type);

struct ObjectId {
  std::array<std::uint8_t, 12> bytes{};

  // A fresh id: seconds, a random process part, a counter. Thread-safe.
  static ObjectId generate();
  // From 24 hexadecimal digits.
  static Result<ObjectId> from_hex(std::string_view hex);
  std::string to_hex() const;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

// IEEE 754-2008 decimal128, binary integer significand (BID), as BSON stores it.
struct Decimal128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  static Result<Decimal128> from_string(std::string_view text);
  std::string to_string() const;
  // Bytes, not value: 1.0 and 1.00 differ here.
  friend bool operator==(const Decimal128&, const Decimal128&) = default;
};

// MongoDB's internal timestamp; orders by seconds, then increment.
struct Timestamp {
  std::uint32_t increment = 0;
  std::uint32_t seconds = 0;

  std::uint64_t value() const { return (std::uint64_t{seconds} << 32) | increment; }
  static Timestamp from_value(std::uint64_t v) {
    return {static_cast<std::uint32_t>(v), static_cast<std::uint32_t>(v >> 32)};
  }
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

// Milliseconds since 1970-01-01T00:00:00Z; negative before.
struct Date {
  std::int64_t milliseconds = 0;
  static Date now();
  friend auto operator<=>(const Date&, const Date&) = default;
};

inline constexpr std::uint8_t kUuidSubtype = 4;  // of RFC 9562, in its byte order

struct BinaryView {
  std::uint8_t subtype = 0;
  std::span<const std::uint8_t> bytes;
};
struct RegexView {
  std::string_view pattern;
  std::string_view options;
};

namespace bson_detail {
template <typename T>
T load(const std::uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;  // BSON is little-endian, and so is every host that Cairn supports.
}
}  // namespace bson_detail

class DocumentView;

// One value inside somebody's bytes, or "missing". 16 bytes.
class ValueView {
 public:
  constexpr ValueView() = default;  // missing
  constexpr ValueView(BsonType type, const std::uint8_t* data, std::uint32_t size)
      : data_(data), size_(size), type_(type) {}

  BsonType type() const { return type_; }
  bool missing() const { return type_ == BsonType::kEnd; }
  // Neither missing nor null nor undefined.
  bool has_value() const {
    return type_ != BsonType::kEnd && type_ != BsonType::kNull && type_ != BsonType::kUndefined;
  }
  // The payload as BSON stores it.
  const std::uint8_t* data() const { return data_; }
  std::uint32_t size() const { return size_; }
  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }

  bool is_number() const {
    return type_ == BsonType::kInt32 || type_ == BsonType::kInt64 || type_ == BsonType::kDouble ||
           type_ == BsonType::kDecimal128;
  }
  bool is_document() const { return type_ == BsonType::kDocument; }
  bool is_array() const { return type_ == BsonType::kArray; }
  bool is_string() const { return type_ == BsonType::kString; }

  // REQUIRES (all below): the type is the one named.
  double as_double() const { return bson_detail::load<double>(data_); }
  std::int32_t as_int32() const { return bson_detail::load<std::int32_t>(data_); }
  std::int64_t as_int64() const { return bson_detail::load<std::int64_t>(data_); }
  bool as_bool() const { return *data_ != 0; }
  Date as_date() const { return {bson_detail::load<std::int64_t>(data_)}; }
  Timestamp as_timestamp() const {
    return Timestamp::from_value(bson_detail::load<std::uint64_t>(data_));
  }
  Decimal128 as_decimal128() const {
    return {bson_detail::load<std::uint64_t>(data_), bson_detail::load<std::uint64_t>(data_ + 8)};
  }
  ObjectId as_object_id() const {
    ObjectId id;
    std::memcpy(id.bytes.data(), data_, 12);
    return id;
  }
  // String, symbol or code, without the terminating NUL.
  std::string_view as_string() const {
    return {reinterpret_cast<const char*>(data_) + 4, bson_detail::load<std::uint32_t>(data_) - 1};
  }
  BinaryView as_binary() const {
    return {data_[4], {data_ + 5, bson_detail::load<std::uint32_t>(data_)}};
  }
  RegexView as_regex() const;
  inline DocumentView as_document() const;  // document or array
  // Code with scope: its code, its scope.
  std::string_view code_with_scope_code() const;
  DocumentView code_with_scope_scope() const;
  // DBPointer: its namespace, its id.
  std::string_view db_pointer_namespace() const;
  ObjectId db_pointer_id() const;

  // Any number as a double (decimals rounded); REQUIRES: is_number().
  double to_double() const;
  // Any number as an int64: exact, or nullopt where it is not an integer in range. REQUIRES:
  // is_number().
  std::optional<std::int64_t> to_int64_exact() const;
  // Any number as an int64, truncated toward zero and clamped; NaN is 0. REQUIRES: is_number().
  std::int64_t to_int64_clamped() const;
  // A double or a decimal that is no number.
  bool is_nan() const {
    return (type_ == BsonType::kDouble || type_ == BsonType::kDecimal128) &&
           std::isnan(to_double());
  }
  // MongoDB's truth: missing, null, undefined, false and zero are false.
  bool truthy() const;

  // Same type and same bytes. MongoDB's comparison, where 1 equals 1.0, is `compare` below.
  bool identical(ValueView other) const {
    return type_ == other.type_ && size_ == other.size_ &&
           (size_ == 0 || std::memcmp(data_, other.data_, size_) == 0);
  }

 private:
  const std::uint8_t* data_ = nullptr;
  std::uint32_t size_ = 0;
  BsonType type_ = BsonType::kEnd;
};

namespace bson_detail {
// How many bytes a payload has, by type (MinKey and MaxKey fall on 31): the low bits are a constant
// part, to which kPrefixed adds the length that the payload opens with. kScanned: only its NULs
// tell.
inline constexpr std::uint8_t kPrefixed = 0x80;
inline constexpr std::uint8_t kScanned = 0x40;
inline constexpr std::uint8_t kPayload[32] = {
    0,
    8,
    kPrefixed | 4,
    kPrefixed | 0,
    kPrefixed | 0,  // end … array
    kPrefixed | 5,
    0,
    12,
    1,
    8,  // binary … date
    0,
    kScanned,
    kPrefixed | 16,
    kPrefixed | 4,
    kPrefixed | 4,  // null … symbol
    kPrefixed | 0,
    4,
    8,
    8,
    16,  // scope … decimal128
};
std::uint32_t regex_size(const std::uint8_t* data);

// One bit set in each byte that is zero, up to and including the lowest such byte.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

// strlen, for the short names that fields have. Reads whole words before `end`, where bytes end.
// REQUIRES: there is a NUL before `end`.
inline std::size_t name_length(const std::uint8_t* name, const std::uint8_t* end) {
  const std::uint8_t* at = name;
  for (; end - at >= 8; at += 8) {
    const std::uint64_t zeros = zero_bytes(load<std::uint64_t>(at));
    if (zeros != 0) {
      return static_cast<std::size_t>(at - name) +
             static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
    }
  }
  return static_cast<std::size_t>(at - name) + std::strlen(reinterpret_cast<const char*>(at));
}
}  // namespace bson_detail

// The payload's size for a value of `type` that starts at `data`. REQUIRES: validated bytes.
inline std::uint32_t value_size(BsonType type, const std::uint8_t* data) {
  const std::uint8_t payload = bson_detail::kPayload[static_cast<std::uint8_t>(type) & 31];
  if (payload < bson_detail::kScanned) return payload;
  if (payload == bson_detail::kScanned) return bson_detail::regex_size(data);
  return (payload & 31) + bson_detail::load<std::uint32_t>(data);
}

struct Element {
  std::string_view name;
  ValueView value;
};

// A document or array inside somebody's bytes. A default view is the empty document.
class DocumentView {
 public:
  class Iterator {
   public:
    Iterator() = default;
    // At the element that starts at `at`, in a document whose bytes end at `end`.
    Iterator(const std::uint8_t* at, const std::uint8_t* end) : at_(at), end_(end) { read(); }
    const Element& operator*() const { return element_; }
    const Element* operator->() const { return &element_; }
    Iterator& operator++() {
      at_ = element_.value.data() + element_.value.size();
      read();
      return *this;
    }
    bool at_end() const { return *at_ == 0; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    void read() {
      if (*at_ == 0) return;
      const auto type = static_cast<BsonType>(*at_);
      const std::size_t length = bson_detail::name_length(at_ + 1, end_);
      const std::uint8_t* data = at_ + 1 + length + 1;
      element_ = {{reinterpret_cast<const char*>(at_ + 1), length},
                  {type, data, value_size(type, data)}};
    }
    const std::uint8_t* at_ = nullptr;
    const std::uint8_t* end_ = nullptr;
    Element element_;
  };

  DocumentView() : data_(kEmpty) {}
  // REQUIRES: validated bytes that outlive the view.
  explicit DocumentView(const std::uint8_t* data) : data_(data) {}

  const std::uint8_t* data() const { return data_; }
  std::uint32_t size() const { return bson_detail::load<std::uint32_t>(data_); }  // bytes
  std::string_view bytes() const { return {reinterpret_cast<const char*>(data_), size()}; }
  bool empty() const { return data_[4] == 0; }
  std::uint32_t count() const;  // fields; O(n)
  // The document as a value, where one is asked for.
  ValueView as_value() const { return {BsonType::kDocument, data_, size()}; }

  Iterator begin() const { return {data_ + 4, data_ + size()}; }
  Iterator end() const { return {data_ + size() - 1, data_ + size()}; }

  // The first field of that name, or missing. Names are not paths. O(n).
  ValueView find(std::string_view name) const;
  ValueView operator[](std::string_view name) const { return find(name); }

  friend bool operator==(DocumentView a, DocumentView b) { return a.bytes() == b.bytes(); }

 private:
  static constexpr std::uint8_t kEmpty[5] = {5, 0, 0, 0, 0};
  const std::uint8_t* data_;
};

inline DocumentView ValueView::as_document() const { return DocumentView(data_); }

// Checks that `bytes` are exactly one well-formed document: lengths, terminators, types, UTF-8 in
// strings and names, nesting up to `max_nesting`, size up to `max_bytes`. Error: InvalidBSON, with
// the place, or BSONObjectTooLarge.
struct ValidateOptions {
  int max_nesting = kMaxNestingOnWire;
  std::uint32_t max_bytes = kMaxMessageBytes;
  bool check_utf8 = true;
};
Result<DocumentView> validate_document(std::span<const std::uint8_t> bytes,
                                       const ValidateOptions& options = {});

// An owned document.
class Document {
 public:
  Document() : bytes_("\x05\0\0\0\0", 5) {}
  explicit Document(DocumentView view) : bytes_(view.bytes()) {}
  // Takes bytes that are a validated document.
  static Document from_validated_bytes(std::string bytes) { return Document(std::move(bytes)); }
  static Result<Document> from_bytes(std::string_view bytes);

  DocumentView view() const {
    return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes_.data()));
  }
  operator DocumentView() const { return view(); }  // NOLINT: implicit by design
  const std::string& bytes() const& { return bytes_; }
  std::string bytes() && { return std::move(bytes_); }
  std::uint32_t size() const { return view().size(); }
  bool empty() const { return view().empty(); }
  ValueView operator[](std::string_view name) const { return view().find(name); }
  DocumentView::Iterator begin() const { return view().begin(); }
  DocumentView::Iterator end() const { return view().end(); }
  friend bool operator==(const Document& a, const Document& b) { return a.bytes_ == b.bytes_; }

 private:
  explicit Document(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

// An owned value of any type; scalars up to 15 bytes need no allocation.
class Value {
 public:
  Value() = default;  // missing
  explicit Value(ValueView view)
      : bytes_(reinterpret_cast<const char*>(view.data()), view.size()), type_(view.type()) {}
  static Value null();
  static Value boolean(bool v);
  static Value int32(std::int32_t v);
  static Value int64(std::int64_t v);
  static Value number(double v);
  static Value decimal128(Decimal128 v);
  static Value string(std::string_view v);
  static Value date(Date v);
  static Value timestamp(Timestamp v);
  static Value object_id(ObjectId v);
  static Value document(DocumentView v);
  static Value array(DocumentView v);

  ValueView view() const {
    return {type_, reinterpret_cast<const std::uint8_t*>(bytes_.data()),
            static_cast<std::uint32_t>(bytes_.size())};
  }
  operator ValueView() const { return view(); }  // NOLINT: implicit by design
  BsonType type() const { return type_; }
  bool missing() const { return type_ == BsonType::kEnd; }

 private:
  Value(BsonType type, std::string bytes) : bytes_(std::move(bytes)), type_(type) {}
  std::string bytes_;
  BsonType type_ = BsonType::kEnd;
};

// Writes one document, field after field, into a growing buffer.
//
//   DocumentBuilder b;
//   b.append("name", "Ada").append("age", 36);
//   b.begin_array("tags").push("x").push("y").end();
//   Document d = b.take();
//
// Inside an array `push` names the elements "0", "1", …; `append` is for documents. A builder may
// also write at the end of a caller's buffer (`DocumentBuilder(buffer)`), which saves the copy;
// `finish` then closes it.
class DocumentBuilder {
 public:
  DocumentBuilder();
  // Appends to `buffer`, which outlives the builder. Offset 0 of the document is the buffer's
  // present end.
  explicit DocumentBuilder(std::string& buffer);
  DocumentBuilder(const DocumentBuilder&) = delete;
  DocumentBuilder& operator=(const DocumentBuilder&) = delete;

  DocumentBuilder& append(std::string_view name,
                          ValueView value);  // a missing value appends nothing
  DocumentBuilder& append(std::string_view name, const Value& v) { return append(name, v.view()); }
  DocumentBuilder& append(std::string_view name, double value);
  DocumentBuilder& append(std::string_view name, std::int32_t value);
  DocumentBuilder& append(std::string_view name, std::int64_t value);
  DocumentBuilder& append(std::string_view name, bool value);
  DocumentBuilder& append(std::string_view name, std::string_view value);
  DocumentBuilder& append(std::string_view name, const char* value) {
    return append(name, std::string_view(value));
  }
  DocumentBuilder& append(std::string_view name, const std::string& value) {
    return append(name, std::string_view(value));
  }
  DocumentBuilder& append(std::string_view name, DocumentView value);
  DocumentBuilder& append(std::string_view name, const Document& v) {
    return append(name, v.view());
  }
  DocumentBuilder& append(std::string_view name, ObjectId value);
  DocumentBuilder& append(std::string_view name, Date value);
  DocumentBuilder& append(std::string_view name, Timestamp value);
  DocumentBuilder& append(std::string_view name, Decimal128 value);
  DocumentBuilder& append(std::string_view name, BinaryView value);
  DocumentBuilder& append(std::string_view name,
                          RegexView value);  // sorts the options, as BSON wants
  DocumentBuilder& append_null(std::string_view name);
  // Text of another type than string. REQUIRES: type is kString, kSymbol or kCode.
  DocumentBuilder& append_text(std::string_view name, BsonType type, std::string_view text);
  DocumentBuilder& append_code_with_scope(std::string_view name, std::string_view code,
                                          DocumentView scope);
  // A type without payload. REQUIRES: type is kNull, kUndefined, kMinKey or kMaxKey.
  DocumentBuilder& append_empty(std::string_view name, BsonType type);
  DocumentBuilder& append_array(std::string_view name, DocumentView array);
  // Copies every field of `document`.
  DocumentBuilder& append_all(DocumentView document);

  DocumentBuilder& begin_document(std::string_view name);
  DocumentBuilder& begin_array(std::string_view name);
  // Closes the innermost open document or array.
  DocumentBuilder& end();

  // Elements of the innermost open array.
  template <typename T>
  DocumentBuilder& push(const T& value) {
    return append(next_index(), value);
  }
  DocumentBuilder& push_document() { return begin_document(next_index()); }
  DocumentBuilder& push_array() { return begin_array(next_index()); }

  // Bytes written so far, the open ends not counted.
  std::size_t size() const { return buffer_->size() - start_; }
  // Closes the outermost document; the builder is done.
  void finish();
  // Closes and gives the document; only of a builder that owns its buffer.
  Document take();
  // Closes and gives what was built as an array value's bytes (the names must be indexes).
  Value take_array();

 private:
  struct Level {
    std::size_t start;
    std::uint32_t next_index;
  };
  std::string_view next_index();
  void header(BsonType type, std::string_view name);
  void begin(BsonType type, std::string_view name);
  template <typename T>
  void raw(const T& value) {
    buffer_->append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  std::string own_;
  std::string* buffer_;
  std::size_t start_;
  Level innermost_;
  std::vector<Level>
      enclosing_;  // of the innermost, outermost first; empty (and unallocated) in flat documents
  char index_text_[12] = {};
};

// `document("a", 1, "b", "x")`: a document from names and values in turn.
template <typename... Fields>
Document document(Fields&&... fields);
// `array(1, "x", document(…))`: an array value.
template <typename... Elements>
Value array(Elements&&... elements);

namespace bson_detail {
inline void append_fields(DocumentBuilder&) {}
template <typename T, typename... Rest>
void append_fields(DocumentBuilder& builder, std::string_view name, T&& value, Rest&&... rest) {
  builder.append(name, std::forward<T>(value));
  append_fields(builder, std::forward<Rest>(rest)...);
}
}  // namespace bson_detail

template <typename... Fields>
Document document(Fields&&... fields) {
  DocumentBuilder builder;
  bson_detail::append_fields(builder, std::forward<Fields>(fields)...);
  return builder.take();
}

template <typename... Elements>
Value array(Elements&&... elements) {
  DocumentBuilder builder;
  (builder.push(std::forward<Elements>(elements)), ...);
  return builder.take_array();
}

// MongoDB's total order over values of all types: numbers by value across their four types, missing
// below null, NaN lowest among numbers, arrays and documents element by element. Source: MongoDB's
// manual, "Comparison/Sort Order".
std::weak_ordering compare(ValueView a, ValueView b);
std::weak_ordering compare(DocumentView a, DocumentView b);

// Extended JSON v2. Source: the MongoDB specification "extended-json", version 2.
enum class JsonMode : std::uint8_t { kCanonical, kRelaxed };
std::string to_json(DocumentView document, JsonMode mode = JsonMode::kRelaxed);
std::string to_json(ValueView value, JsonMode mode = JsonMode::kRelaxed);
// Accepts canonical and relaxed forms. Error: FailedToParse, with the place.
Result<Document> from_json(std::string_view text);

}  // namespace cairn
