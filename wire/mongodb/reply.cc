#include "wire/mongodb/reply.h"

#include "wire/mongodb/crc32c.h"
#include "wire/mongodb/op_msg.h"

#include <cstring>

namespace cairn::wire::mongodb {
namespace {

constexpr std::size_t kMessageRoom = kHeaderBytes + 4 + 1;
constexpr std::size_t kReplyRoom = kHeaderBytes + 4 + 8 + 4 + 4;
constexpr std::int32_t kAwaitCapable =
    8;  // set by every MongoDB since 1.6; old drivers look for it

std::size_t room(RequestKind kind) {
  return kind == RequestKind::kMessage ? kMessageRoom : kReplyRoom;
}

template <typename Integer>
void store(Integer value, char* to) {
  std::memcpy(to, &value, sizeof value);
}

void append_checksum(std::size_t start, std::string& out) {
  const Bytes covered(reinterpret_cast<const std::uint8_t*>(out.data()) + start,
                      out.size() - start);
  const std::uint32_t sum = crc32c(covered);
  out.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

}  // namespace

std::size_t begin_reply(RequestKind kind, std::string& out) {
  const std::size_t start = out.size();
  out.append(room(kind), '\0');
  return start;
}

std::size_t reply_body_start(RequestKind kind, std::size_t start) { return start + room(kind); }

void finish_reply(const Request& request, std::int32_t reply_id, std::size_t start,
                  std::string& out, Followed followed) {
  const bool message = request.kind == RequestKind::kMessage;
  const std::size_t size = out.size() - start + (request.checksummed ? 4 : 0);
  char* at = out.data() + start;
  store_header({.length = static_cast<std::int32_t>(size),
                .request_id = reply_id,
                .response_to = request.id,
                .opcode = message ? Opcode::kMessage : Opcode::kReply},
               at);
  at += kHeaderBytes;
  if (!message) {
    store(kAwaitCapable, at);
    store(std::int64_t{0}, at + 4);
    store(std::int32_t{0}, at + 12);
    store(std::int32_t{1}, at + 16);
    return;
  }
  store((request.checksummed ? kFlagChecksumPresent : 0U) |
            (followed == Followed::kByAnother ? kFlagMoreToCome : 0U),
        at);
  at[4] = static_cast<char>(kBodySection);
  if (request.checksummed) append_checksum(start, out);
}

}  // namespace cairn::wire::mongodb
