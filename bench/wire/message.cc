#include "bench/wire/message.h"

#include "wire/mongodb/op_msg.h"

#include <cstdint>
#include <cstring>

namespace cairn::bench {
namespace {

using wire::mongodb::Bytes;
using wire::mongodb::kHeaderBytes;

bool is_good(DocumentView body) {
  const ValueView ok = body["ok"];
  return ok.is_number() && ok.to_double() == 1 && body["writeErrors"].missing();
}

}  // namespace

MessageWriter::MessageWriter(std::string& out) : out_(out), start_(out.size()) {
  out_.append(kHeaderBytes + 4, '\0');  // header, flags
}

MessageWriter::~MessageWriter() {
  const auto length = static_cast<std::int32_t>(out_.size() - start_);
  wire::mongodb::store_header(
      {.length = length, .request_id = 1, .opcode = wire::mongodb::Opcode::kMessage},
      out_.data() + start_);
}

void MessageWriter::body(DocumentView document) {
  out_.push_back('\0');
  out_.append(document.bytes());
}

void MessageWriter::begin_sequence(std::string_view name) {
  out_.push_back('\1');
  sequence_ = out_.size();
  out_.append(4, '\0');
  out_.append(name);
  out_.push_back('\0');
}

void MessageWriter::end_sequence() {
  const auto size = static_cast<std::int32_t>(out_.size() - sequence_);
  std::memcpy(out_.data() + sequence_, &size, 4);
}

DocumentView body_of(Bytes reply) {
  constexpr std::size_t kBody = kHeaderBytes + 5;  // flags, kind of section
  if (reply.size() < kBody + 5 || reply[kBody - 1] != 0) return {};
  const auto size = wire::mongodb::load_integer<std::int32_t>(reply, kBody);
  return static_cast<std::size_t>(size) == reply.size() - kBody ? DocumentView(&reply[kBody])
                                                                : DocumentView();
}

std::string complaint(Bytes reply) {
  if (is_good(body_of(reply))) return "";
  wire::mongodb::Request parsed;  // a reply has a request's form
  if (const auto well = parse_op_msg(reply, parsed); !well) return well.error().status.to_string();
  return is_good(parsed.body) ? "" : to_json(parsed.body).substr(0, 500);
}

}  // namespace cairn::bench
