// What a phase came to, for people and as JSON.
#pragma once

#include "bench/ycsb/runner.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>

namespace cairn::ycsb {

// A heading with the throughput, and a line for each kind of operation.
std::string to_text(std::string_view title, const PhaseFigures& figures);
void append_to(DocumentBuilder& array, std::string_view phase, const PhaseFigures& figures);

}  // namespace cairn::ycsb
