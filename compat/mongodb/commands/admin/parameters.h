// The server's parameters, as getParameter lists and setParameter changes them. Only what is true
// of Cairn is listed.
#pragma once

#include "compat/mongodb/command/state.h"

#include <span>
#include <string_view>

namespace cairn::mongodb {

struct Parameter {
  std::string_view name;
  bool at_startup;  // can be set when the server starts
  void (*append)(const DialectState& dialect, std::string_view name, DocumentBuilder& out);
  // While the server runs; null: it cannot.
  Status (*set)(DialectState& dialect, std::string_view name, ValueView value) = nullptr;
};

std::span<const Parameter> all_parameters();

}  // namespace cairn::mongodb
