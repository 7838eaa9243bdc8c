#include "engine/update/update.h"

#include "engine/update/equalities.h"
#include "engine/update/path_tree.h"

#include <fmt/format.h>

namespace cairn::update {

struct Update::State {
  Document source;  // what the modifiers borrow from
  bool replacement = false;
  PathTree tree;
};

namespace {

Status parse_modifier(const Element& field, PathTree& tree) {
  CAIRN_ASSIGN_OR_RETURN(const ModifierRow* row, find_modifier(field.name));
  if (!field.value.is_document()) {
    return {ErrorCode::kFailedToParse,
            fmt::format("Modifiers operate on fields but we found type {} instead. For example: "
                        "{{$mod: {{<field>: ...}}}} not {{{}: {}}}",
                        type_name(field.value.type()), field.name, to_json(field.value))};
  }
  for (const Element& path : field.value.as_document()) {
    CAIRN_RETURN_IF_ERROR(row->parse(path.name, path.value, tree));
  }
  return Status();
}

Status check_replacement(DocumentView replacement) {
  for (const Element& field : replacement) {
    if (!field.name.starts_with('$')) continue;
    return {ErrorCode::kDollarPrefixedFieldName,
            fmt::format("The dollar ($) prefixed field '{}' in '{}' is not allowed in the context "
                        "of an update's replacement document. Consider using an aggregation "
                        "pipeline with $replaceWith.",
                        field.name, field.name)};
  }
  return Status();
}

bool is_empty_timestamp(ValueView value) {
  return value.type() == BsonType::kTimestamp && value.as_timestamp().value() == 0;
}

// `_id` in front, then the replacement's fields.
Status replace(DocumentView replacement, ValueView id, const ApplyContext& context,
               DocumentBuilder& out) {
  const ValueView own = replacement["_id"];
  out.append("_id", id.missing() ? own : id);
  for (const Element& field : replacement) {
    if (field.name == "_id") continue;
    if (is_empty_timestamp(field.value)) {
      out.append(field.name, context.cluster_time);
    } else {
      out.append(field.name, field.value);
    }
  }
  if (id.missing() || own.missing() || own.identical(id)) return Status();
  return {ErrorCode::kImmutableField,
          fmt::format("After applying the update, the (immutable) field '_id' was found to have "
                      "been altered to _id: {}",
                      to_json(own))};
}

DocumentView view_of(const std::string& bytes) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

}  // namespace

Update::Update(std::unique_ptr<State> state) : state_(std::move(state)) {}
Update::Update(Update&&) noexcept = default;
Update& Update::operator=(Update&&) noexcept = default;
Update::~Update() = default;

Result<Update> Update::parse(ValueView update, const UpdateOptions& options) {
  if (update.is_array()) {
    return Status(ErrorCode::kNotImplemented, "pipeline updates are not supported by Cairn yet");
  }
  if (!update.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  "Update argument must be either an object or an array");
  }
  if (!options.array_filters.empty()) {
    return Status(ErrorCode::kNotImplemented, "arrayFilters are not supported by Cairn yet");
  }
  auto state = std::make_unique<State>();
  state->source = Document(update.as_document());
  const DocumentView source = state->source;
  state->replacement = source.empty() || !source.begin()->name.starts_with('$');
  if (!state->replacement) {
    for (const Element& field : source) {
      CAIRN_RETURN_IF_ERROR(parse_modifier(field, state->tree));
    }
    return Update(std::move(state));
  }
  if (options.multi) {
    return Status(ErrorCode::kFailedToParse,
                  "multi update is not supported for replacement-style update");
  }
  if (options.require_operators) {
    return Status(ErrorCode::kFailedToParse,
                  "the update operation document must contain atomic operators");
  }
  CAIRN_RETURN_IF_ERROR(check_replacement(source));
  return Update(std::move(state));
}

bool Update::is_replacement() const { return state_->replacement; }

Result<bool> Update::apply(DocumentView before, const ApplyContext& context,
                           std::string& out) const {
  out.clear();
  DocumentBuilder builder(out);
  if (state_->replacement) {
    CAIRN_RETURN_IF_ERROR(replace(state_->source, before["_id"], context, builder));
    builder.finish();
    // As MongoDB counts: a replacement without its `_id` is a change even if nothing else is.
    return !(state_->source.view() == before);
  }
  Application application;
  application.before = before;
  application.context = &context;
  CAIRN_RETURN_IF_ERROR(state_->tree.apply(before, application, builder));
  builder.finish();
  if (!view_of(out)["_id"].identical(before["_id"])) {
    return Status(ErrorCode::kImmutableField,
                  "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  return !(view_of(out) == before);
}

Result<Document> Update::upsert(DocumentView filter, const ApplyContext& context) const {
  CAIRN_ASSIGN_OR_RETURN(const Document seed, equalities(filter, state_->replacement));
  DocumentBuilder builder;
  if (state_->replacement) {
    CAIRN_RETURN_IF_ERROR(replace(state_->source, seed["_id"], context, builder));
    return builder.take();
  }
  Application application;
  application.before = seed;
  application.context = &context;
  application.inserting = true;
  CAIRN_RETURN_IF_ERROR(state_->tree.apply(seed, application, builder));
  Document made = builder.take();
  const ValueView pinned = seed["_id"];
  if (!pinned.missing() && !made["_id"].identical(pinned)) {
    return Status(ErrorCode::kImmutableField,
                  "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  return made;
}

}  // namespace cairn::update
