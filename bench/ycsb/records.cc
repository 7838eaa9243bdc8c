#include "bench/ycsb/records.h"

namespace cairn::ycsb {
namespace {

constexpr std::size_t kPoolBytes = 1 << 20;
constexpr std::string_view kFieldNames[kFields] = {"field0", "field1", "field2", "field3",
                                                   "field4", "field5", "field6", "field7",
                                                   "field8", "field9"};

}  // namespace

std::string record_key(std::uint64_t number) { return "user" + std::to_string(fnv_hash(number)); }

std::string_view field_name(std::size_t field) { return kFieldNames[field]; }

FieldTexts::FieldTexts(std::uint64_t seed) : random_(seed), pool_(kPoolBytes, ' ') {
  for (char& c : pool_) c = static_cast<char>(' ' + draw_below(random_, 95));
}

std::string_view FieldTexts::next() {
  const std::uint64_t at = draw_below(random_, kPoolBytes - kFieldBytes);
  return std::string_view(pool_).substr(at, kFieldBytes);
}

Document make_record(std::uint64_t number, FieldTexts& texts) {
  DocumentBuilder builder;
  builder.append("_id", record_key(number));
  for (const std::string_view name : kFieldNames) builder.append(name, texts.next());
  return builder.take();
}

}  // namespace cairn::ycsb
