// $geoNear: the documents of the collection by their distance from a point, the nearest first.
// Source: MongoDB's manual, "$geoNear".
//
// Answered as $near is: by a plan for both of them.
#include "engine/aggregate/geo_field.h"
#include "engine/aggregate/stage.h"
#include "engine/bson/shell_text.h"
#include "engine/exec/explain.h"
#include "engine/exec/open.h"
#include "engine/exec/record_metadata.h"
#include "engine/exec/select.h"
#include "engine/exec/still_there.h"
#include "engine/expr/expression.h"
#include "engine/match/geo/near.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace cairn::aggregate {
namespace {

struct Options {
  expr::ExpressionPtr near;
  expr::ExpressionPtr minimum;  // null: none
  expr::ExpressionPtr maximum;
  std::optional<FieldPath> distance_field;
  std::optional<FieldPath> place_field;
  double multiplier = 1;
  bool spherical = false;
  std::string key;  // empty: that of the collection's geo index
  Document query;
};

// `document` with `value` at `path` from component `at` on. What stands in the way and is no
// document makes room.
void set_nested(DocumentView document, const FieldPath& path, std::size_t at, ValueView value,
                DocumentBuilder& out) {
  const std::string_view name = path.name(at);
  const auto put = [&](ValueView old) {
    if (at + 1 == path.size()) {
      out.append(name, value);
      return;
    }
    out.begin_document(name);
    set_nested(old.is_document() ? old.as_document() : DocumentView(), path, at + 1, value, out);
    out.end();
  };
  bool there = false;
  for (const Element& field : document) {
    if (field.name == name && !std::exchange(there, true)) {
      put(field.value);
    } else {
      out.append(field.name, field.value);
    }
  }
  if (!there) put(ValueView());
}

Document with_nested(DocumentView document, const FieldPath& path, ValueView value) {
  DocumentBuilder builder;
  set_nested(document, path, 0, value, builder);
  return builder.take();
}

class NearStream final : public Stream {
 public:
  explicit NearStream(const Options& options) : options_(options) {}

  // `filter` holds the `$near` that the documents are sorted by. `measures` outlives the stream;
  // null: nobody asks.
  Status open(DocumentView filter, std::int64_t limit, const CollectionRef& collection,
              const Environment& environment, exec::WindowMeasures* measures) {
    collection_ = collection;
    shows_record_id_ = environment.asks(expr::MetaKind::kRecordId);
    CAIRN_ASSIGN_OR_RETURN(matcher_,
                           match::Matcher::parse(filter, {.bindings = &environment.around.bindings,
                                                          .collation = environment.around.collation,
                                                          .allowed = {.text = false}}));
    const auto view = std::make_shared<exec::ReadView>(environment.engine.storage,
                                                       environment.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(
        exec::Selected selected,
        exec::select(view, collection, {.matcher = &matcher_, .hint = environment.hint}));
    CAIRN_ASSIGN_OR_RETURN(
        records_,
        exec::open_window(
            view, collection, std::move(selected.plan), matcher_,
            {.sort = {}, .limit = limit, .spill = environment.spill(), .measures = measures}));
    return Status();
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (std::exchange(parked_, false)) CAIRN_RETURN_IF_ERROR(exec::still_there(*collection_));
    CAIRN_ASSIGN_OR_RETURN(const exec::Record* record, records_->next(interrupt));
    if (record == nullptr) return std::optional<DocumentView>();
    const auto found = matcher_.near()->find(record->document);
    if (!found) return Status(ErrorCode::kInternalError, "$geoNear lost a document's place");
    metadata_.geo_near_distance = found->distance;
    metadata_.geo_near_point = Value(found->place);
    if (shows_record_id_) metadata_.record_id = exec::record_id(record->key);
    metadata_.sort_key = array(found->distance * options_.multiplier);
    return std::optional<DocumentView>(shaped(record->document));
  }
  void park() override {
    records_->park();
    parked_ = true;
  }
  const expr::Metadata* metadata() const override { return &metadata_; }

 private:
  DocumentView shaped(DocumentView document) {
    if (options_.distance_field) {
      const Value distance = Value::number(*metadata_.geo_near_distance * options_.multiplier);
      with_distance_ = with_nested(document, *options_.distance_field, distance);
      document = with_distance_;
    }
    if (options_.place_field) {
      with_place_ = with_nested(document, *options_.place_field, metadata_.geo_near_point);
      document = with_place_;
    }
    return document;
  }

  const Options& options_;
  CollectionRef collection_;
  match::Matcher matcher_;
  exec::RecordSourcePtr records_;
  bool parked_ = false;
  bool shows_record_id_ = false;
  Document with_distance_;
  Document with_place_;
  expr::Metadata metadata_;
};

Status bad(std::string message) { return {ErrorCode::kBadValue, std::move(message)}; }

Status bad_point(ValueView near) {
  return bad("invalid point provided to geo near query: " + to_shell_text(near.as_document()));
}

Status check_point(ValueView near) {
  if (near.is_document() || near.is_array()) return Status();
  return {location(5860401),
          "$geoNear requires near argument to be a GeoJSON object or a legacy point(array)"};
}

Status check_distance(std::string_view name, ValueView value) {
  if (!value.is_number()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("$geoNear requires ${} to evaluate to a number", name)};
  }
  if (value.to_double() >= 0) return Status();
  return bad(fmt::format("{} must be nonnegative", name));
}

class GeoNear final : public Stage {
 public:
  GeoNear(Options options, const Environment& environment)
      : options_(std::move(options)), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection());
    CAIRN_ASSIGN_OR_RETURN(const Document filter, filter_for(*collection));
    auto stream = std::make_unique<NearStream>(options_);
    CAIRN_RETURN_IF_ERROR(stream->open(filter, limit_, collection, environment_,
                                       environment_.explaining ? &measures_ : nullptr));
    return StreamPtr(std::move(stream));
  }

  // Only the nearest are kept then.
  bool absorb(std::string_view name, ValueView specification) override {
    if (name != "$limit" || limit_ > 0) return false;
    limit_ = specification.to_int64_clamped();
    return true;
  }
  Value explained(ValueView specification) const override {
    if (limit_ == 0) return Value(specification);
    DocumentBuilder builder;
    builder.append_all(specification.as_document()).append("limit", limit_);
    return Value::document(builder.take());
  }

  Result<bool> explain_plan(bool ran, DocumentBuilder& out) override {
    CAIRN_ASSIGN_OR_RETURN(const CollectionRef collection, find_collection());
    CAIRN_ASSIGN_OR_RETURN(const Document filter, filter_for(*collection));
    CAIRN_ASSIGN_OR_RETURN(
        const match::Matcher matcher,
        match::Matcher::parse(filter, {.bindings = &environment_.around.bindings,
                                       .collation = environment_.around.collation}));
    const auto view = std::make_shared<exec::ReadView>(environment_.engine.storage,
                                                       environment_.engine.transaction);
    CAIRN_ASSIGN_OR_RETURN(
        const exec::Selected selected,
        exec::select(view, collection, {.matcher = &matcher, .hint = environment_.hint},
                     {.remember = false}));
    out.begin_document("$geoNearCursor");
    exec::append_explanation({.full_name = collection->full_name(),
                              .collection = collection.get(),
                              .plan = &selected.plan,
                              .matcher = &matcher,
                              .limit = limit_,
                              .ran = ran ? &measures_ : nullptr,
                              .returned = measures_.skip_limit.returned,
                              .nanoseconds = measures_.skip_limit.nanoseconds,
                              .hinted = !environment_.hint.missing()},
                             out);
    out.end();
    return true;
  }

 private:
  Result<CollectionRef> find_collection() const {
    CollectionRef collection = environment_.engine.find(environment_.name());
    if (collection != nullptr) return collection;
    return Status(ErrorCode::kNamespaceNotFound,
                  fmt::format("$geoNear needs a collection to run, but {}.{} does not exist",
                              environment_.database, environment_.collection));
  }

  Result<Document> filter_for(const CollectionEntry& collection) const {
    if (!options_.key.empty()) return filter_of(options_.key);
    CAIRN_ASSIGN_OR_RETURN(const std::string key, geo_field(collection));
    return filter_of(key);
  }

  // {$and: [query, {key: {$near: …}}]}
  Result<Document> filter_of(std::string_view key) const {
    expr::Evaluation evaluation;
    evaluation.begin(DocumentView());
    CAIRN_ASSIGN_OR_RETURN(const ValueView near, options_.near->evaluate(evaluation));
    CAIRN_RETURN_IF_ERROR(check_point(near));
    const bool geojson = near.is_document() && !near.as_document()["type"].missing();
    DocumentBuilder operators;
    if (geojson) {
      operators.begin_document("$near").append("$geometry", near);
    } else {
      operators.append(options_.spherical ? "$nearSphere" : "$near", near);
    }
    CAIRN_RETURN_IF_ERROR(append_bound("minDistance", options_.minimum, evaluation, operators));
    CAIRN_RETURN_IF_ERROR(append_bound("maxDistance", options_.maximum, evaluation, operators));
    if (geojson) operators.end();
    const Document condition = operators.take();
    const auto parsed = match::Near::parse(key, condition);
    if (!parsed.ok()) return geojson ? bad_point(near) : parsed.status();
    DocumentBuilder filter;
    filter.begin_array("$and");
    if (!options_.query.empty()) filter.push(options_.query);
    filter.push_document().append(key, condition).end().end();
    return filter.take();
  }

  static Status append_bound(std::string_view name, const expr::ExpressionPtr& bound,
                             expr::Evaluation& evaluation, DocumentBuilder& out) {
    if (bound == nullptr) return Status();
    CAIRN_ASSIGN_OR_RETURN(const ValueView value, bound->evaluate(evaluation));
    CAIRN_RETURN_IF_ERROR(check_distance(name, value));
    out.append(fmt::format("${}", name), value);
    return Status();
  }

  Options options_;
  const Environment& environment_;
  std::int64_t limit_ = 0;  // 0: all
  exec::WindowMeasures measures_;
};

bool reads_fields(const expr::Expression& expression) {
  if (expression.path() != nullptr) return true;
  for (const expr::ExpressionPtr& operand : expression.operands()) {
    if (reads_fields(*operand)) return true;
  }
  return false;
}

Status read_near(ValueView value, const expr::Scope& scope, Options& options) {
  CAIRN_ASSIGN_OR_RETURN(options.near, expr::parse_expression(value, scope));
  if (reads_fields(*options.near)) {
    return {location(5860402), "$geoNear requires a constant near argument"};
  }
  const Value* constant = options.near->constant();
  return constant == nullptr ? Status() : check_point(*constant);
}

Status read_bound(const Element& option, const expr::Scope& scope, expr::ExpressionPtr& bound) {
  CAIRN_ASSIGN_OR_RETURN(bound, expr::parse_expression(option.value, scope));
  if (reads_fields(*bound)) {
    return {location(7555701),
            fmt::format("$geoNear requires ${} to evaluate to a constant number", option.name)};
  }
  const Value* constant = bound->constant();
  return constant == nullptr ? Status() : check_distance(option.name, *constant);
}

Status read_field(const Element& option, ErrorCode code, std::optional<FieldPath>& field) {
  if (!option.value.is_string()) {
    return {code, fmt::format("$geoNear requires that the '{}' option is a String", option.name)};
  }
  CAIRN_RETURN_IF_ERROR(check_field_path(option.value.as_string()));
  field.emplace(option.value.as_string());
  return Status();
}

Status read_key(ValueView value, Options& options) {
  if (!value.is_string()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("$geoNear parameter 'key' must be of type string but found type: {}",
                        type_name(value.type()))};
  }
  options.key = value.as_string();
  if (options.key.empty()) return bad("$geoNear parameter 'key' cannot be the empty string");
  return check_field_path(options.key);
}

Status read_query(ValueView value, const Environment& environment, Options& options) {
  if (!value.is_document()) return {ErrorCode::kTypeMismatch, "query must be an object"};
  options.query = Document(value.as_document());
  const auto parsed = match::Matcher::parse(
      options.query, {.bindings = &environment.around.bindings,
                      .collation = environment.around.collation,
                      .allowed = {.near = false, .text = false, .where = false}});
  return parsed.ok() ? Status() : parsed.status();
}

Status read_multiplier(ValueView value, Options& options) {
  if (!value.is_number()) {
    return {ErrorCode::kTypeMismatch, "distanceMultiplier must be a number"};
  }
  options.multiplier = value.to_double();
  return options.multiplier >= 0 ? Status() : bad("distanceMultiplier must be nonnegative");
}

Status read_option(const Element& option, const Environment& environment, Options& options) {
  const std::string_view name = option.name;
  const expr::Scope scope = environment.scope();
  if (name == "near") return read_near(option.value, scope, options);
  if (name == "minDistance") return read_bound(option, scope, options.minimum);
  if (name == "maxDistance") return read_bound(option, scope, options.maximum);
  if (name == "distanceField") return read_field(option, location(16606), options.distance_field);
  if (name == "includeLocs") return read_field(option, location(16607), options.place_field);
  if (name == "key") return read_key(option.value, options);
  if (name == "query") return read_query(option.value, environment, options);
  if (name == "distanceMultiplier") return read_multiplier(option.value, options);
  if (name == "spherical") {
    options.spherical = option.value.truthy();
    return Status();
  }
  if (name == "uniqueDocs") return Status();  // places count once: the nearest of a document
  if (name == "limit" || name == "num") {
    return {location(name == "num" ? 50857 : 50858),
            fmt::format("$geoNear no longer supports the '{}' parameter. Use a $limit stage "
                        "instead.",
                        name)};
  }
  return bad(fmt::format("Unknown argument to $geoNear: {}", name));
}

Result<StagePtr> parse_geo_near(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(10065), "invalid parameter: expected an object ($geoNear)");
  }
  Options options;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, environment, options));
  }
  if (options.near == nullptr) {
    return Status(location(5860400), "$geoNear requires a 'near' argument");
  }
  return StagePtr(std::make_unique<GeoNear>(std::move(options), environment));
}

}  // namespace

extern const StageRow row_geo_near{.name = "$geoNear",
                                   .parse = parse_geo_near,
                                   .place = Place::kFirst,
                                   .makes_documents = true,
                                   .in_facet = false};

}  // namespace cairn::aggregate
