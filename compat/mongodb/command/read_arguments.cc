#include "compat/mongodb/command/read_arguments.h"

namespace cairn::mongodb {
namespace {

using wire::mongodb::Request;

Status read_body(const Row& row, const Request& request, Arguments& arguments,
                 GenericReader& generic) {
  for (auto at = ++request.body.begin(); !at.at_end(); ++at) {
    int index = field_index(row.fields, at->name);
    if (index >= 0) {
      CAIRN_RETURN_IF_ERROR(
          take_field(row.name, row.fields, static_cast<std::size_t>(index), at->value, arguments));
      continue;
    }
    index = generic_index(at->name);
    if (index >= 0) {
      CAIRN_RETURN_IF_ERROR(generic.take(index, at->value));
      continue;
    }
    if (!row.unknown_fields) return unknown_field(row.name, at->name);
  }
  return {};
}

Status read_sections(const Row& row, const Request& request, Arguments& arguments) {
  for (const auto& sequence : request.sequences) {
    const int index = field_index(row.fields, sequence.name);
    if (index < 0) return unknown_field(row.name, sequence.name);
    const Field& field = row.fields[static_cast<std::size_t>(index)];
    if ((field.types & kArray) == 0) {
      return wrong_type(row.name, sequence.name, BsonType::kArray, field.types);
    }
    arguments.mark(static_cast<std::size_t>(index));
  }
  return {};
}

}  // namespace

Status read_arguments(Call& call) {
  GenericReader generic(call.row.name);
  CAIRN_RETURN_IF_ERROR(read_body(call.row, call.request, call.arguments, generic));
  CAIRN_RETURN_IF_ERROR(read_sections(call.row, call.request, call.arguments));
  CAIRN_RETURN_IF_ERROR(check_required(call.row.name, call.row.fields, call.arguments));
  CAIRN_ASSIGN_OR_RETURN(call.generic, generic.finish());
  return {};
}

}  // namespace cairn::mongodb
