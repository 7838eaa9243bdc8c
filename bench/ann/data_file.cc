#include "bench/ann/data_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <regex>
#include <string>

namespace cairn::ann {
namespace {

Status unreadable(const std::filesystem::path& path, const std::string& why) {
  return {ErrorCode::kBadValue, "cannot read vectors, " + why + ": " + path.string()};
}

Result<DataSet> read_fvecs(const std::filesystem::path& path, std::uint64_t most) {
  std::ifstream file(path, std::ios::binary);
  DataSet data;
  std::int32_t dimensions = 0;
  while (data.rows.size() < most * std::max(dimensions, 1) &&
         file.read(reinterpret_cast<char*>(&dimensions), sizeof dimensions)) {
    if (dimensions < 1 || dimensions > 8192)
      return unreadable(path, "a row's dimensions are wrong");
    if (data.dimensions == 0) data.dimensions = static_cast<std::uint32_t>(dimensions);
    if (data.dimensions != static_cast<std::uint32_t>(dimensions)) {
      return unreadable(path, "rows differ in their dimensions");
    }
    const std::size_t at = data.rows.size();
    data.rows.resize(at + data.dimensions);
    if (!file.read(reinterpret_cast<char*>(data.rows.data() + at),
                   std::streamsize(data.dimensions * sizeof(float)))) {
      return unreadable(path, "it ends within a row");
    }
  }
  return data;
}

Result<DataSet> read_npy(const std::filesystem::path& path, std::uint64_t most) {
  std::ifstream file(path, std::ios::binary);
  char magic[8] = {};
  file.read(magic, sizeof magic);
  std::uint32_t header_bytes = 0;
  file.read(reinterpret_cast<char*>(&header_bytes), magic[6] == 1 ? 2 : 4);
  if (!file || std::memcmp(magic, "\x93NUMPY", 6) != 0 || header_bytes > 65536) {
    return unreadable(path, "it is no .npy file");
  }
  std::string header(header_bytes, '\0');
  file.read(header.data(), std::streamsize(header.size()));
  static const std::regex shape_of(
      R"('descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\))");
  std::smatch shape;
  if (!file || !std::regex_search(header, shape, shape_of)) {
    return unreadable(path, "it must be float32 in rows");
  }
  DataSet data{.dimensions = static_cast<std::uint32_t>(std::stoul(shape[2]))};
  if (data.dimensions < 1 || data.dimensions > 8192) {
    return unreadable(path, "it has too many dimensions");
  }
  const std::uint64_t rows = std::min<std::uint64_t>(std::stoull(shape[1]), most);
  data.rows.resize(rows * data.dimensions);
  if (!file.read(reinterpret_cast<char*>(data.rows.data()),
                 std::streamsize(data.rows.size() * sizeof(float)))) {
    return unreadable(path, "it is cut");
  }
  return data;
}

void normalise(DataSet& data) {
  for (std::size_t at = 0; at < data.rows.size(); at += data.dimensions) {
    double squared = 0;
    for (std::uint32_t i = 0; i < data.dimensions; ++i) {
      squared += double{data.rows[at + i]} * data.rows[at + i];
    }
    const double inverse = squared > 0 ? 1.0 / std::sqrt(squared) : 0;
    for (std::uint32_t i = 0; i < data.dimensions; ++i) {
      data.rows[at + i] = static_cast<float>(data.rows[at + i] * inverse);
    }
  }
}

}  // namespace

Result<DataSet> read_data(const std::filesystem::path& path, std::uint32_t queries,
                          std::uint32_t most_rows) {
  const std::uint64_t most = std::uint64_t{most_rows} + queries;
  CAIRN_ASSIGN_OR_RETURN(
      DataSet data, path.extension() == ".npy" ? read_npy(path, most) : read_fvecs(path, most));
  if (data.dimensions == 0 || data.count() < 2 * queries) {
    return unreadable(path, "it needs more rows than twice the queries");
  }
  normalise(data);
  const auto split = data.rows.end() - std::ptrdiff_t(std::size_t{queries} * data.dimensions);
  data.queries.assign(split, data.rows.end());
  data.rows.erase(split, data.rows.end());
  // No clusters are known: rows and queries in turn.
  for (std::uint32_t i = 0; i < data.count(); ++i) data.clusters.push_back(i % 300);
  for (std::uint32_t i = 0; i < queries; ++i) data.query_clusters.push_back(i % 300);
  return data;
}

}  // namespace cairn::ann
