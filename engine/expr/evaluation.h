// Evaluation: the state of evaluating expressions over one document after the other.
//
// Values that an evaluation makes live in its arena until the next `begin` (or `release`); the
// arena is reused from document to document, so that a steady state allocates nothing. One thread
// at a time.
#pragma once

#include "engine/expr/held_bytes.h"
#include "engine/expr/metadata.h"

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::expr {

class Evaluation {
 public:
  Evaluation() = default;
  explicit Evaluation(DocumentView root) { begin(root); }
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // Goes on to another document and forgets all values made for the last. `metadata` may be null;
  // both live until the next `begin`.
  void begin(DocumentView root, const Metadata* metadata = nullptr);
  // What takes steps of work calls this for each: now and then it looks whether the operation must
  // stop (InterruptScope) and how much memory its values take. A step is a microsecond or so, or
  // kBytesPerStep. Errors: the interrupt's; ExceededMemoryLimit.
  Status step(std::size_t weight = 1) {
    if (weight < steps_left_) [[likely]] {
      steps_left_ -= weight;
      return Status();
    }
    return look();
  }
  static constexpr std::size_t kBytesPerStep = 1024;
  // One search may go on until it gives up.
  static constexpr std::size_t kStepsPerRegex = 256;

  DocumentView root() const { return root_; }
  const Metadata* metadata() const { return metadata_; }

  // Variables of `$let`, `$map`, …: a slot each, given out by the Scope at parse time.
  ValueView variable(std::uint32_t slot) const { return variables_[slot]; }
  void set_variable(std::uint32_t slot, ValueView value) {
    if (slot >= variables_.size()) variables_.resize(slot + 1);
    variables_[slot] = value;
  }

  // Values in the arena.
  static ValueView null();
  static ValueView boolean(bool value);
  ValueView int32(std::int32_t value) { return fixed(BsonType::kInt32, value); }
  ValueView int64(std::int64_t value) { return fixed(BsonType::kInt64, value); }
  ValueView number(double value) { return fixed(BsonType::kDouble, value); }
  ValueView decimal128(Decimal128 value) { return fixed(BsonType::kDecimal128, value); }
  ValueView date(Date value) { return fixed(BsonType::kDate, value.milliseconds); }
  ValueView timestamp(Timestamp value) { return fixed(BsonType::kTimestamp, value.value()); }
  ValueView object_id(ObjectId value) { return fixed(BsonType::kObjectId, value.bytes); }
  ValueView string(std::string_view text) { return text_of(BsonType::kString, text); }
  // REQUIRES: type is kString, kSymbol or kCode.
  ValueView text_of(BsonType type, std::string_view text);
  ValueView binary(BinaryView value);
  ValueView copy(ValueView value);
  ValueView copy(const Value& value) { return copy(value.view()); }

  // An empty string at a stable address, to build a document or an array in:
  //   std::string& bytes = evaluation.buffer();
  //   DocumentBuilder builder(bytes); …; builder.finish();
  //   return Evaluation::document(bytes);
  std::string& buffer();
  static ValueView document(const std::string& bytes) { return built(BsonType::kDocument, bytes); }
  static ValueView array(const std::string& bytes) { return built(BsonType::kArray, bytes); }

  // For loops ($map, $reduce, …): forgets the values made since the mark, so that a loop's memory
  // is that of one round.
  struct Mark {
    std::size_t chunk = 0;
    std::size_t used = 0;
    std::size_t buffers = 0;
  };
  Mark mark() const { return {chunk_, used_, buffers_used_}; }
  void release(const Mark& mark);

 private:
  static constexpr std::size_t kStepsPerLook = 1024;

  struct Chunk {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t size = 0;
  };

  Status look();
  void free_large_chunks(std::size_t first);
  std::uint8_t* allocate(std::size_t size);
  template <typename T>
  ValueView fixed(BsonType type, const T& value) {
    std::uint8_t* bytes = allocate(sizeof value);
    std::memcpy(bytes, &value, sizeof value);
    return {type, bytes, sizeof value};
  }
  static ValueView built(BsonType type, const std::string& bytes) {
    return {type, reinterpret_cast<const std::uint8_t*>(bytes.data()),
            static_cast<std::uint32_t>(bytes.size())};
  }

  DocumentView root_;
  const Metadata* metadata_ = nullptr;
  std::vector<ValueView> variables_;
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;  // the chunk that is being filled
  std::size_t used_ = 0;   // of it
  std::deque<std::string> buffers_;
  std::size_t buffers_used_ = 0;
  bool has_large_chunk_ = false;
  std::size_t steps_left_ = kStepsPerLook;
  HeldBytes held_;
};

}  // namespace cairn::expr
