// Status and Result<T>: how every function of Cairn that can fail says so. No exception crosses the
// API. Thread-safety: a Status is a value; distinct objects may be used from distinct threads.
#pragma once

#include <cairn/error_codes.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cairn {

// Success, or an error with MongoDB's code, a message (static text first, the value last) and, for
// some codes, a BSON document of details (`keyPattern` and `keyValue` for 11000, `errInfo` for
// 121). One pointer wide; success allocates nothing.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(ErrorCode code, std::string message);
  // `details`: the bytes of a BSON document whose fields are merged into the error's reply.
  Status(ErrorCode code, std::string message, std::string details);
  Status(const Status& other);
  Status& operator=(const Status& other);
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  ~Status() = default;

  bool ok() const { return error_ == nullptr; }
  ErrorCode code() const { return error_ ? error_->code : ErrorCode::kOK; }
  std::string_view message() const { return error_ ? std::string_view(error_->message) : ""; }
  // Bytes of a BSON document, or empty.
  std::string_view details() const { return error_ ? std::string_view(error_->details) : ""; }
  // "BadValue", or "Location40415".
  std::string code_name() const;
  // "BadValue (2): message", for logs and test failures.
  std::string to_string() const;

 private:
  struct Error {
    ErrorCode code;
    std::string message;
    std::string details;
  };
  std::unique_ptr<Error> error_;
};

// A value or an error. A union of its own rather than a std::variant: every type of result would
// compile that anew, which was a fifth of a clean build.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)), ok_(true) {}  // NOLINT: implicit by design
  // REQUIRES: !status.ok().
  Result(Status status) : status_(std::move(status)), ok_(false) {}  // NOLINT
  Result(ErrorCode code, std::string message) : status_(code, std::move(message)), ok_(false) {}
  Result(const Result& other) requires std::is_copy_constructible_v<T> : status_(other.status_),
                                                                         ok_(other.ok_) {
    if (ok_) std::construct_at(&value_, other.value_);
  }
  Result(Result&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
      : status_(std::move(other.status_)), ok_(other.ok_) {
    if (ok_) std::construct_at(&value_, std::move(other.value_));
  }
  Result& operator=(Result other) noexcept(std::is_nothrow_move_constructible_v<T>) {
    if (ok_) std::destroy_at(&value_);
    status_ = std::move(other.status_);
    ok_ = other.ok_;
    if (ok_) std::construct_at(&value_, std::move(other.value_));
    return *this;
  }
  ~Result() {
    if (ok_) std::destroy_at(&value_);
  }

  bool ok() const { return ok_; }
  // Not of a Result<bool>, where `if (result)` would ask the wrong question.
  explicit operator bool() const requires(!std::is_same_v<T, bool>) { return ok_; }
  Status status() const { return status_; }
  // The error, moved out. REQUIRES: !ok().
  Status take_status() { return std::move(status_); }

  // REQUIRES: ok().
  T& operator*() & { return value_; }
  const T& operator*() const& { return value_; }
  T&& operator*() && { return std::move(value_); }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  Status status_;
  union {
    T value_;  // lives while ok_
  };
  bool ok_;  // stays false when the error is moved out
};

}  // namespace cairn

// Returns the error of an expression of type Status from the calling function.
#define CAIRN_RETURN_IF_ERROR(expression)                                    \
  do {                                                                       \
    if (::cairn::Status cairn_status_ = (expression); !cairn_status_.ok()) { \
      return cairn_status_;                                                  \
    }                                                                        \
  } while (false)

#define CAIRN_CONCAT_INNER(a, b) a##b
#define CAIRN_CONCAT(a, b) CAIRN_CONCAT_INNER(a, b)
// `CAIRN_ASSIGN_OR_RETURN(auto x, f());` declares or assigns x, or returns f's error.
#define CAIRN_ASSIGN_OR_RETURN(target, expression) \
  CAIRN_ASSIGN_OR_RETURN_INNER(CAIRN_CONCAT(cairn_result_, __LINE__), target, expression)
#define CAIRN_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                                    \
  if (!result.ok()) return result.take_status();                 \
  target = std::move(*result)
