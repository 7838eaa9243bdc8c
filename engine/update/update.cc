#include "engine/update/update.h"

#include "engine/bson/path.h"
#include "engine/bson/shell_text.h"
#include "engine/update/apply_delta.h"
#include "engine/update/delta.h"
#include "engine/update/document_writer.h"
#include "engine/update/equalities.h"
#include "engine/update/path_tree.h"
#include "engine/update/pipeline_update.h"
#include "engine/update/rewrite.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn::update {

struct Update::State {
  State(ArrayFilters filters, CollationPtr collation)
      : tree(std::move(filters), std::move(collation)) {}

  DocumentView source;  // what the modifiers borrow from
  bool replacement = false;
  std::optional<PipelineUpdate> pipeline;
  PathTree tree;
  // Every path names the fields and elements that it leads to.
  bool plain = false;
};

namespace {

Status parse_modifier(const Element& field, PathTree& tree) {
  CAIRN_ASSIGN_OR_RETURN(const ModifierRow* row, find_modifier(field.name));
  if (!field.value.is_document()) {
    return {ErrorCode::kFailedToParse,
            fmt::format("Modifiers operate on fields but we found type {} instead. For example: "
                        "{{$mod: {{<field>: ...}}}} not {{{}: {}}}",
                        type_name(field.value.type()), field.name, to_shell_text(field.value))};
  }
  for (const Element& path : field.value.as_document()) {
    CAIRN_RETURN_IF_ERROR(row->parse(path.name, path.value, tree));
  }
  return Status();
}

Status check_names(DocumentView replacement) {
  for (const Element& field : replacement) {
    if (field.name.starts_with('$')) return dollar_prefixed(field.name);
  }
  return Status();
}

bool is_empty_timestamp(ValueView value) {
  return value.type() == BsonType::kTimestamp && value.as_timestamp().value() == 0;
}

// `_id` in front, then the replacement's fields.
// `context` null: empty timestamps stay.
Status replace(DocumentView replacement, ValueView id, const ApplyContext* context,
               std::string& out) {
  const ValueView own = replacement["_id"];
  if (!id.missing() && !own.missing() && compare(own, id) != 0) {
    return {ErrorCode::kImmutableField,
            fmt::format("After applying the update, the (immutable) field '_id' was found to have "
                        "been altered to _id: {}",
                        to_shell_text(own))};
  }
  DocumentWriter writer(out);
  const DocumentWriter::Level level = writer.open();
  const ValueView kept = own.missing() ? id : own;
  if (!kept.missing()) writer.append("_id", kept);
  for (const Element& field : replacement) {
    if (field.name == "_id") continue;
    if (context != nullptr && is_empty_timestamp(field.value)) {
      writer.append(field.name, Value::timestamp(context->cluster_time));
    } else {
      writer.copy(field_begin(field), field_end(field));
    }
  }
  writer.close(level);
  return Status();
}

// As MongoDB counts: a replacement without its `_id` is a change even if nothing else is, unless
// it is empty. `after` is what is stored of it.
bool counts_as_change(DocumentView replacement, DocumentView before, DocumentView after) {
  return replacement.empty() ? !(after == before) : !(replacement == before);
}

DocumentView view_of(const std::string& bytes) {
  return DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

// An `_id` that was `before` must be the same `after`, type and all.
Status check_id(ValueView before, ValueView after, const PathTree& tree, DocumentView document) {
  if (before.identical(after)) return Status();
  const std::string_view path = tree.path_under("_id");
  if (!find_path(document, FieldPath(path)).missing()) {
    return {ErrorCode::kImmutableField,
            fmt::format("Performing an update on the path '{}' would modify the immutable field "
                        "'_id'",
                        path)};
  }
  return {ErrorCode::kImmutableField,
          fmt::format("Updating the path '_id' to _id: {} would modify the immutable field '_id'",
                      to_shell_text(after))};
}

Status wrong_reference(std::string why) { return {ErrorCode::kInvalidDBRef, std::move(why)}; }

Status reference_needs_text(const Element& field) {
  if (field.value.is_string()) return Status();
  return wrong_reference(fmt::format("The DBRef {} field must be a String, not a {}", field.name,
                                     type_name(field.value.type())));
}

// A field of the `_id` that begins with `$`, between two others: part of a reference
// ({$ref: "…", $id: …, $db: "…"}), or refused.
Status check_dollar_name(const Element& field, std::string_view before, std::string_view after,
                         std::string_view path) {
  if (field.name == "$ref") {
    CAIRN_RETURN_IF_ERROR(reference_needs_text(field));
    if (after == "$id") return Status();
    return wrong_reference("The DBRef $ref field must be followed by a $id field");
  }
  if (field.name == "$id") {
    if (before == "$ref") return Status();
    return wrong_reference("Found $id field without a $ref before it, which is invalid.");
  }
  if (field.name == "$db") {
    CAIRN_RETURN_IF_ERROR(reference_needs_text(field));
    if (before == "$id") return Status();
    return wrong_reference("Found $db field without a $id before it, which is invalid.");
  }
  return dollar_prefixed(field.name, path);
}

Status check_names_of_id(DocumentView part, const std::string& path) {
  std::string_view before;
  for (auto field = part.begin(); !field.at_end(); ++field) {
    auto next = field;
    ++next;
    const std::string_view after = next.at_end() ? std::string_view() : next->name;
    if (field->name.starts_with('$')) {
      CAIRN_RETURN_IF_ERROR(check_dollar_name(*field, before, after, path));
    }
    before = field->name;
    if (!field->value.is_document() && !field->value.is_array()) continue;
    CAIRN_RETURN_IF_ERROR(
        check_names_of_id(field->value.as_document(), fmt::format("{}{}.", path, field->name)));
  }
  return Status();
}

// Not "$", "$[…]", nor "01", which is the element 1.
bool is_plain(const PathTree::Node& node) {
  const bool leading_zero = node.name.size() > 1 && node.name.front() == '0';
  return !node.name.starts_with('$') && !leading_zero &&
         std::ranges::all_of(node.children, is_plain);
}

bool leads_to(DocumentView before, const std::string& delta, DocumentView after) {
  std::string made;
  return apply_delta(before, view_of(delta), made).ok() && view_of(made).bytes() == after.bytes();
}

// What an upsert inserts has an `_id` that says one thing.
Status check_made_id(ValueView id, bool replaced) {
  if (id.is_array() && replaced) {
    return {ErrorCode::kNotSingleValueField,
            "After applying the update to the document, the (immutable) field '_id' was found to "
            "be an array or array descendant."};
  }
  return id.is_document() ? check_names_of_id(id.as_document(), "_id.") : Status();
}

}  // namespace

Update::Update(std::unique_ptr<State> state) : state_(std::move(state)) {}
Update::Update(Update&&) noexcept = default;
Update& Update::operator=(Update&&) noexcept = default;
Update::~Update() = default;

Result<Update> Update::parse_pipeline(DocumentView stages, const UpdateOptions& options) {
  if (!options.array_filters.empty()) {
    return Status(ErrorCode::kFailedToParse,
                  "arrayFilters may not be specified for pipeline-style updates");
  }
  auto state = std::make_unique<State>(ArrayFilters(), options.collation);
  CAIRN_ASSIGN_OR_RETURN(
      state->pipeline,
      PipelineUpdate::parse(stages, options.bindings, options.constants, options.collation));
  return Update(std::move(state));
}

Result<Update> Update::parse(ValueView update, const UpdateOptions& options) {
  if (update.is_array()) return parse_pipeline(update.as_document(), options);
  if (!update.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  "Update argument must be either an object or an array");
  }
  if (!options.constants.empty()) {
    return Status(location(51198), "Constant values may only be specified for pipeline updates");
  }
  CAIRN_ASSIGN_OR_RETURN(
      ArrayFilters filters,
      ArrayFilters::parse(options.array_filters, {.collation = options.collation}));
  auto state = std::make_unique<State>(std::move(filters), options.collation);
  state->source = update.as_document();
  state->replacement = state->source.empty() || !state->source.begin()->name.starts_with('$');
  if (!state->replacement) {
    for (const Element& field : state->source) {
      CAIRN_RETURN_IF_ERROR(parse_modifier(field, state->tree));
    }
    CAIRN_RETURN_IF_ERROR(state->tree.array_filters().check_all_used(state->source));
    state->plain = is_plain(state->tree.root());
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
  return Update(std::move(state));
}

bool Update::is_replacement() const { return state_->replacement; }

Result<bool> Update::apply(DocumentView before, const ApplyContext& context,
                           std::string& out) const {
  out.clear();
  if (state_->pipeline) {
    std::string made;
    CAIRN_RETURN_IF_ERROR(state_->pipeline->apply(before, made));
    CAIRN_RETURN_IF_ERROR(replace(view_of(made), before["_id"], nullptr, out));
    return counts_as_change(view_of(made), before, view_of(out));
  }
  if (state_->replacement) {
    CAIRN_RETURN_IF_ERROR(check_names(state_->source));
    CAIRN_RETURN_IF_ERROR(replace(state_->source, before["_id"], &context, out));
    return counts_as_change(state_->source, before, view_of(out));
  }
  Application application{.before = before, .context = &context};
  CAIRN_RETURN_IF_ERROR(state_->tree.apply(before, application, out));
  const DocumentView after = view_of(out);
  CAIRN_RETURN_IF_ERROR(check_id(before["_id"], after["_id"], state_->tree, before));
  return application.unset_element || !(after == before);
}

void Update::delta(DocumentView before, DocumentView after, std::string& out) const {
  out.clear();
  if (state_->replacement) return;
  write_delta(before, after, state_->pipeline ? nullptr : &state_->tree.root(), out);
  const bool larger = state_->pipeline && out.size() > after.size();
  if (!larger && (state_->plain || leads_to(before, out, after))) return;
  out.clear();
  if (state_->pipeline) return;
  write_delta(before, after, nullptr, out);
  if (!leads_to(before, out, after)) out.clear();
}

Result<Document> Update::upsert(DocumentView filter, const ApplyContext& context) const {
  CAIRN_ASSIGN_OR_RETURN(const Document seed, equalities(filter, state_->replacement));
  std::string made;
  if (state_->pipeline) {
    std::string changed;
    CAIRN_RETURN_IF_ERROR(state_->pipeline->apply(seed, changed));
    CAIRN_RETURN_IF_ERROR(replace(view_of(changed), seed["_id"], nullptr, made));
    CAIRN_RETURN_IF_ERROR(check_made_id(view_of(made)["_id"], true));
    return Document::from_validated_bytes(std::move(made));
  }
  if (state_->replacement) {
    CAIRN_RETURN_IF_ERROR(check_names(state_->source));
    CAIRN_RETURN_IF_ERROR(replace(state_->source, seed["_id"], &context, made));
    CAIRN_RETURN_IF_ERROR(check_made_id(view_of(made)["_id"], true));
    return Document::from_validated_bytes(std::move(made));
  }
  Application application{.before = seed, .context = &context, .inserting = true};
  CAIRN_RETURN_IF_ERROR(state_->tree.apply(seed, application, made));
  const ValueView pinned = seed["_id"];
  if (!pinned.missing()) {
    CAIRN_RETURN_IF_ERROR(check_id(pinned, view_of(made)["_id"], state_->tree, seed));
  }
  CAIRN_RETURN_IF_ERROR(check_made_id(view_of(made)["_id"], false));
  return Document::from_validated_bytes(std::move(made));
}

}  // namespace cairn::update
