#include "engine/api/create_collection.h"

#include "engine/aggregate/pipeline.h"
#include "engine/api/create_options.h"
#include "engine/bson/shell_text.h"
#include "engine/catalog/time_series.h"
#include "engine/catalog/view.h"

#include <fmt/format.h>

namespace cairn::api {
namespace {

Status exists(const CollectionEntry& there, DocumentView wanted) {
  const DocumentView options = there.definition().options;
  const std::string head = fmt::format("namespace '{}' already exists, but ", there.full_name());
  const bool view = !wanted["viewOn"].missing();
  if (!there.definition().view && view) {
    return {ErrorCode::kNamespaceExists, head + "is a collection rather than a view"};
  }
  if (there.definition().view && !view) return {ErrorCode::kNamespaceExists, head + "is a view"};
  return {ErrorCode::kNamespaceExists,
          fmt::format("{}with different options: {}, requested: {}", head, to_shell_text(options),
                      to_shell_text(wanted))};
}

Status create_in_transaction(write::Context& context, const Namespace& name,
                             const CheckedCreateOptions& checked) {
  CAIRN_RETURN_IF_ERROR(context.transaction->check());
  if (!checked.options["viewOn"].missing()) {
    return {ErrorCode::kOperationNotSupportedInTransaction,
            "Cannot create a view in a multi-document transaction."};
  }
  return context.transaction
      ->create(name, {.options = checked.options,
                      .id_index = checked.id_index,
                      .indexes = time_series_indexes(checked.options)})
      .status();
}

}  // namespace

Status check_view_pipeline(Engine& engine, const Namespace& name, DocumentView options) {
  const ValueView pipeline = options["pipeline"];
  if (!pipeline.is_array()) return Status();
  int location = 0;
  for (const Element& stage : pipeline.as_document()) {
    if (stage.value.is_document() && !stage.value.as_document().empty()) {
      const std::string_view which = stage.value.as_document().begin()->name;
      if (which == "$out" || which == "$merge") {
        return {ErrorCode::kOptionNotSupportedOnView,
                fmt::format("Invalid pipeline for view {} :: caused by :: The aggregation stage {} "
                            "in location {} of the pipeline cannot be used in the view definition "
                            "of {} because it writes to disk",
                            name.to_string(), which, location, name.to_string())};
      }
    }
    ++location;
  }
  CAIRN_ASSIGN_OR_RETURN(expr::Surroundings around,
                         expr::Surroundings::of({}, {}, engine.last_op_time().timestamp()));
  aggregate::Environment environment{.engine = engine.context(),
                                     .database = std::string(name.database),
                                     .collection = std::string(options["viewOn"].as_string()),
                                     .around = std::move(around),
                                     .within = aggregate::Within::kView};
  return aggregate::Pipeline::parse(pipeline.as_document(), environment).status();
}

Status create_collection(Engine& engine, write::Context& context, const Namespace& name,
                         DocumentView options) {
  CAIRN_ASSIGN_OR_RETURN(const CheckedCreateOptions checked, check_create_options(name, options));
  if (const CollectionRef there = context.find(name)) {
    return there->definition().options == checked.options ? Status()
                                                          : exists(*there, checked.options);
  }
  if (context.transaction != nullptr) return create_in_transaction(context, name, checked);
  if (!checked.options["viewOn"].missing()) {
    CAIRN_RETURN_IF_ERROR(check_view_pipeline(engine, name, checked.options));
    CAIRN_RETURN_IF_ERROR(check_view(engine.catalog(), name, checked.options));
  }
  const auto created =
      engine.catalog().create(name, {.options = checked.options,
                                     .id_index = checked.id_index,
                                     .indexes = time_series_indexes(checked.options)});
  if (created.ok() || created.status().code() != ErrorCode::kNamespaceExists) {
    return created.status();
  }
  const CollectionRef there = engine.catalog().find(name);
  if (there == nullptr) return created.status();
  if (there->definition().options == checked.options) return Status();
  return exists(*there, checked.options);
}

}  // namespace cairn::api
