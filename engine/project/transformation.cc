#include "engine/project/transformation.h"

#include "engine/project/add_fields.h"
#include "engine/project/projection.h"
#include "engine/project/replace_root.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cairn::project {
namespace {

class Projected final : public Transformation {
 public:
  explicit Projected(Projection projection) : projection_(std::move(projection)) {}

  Result<DocumentView> apply(expr::Evaluation& evaluation, std::string& buffer) const override {
    buffer.clear();
    DocumentBuilder builder(buffer);
    CAIRN_RETURN_IF_ERROR(projection_.apply(evaluation, builder));
    builder.finish();
    return DocumentView(reinterpret_cast<const std::uint8_t*>(buffer.data()));
  }

 private:
  Projection projection_;
};

Result<TransformationPtr> projected(DocumentView specification, const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(Projection projection,
                         Projection::parse(specification, Language::kAggregate, scope));
  return TransformationPtr(std::make_unique<Projected>(std::move(projection)));
}

// An error of parsing a specification, as that of its stage.
Result<TransformationPtr> invalid(std::string_view stage, Result<TransformationPtr> parsed) {
  if (parsed.ok()) return parsed;
  const Status status = parsed.take_status();
  return Status(status.code(),
                fmt::format("Invalid {} :: caused by :: {}", stage, status.message()));
}

Result<TransformationPtr> parse_project(std::string_view stage, ValueView specification,
                                        const expr::Scope& scope) {
  if (!specification.is_document()) {
    return Status(location(15969), "$project specification must be an object");
  }
  return invalid(stage, projected(specification.as_document(), scope));
}

Result<TransformationPtr> parse_add_fields(std::string_view stage, ValueView specification,
                                           const expr::Scope& scope) {
  if (!specification.is_document()) {
    return Status(location(40272), fmt::format("{} specification stage must be an object, got {}",
                                               stage, type_name(specification.type())));
  }
  return invalid(stage, add_fields(specification.as_document(), scope));
}

// Of a text, which unlike a field's name may have a NUL.
Status check_nul(std::string_view path) {
  if (path.find('\0') == std::string_view::npos) return Status();
  return {location(16411), "FieldPath field names may not contain '\\0'."};
}

Result<Document> exclusion(ValueView specification) {
  DocumentBuilder builder;
  if (specification.is_string()) {
    CAIRN_RETURN_IF_ERROR(check_nul(specification.as_string()));
    return builder.append(specification.as_string(), 0).take();
  }
  if (!specification.is_array()) {
    return Status(location(31002), "$unset specification must be a string or an array");
  }
  if (specification.as_document().empty()) {
    return Status(location(31119),
                  "$unset specification must be a string or an array with at least one field");
  }
  for (const Element& field : specification.as_document()) {
    if (!field.value.is_string()) {
      return Status(location(31120),
                    "$unset specification must be a string or an array containing only string "
                    "values");
    }
    CAIRN_RETURN_IF_ERROR(check_nul(field.value.as_string()));
    builder.append(field.value.as_string(), 0);
  }
  return builder.take();
}

Result<TransformationPtr> parse_unset(std::string_view stage, ValueView specification,
                                      const expr::Scope& scope) {
  CAIRN_ASSIGN_OR_RETURN(const Document excluded, exclusion(specification));
  return invalid(stage, projected(excluded, scope));
}

struct StageRow {
  std::string_view name;
  Result<TransformationPtr> (*parse)(std::string_view stage, ValueView specification,
                                     const expr::Scope& scope);
};

constexpr std::array kStageRows{
    StageRow{"$addFields", parse_add_fields},     StageRow{"$set", parse_add_fields},
    StageRow{"$project", parse_project},          StageRow{"$unset", parse_unset},
    StageRow{"$replaceRoot", parse_replace_root}, StageRow{"$replaceWith", parse_replace_with},
};

const StageRow* find_row(std::string_view stage) {
  const auto row = std::ranges::find(kStageRows, stage, &StageRow::name);
  return row == kStageRows.end() ? nullptr : &*row;
}

}  // namespace

bool is_transformation(std::string_view stage) { return find_row(stage) != nullptr; }

Result<TransformationPtr> parse_transformation(std::string_view stage, ValueView specification,
                                               const expr::Scope& scope) {
  return find_row(stage)->parse(stage, specification, scope);
}

}  // namespace cairn::project
