// Requests as bytes: how they are written, and how one is sent again and again.
#pragma once

#include "bench/load/workload.h"
#include "bench/wire/message.h"

#include <cairn/bson.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::load {

using bench::MessageWriter;

// A message that is made once and sent again and again, with other bytes at some places: this
// process shall not be what is measured.
class Template {
 public:
  std::string& message() { return message_; }
  void mark(std::size_t at) { places_.push_back(at); }
  template <typename Value>
  void put(std::size_t place, const Value& value) {
    std::memcpy(message_.data() + places_[place], &value, sizeof value);
  }
  void append_to(std::string& out) const { out.append(message_); }

 private:
  std::string message_;
  std::vector<std::size_t> places_;
};

// One of the documents that are written.
void append_document(std::string& out, ValueView id, const WorkloadOptions& options,
                     std::string_view payload);
// Text that compresses like text, not like zeros.
std::string make_payload(const WorkloadOptions& options, std::uint64_t seed);

}  // namespace cairn::load
