#include "engine/catalog/index_entry.h"

#include <utility>

namespace cairn {
namespace {

constexpr std::string_view kWildcard = "$**";

constexpr std::pair<std::string_view, FieldKind> kPlugins[] = {
    {"hashed", FieldKind::kHashed},
    {"text", FieldKind::kText},
    {"2dsphere", FieldKind::k2dsphere},
    {"2d", FieldKind::k2d},
};

std::string_view before_wildcard(std::string_view name) {
  name.remove_suffix(kWildcard.size());
  if (!name.empty()) name.remove_suffix(1);  // the dot
  return name;
}

IndexField parse_field(const Element& element) {
  IndexField field;
  field.name = element.name;
  if (is_wildcard_name(element.name)) {
    field.kind = FieldKind::kWildcard;
    field.path = FieldPath(before_wildcard(element.name));
  } else {
    field.path = FieldPath(element.name);
  }
  if (element.value.is_string()) {
    field.kind = field_kind(element.value.as_string()).value_or(field.kind);
  } else if (element.value.is_number() && element.value.to_double() < 0) {
    field.direction = key::Direction::kDescending;
  }
  return field;
}

}  // namespace

std::optional<FieldKind> field_kind(std::string_view plugin) {
  for (const auto& [name, kind] : kPlugins) {
    if (name == plugin) return kind;
  }
  return std::nullopt;
}

bool is_wildcard_name(std::string_view name) {
  return name == kWildcard || (name.ends_with(kWildcard) && name.size() > kWildcard.size() &&
                               name[name.size() - kWildcard.size() - 1] == '.');
}

IndexEntry::IndexEntry(const IndexDefinition& definition, std::shared_ptr<SharedIndexState> shared)
    : definition_(&definition), shared_(std::move(shared)) {
  parse_fields();
  parse_options();
  broken_ = parse_expressions();
}

void IndexEntry::parse_fields() {
  if (VectorSpec::is_one(spec())) {
    kind_ = IndexKind::kVector;
    return;
  }
  for (const Element& element : key_pattern()) fields_.push_back(parse_field(element));
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    paths_.push_back(fields_[i].path);
    if (kind_ == FieldKind::kOrdered) kind_ = fields_[i].kind;
    if (fields_[i].kind == FieldKind::kWildcard) wildcard_field_ = i;
  }
  // The names live in fields_, which does not change any more.
  for (const IndexField& field : fields_) key_fields_.push_back({field.name, field.direction});
  is_id_ = fields_.size() == 1 && fields_.front().name == "_id" && name() == "_id_";
}

void IndexEntry::parse_options() {
  const DocumentView options = spec();
  unique_ = is_id_ || options["unique"].truthy();
  prepare_unique_ = options["prepareUnique"].truthy();
  sparse_ = options["sparse"].truthy();
  hidden_ = options["hidden"].truthy();
  if (const ValueView seconds = options["expireAfterSeconds"]; seconds.is_number()) {
    // NaN, which earlier versions of MongoDB let in, is the longest time and not the shortest.
    expire_after_seconds_ = seconds.is_nan() ? INT32_MAX : seconds.to_int64_clamped();
  }
}

Status IndexEntry::parse_expressions() {
  const DocumentView options = spec();
  if (const ValueView collation = options["collation"]; collation.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(collation_, parse_collation(collation.as_document()));
  }
  if (const ValueView filter = options["partialFilterExpression"]; filter.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(filter_,
                           match::Matcher::parse(filter.as_document(), {.collation = collation_}));
  }
  if (kind_ == IndexKind::kText) {
    CAIRN_ASSIGN_OR_RETURN(text_, TextSpec::parse(options));
  }
  if (kind_ == IndexKind::kVector) {
    CAIRN_ASSIGN_OR_RETURN(vectors_, VectorSpec::parse(options["definition"].as_document()));
  }
  if (is_geo(kind_)) geo_ = GeoSpec::parse(options);
  return parse_projection();
}

// `a.$**` looks at what the projection {a: 1} leaves; `_id` takes part only where it is named.
Status IndexEntry::parse_projection() {
  if (!wildcard_field_) return Status();
  const std::string_view prefix = paths_[*wildcard_field_].text();
  const ValueView asked = spec()["wildcardProjection"];
  if (prefix.empty() && !asked.is_document()) return Status();
  DocumentBuilder projection;
  bool names_id = false;
  if (!prefix.empty()) {
    projection.append(prefix, 1);
    names_id = paths_[*wildcard_field_].name(0) == "_id";
  } else {
    projection.append_all(asked.as_document());
    names_id = !asked.as_document()["_id"].missing();
  }
  if (!names_id) projection.append("_id", 0);
  const expr::Scope scope(static_cast<const expr::Bindings*>(nullptr));
  CAIRN_ASSIGN_OR_RETURN(
      projection_, project::Projection::parse(projection.take(), project::Language::kFind, scope));
  return Status();
}

}  // namespace cairn
