// setClusterParameter: changes a parameter that is kept, also over restarts.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/admin/cluster_parameters.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace cairn::mongodb {
namespace {

Status wrong(std::string message) { return {ErrorCode::kBadValue, std::move(message)}; }

Status unknown_field(std::string_view owner, std::string_view name) {
  return {ErrorCode::kIDLUnknownField,
          fmt::format("BSON field '{}.{}' is an unknown field.", owner, name)};
}

// nullopt: "off".
Result<std::optional<std::chrono::seconds>> read_lifetime(ValueView value) {
  if (value.is_number()) return std::optional(std::chrono::seconds(value.to_int64_clamped()));
  if (!value.is_string()) {
    return wrong_type("ChangeStreamOptions.preAndPostImages", "expireAfterSeconds", value.type(),
                      kNumber);
  }
  if (value.as_string() == "off") return std::optional<std::chrono::seconds>();
  return wrong("Non-numeric value of 'expireAfterSeconds' should be 'off'");
}

// What `options` say of `preAndPostImages`.
Result<std::optional<std::chrono::seconds>> read_options(DocumentView options) {
  ValueView lifetime;
  for (const Element& option : options) {
    if (option.name != "preAndPostImages") {
      return unknown_field(kChangeStreamOptions, option.name);
    }
    if (!option.value.is_document()) {
      return wrong_type(kChangeStreamOptions, option.name, option.value.type(), kObject);
    }
    for (const Element& field : option.value.as_document()) {
      if (field.name != "expireAfterSeconds") {
        return unknown_field("ChangeStreamOptions.preAndPostImages", field.name);
      }
      lifetime = field.value;
    }
  }
  if (lifetime.missing()) {
    return wrong("Expected a value of 'preAndPostImages.expireAfterSeconds'");
  }
  return read_lifetime(lifetime);
}

Status run(Call& call, DocumentBuilder&) {
  if (!call.target().is_document()) {
    return wrong_type("setClusterParameter", "setClusterParameter", call.target().type(), kObject);
  }
  const DocumentView wishes = call.target().as_document();
  if (wishes.count() != 1) {
    return {ErrorCode::kInvalidOptions,
            "setClusterParameter only supports setting exactly one parameter"};
  }
  const Element wish = *wishes.begin();
  if (wish.name != kChangeStreamOptions) {
    return {ErrorCode::kNoSuchKey, fmt::format("Unknown server parameter: {}", wish.name)};
  }
  if (!wish.value.is_document()) {
    return {ErrorCode::kIllegalOperation, "Cluster parameter value must be an object"};
  }
  CAIRN_ASSIGN_OR_RETURN(const auto lifetime, read_options(wish.value.as_document()));
  CAIRN_ASSIGN_OR_RETURN(const OpTime written, call.engine().set_image_lifetime(lifetime));
  call.wrote(written);
  return {};
}

}  // namespace

extern const Row row_set_cluster_parameter = {.name = "setClusterParameter",
                                              .help = "Changes a parameter that is kept.",
                                              .access = Access::kWrite,
                                              .admin_only = true,
                                              .run = run};

}  // namespace cairn::mongodb
