#include "engine/changes/session_field.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace cairn::changes {
namespace {

constexpr std::array<std::uint8_t, 32> kNobody = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

}  // namespace

void append_session_field(const SessionStamp& session, DocumentBuilder& out) {
  const std::span<const std::uint8_t> lsid(session.lsid);
  std::span<const std::uint8_t> user = lsid.subspan(16);
  if (std::ranges::all_of(user, [](std::uint8_t byte) { return byte == 0; })) user = kNobody;
  out.begin_document("lsid")
      .append("id", BinaryView{kUuidSubtype, lsid.first(16)})
      .append("uid", BinaryView{0, user})
      .end();
}

}  // namespace cairn::changes
