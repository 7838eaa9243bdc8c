// What `cairn bench ann` was asked to measure.
#pragma once

#include "bench/ann/contender.h"
#include "bench/ann/remote.h"

#include "server/config/command_line.h"

#include <cairn/status.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cairn::ann {

struct Plan {
  std::uint32_t rows = 100000;
  std::uint32_t queries = 1000;
  std::uint32_t dimensions = 384;
  std::uint32_t limit = 10;
  std::uint32_t rounds = 3;
  std::vector<std::uint32_t> widths = {20, 30, 50, 75, 100, 150, 200, 300, 400};
  GraphSettings graph;
  std::vector<vector::Quantization> quantizations;
  vector::Residence residence = vector::Residence::kLoaded;
  std::vector<std::filesystem::path> peers;
  std::string file;
  std::string json;
  std::string plot;
  RemoteSettings remote;  // no uri: not over the wire
  bool in_process = true;
  bool keep = false;
  bool filters = true;
};

// Error: an argument that is no number, or out of range.
Result<Plan> parse_plan(const server::Arguments& arguments);

}  // namespace cairn::ann
