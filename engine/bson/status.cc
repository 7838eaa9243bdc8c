// The parts of Status that only failures need.
#include <cairn/status.h>

namespace cairn {

Status::Status(ErrorCode code, std::string message)
    : error_(std::make_unique<Error>(Error{code, std::move(message), {}})) {}

Status::Status(ErrorCode code, std::string message, std::string details)
    : error_(std::make_unique<Error>(Error{code, std::move(message), std::move(details)})) {}

Status::Status(const Status& other)
    : error_(other.error_ ? std::make_unique<Error>(*other.error_) : nullptr) {}

Status& Status::operator=(const Status& other) {
  if (this != &other) error_ = other.error_ ? std::make_unique<Error>(*other.error_) : nullptr;
  return *this;
}

std::string Status::code_name() const {
  const std::string_view name = error_code_name(code());
  if (!name.empty()) return std::string(name);
  return "Location" + std::to_string(static_cast<std::int32_t>(code()));
}

std::string Status::to_string() const {
  if (ok()) return "OK";
  std::string text = code_name() + " (" + std::to_string(static_cast<std::int32_t>(code())) + ")";
  if (!message().empty()) text.append(": ").append(message());
  return text;
}

}  // namespace cairn
