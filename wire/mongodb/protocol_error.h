// Why received bytes are not a request, and what follows from it.
#pragma once

#include <cairn/status.h>

#include <expected>

namespace cairn::wire::mongodb {

enum class Consequence : std::uint8_t {
  kAnswer,  // the frame is whole and what comes after it can be read: answer with the error
  kClose,   // nothing after this can be trusted, or the protocol forbids an answer: close
};

struct ProtocolError {
  Consequence consequence;
  Status status;
};

template <typename T>
using Parsed = std::expected<T, ProtocolError>;

inline std::unexpected<ProtocolError> answer_with(ErrorCode code, std::string message) {
  return std::unexpected(ProtocolError{Consequence::kAnswer, Status(code, std::move(message))});
}
inline std::unexpected<ProtocolError> close_because(ErrorCode code, std::string message) {
  return std::unexpected(ProtocolError{Consequence::kClose, Status(code, std::move(message))});
}

}  // namespace cairn::wire::mongodb
