// Runs the cases of a script against a target.
#pragma once

#include "tests/spec/runner/script.h"
#include "tests/spec/runner/target.h"

#include <string>

namespace cairn::spec {

struct Variation {
  std::int64_t batch_size = 0;     // of every cursor whose documents are looked at; 0: as it comes
  bool reopen_every_step = false;  // but not where values are kept or transactions open
  // Every field of what is given has an index; but not in cases that look at indexes or plans.
  // What no sort puts in order may come in another one.
  bool index_everything = false;
};

// Returns what went wrong, or an empty string.
std::string play(const Case& one, const Variation& variation, Target& target);

}  // namespace cairn::spec
