// Twins: rows that codes cannot tell apart. Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace cairn::vector {

struct Twin {
  std::uint32_t node;
  std::uint32_t of;  // the same row, and not a twin in the list
};

// Of the nodes 0 to nodes - 1, ascending by `node`: of rows that are the same all but one. None of
// `settled` (ascending) is in the list; where some of these are the same, the others are twins of
// the first. Two rows that differ and have one fingerprint may cost others their place in the list.
template <class Codes>
std::vector<Twin> find_twins(const Codes& codes, std::uint32_t nodes,
                             std::span<const std::uint32_t> settled) {
  struct Printed {
    std::uint64_t fingerprint;
    std::uint32_t node;
    std::uint32_t free;  // 0: settled
  };
  std::vector<Printed> rows;
  rows.reserve(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node)
    rows.push_back({codes.fingerprint(node), node, 1});
  for (const std::uint32_t node : settled) rows[node].free = 0;
  std::ranges::sort(rows, [](const Printed& a, const Printed& b) {
    if (a.fingerprint != b.fingerprint) return a.fingerprint < b.fingerprint;
    return a.free != b.free ? a.free < b.free : a.node < b.node;
  });
  std::vector<Twin> twins;
  for (std::size_t at = 0, first = 0; at < rows.size(); ++at) {
    if (rows[at].fingerprint != rows[first].fingerprint) first = at;
    if (at == first || rows[at].free == 0) continue;
    if (codes.same(rows[first].node, rows[at].node))
      twins.push_back({rows[at].node, rows[first].node});
  }
  std::ranges::sort(twins, {}, &Twin::node);
  return twins;
}

}  // namespace cairn::vector
