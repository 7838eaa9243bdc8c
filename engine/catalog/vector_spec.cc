#include "engine/catalog/vector_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace cairn {
namespace {

constexpr std::int64_t kMostDimensions = 8192;
constexpr std::int64_t kLeastEdges = 16;
constexpr std::int64_t kMostEdges = 64;
constexpr std::int64_t kLeastEdgeCandidates = 100;
constexpr std::int64_t kMostEdgeCandidates = 3200;
constexpr std::size_t kMostVectorFields = 128;  // their numbers are bytes of keys

template <typename T>
using Names = std::initializer_list<std::pair<std::string_view, T>>;

enum class FieldType : std::uint8_t { kVector, kFilter, kAutoEmbed };

// Reads the members of one document, whose place is told in every error.
class Members {
 public:
  Members(DocumentView document, std::string place)
      : document_(document), place_(std::move(place)) {}

  Status wrong(std::string_view member, std::string_view what) const {
    return {ErrorCode::kBadValue, fmt::format("\"{}\" {}", path(member), what)};
  }
  std::string path(std::string_view member) const {
    return place_.empty() ? std::string(member) : fmt::format("{}.{}", place_, member);
  }

  Result<std::string> text(std::string_view name) const {
    const ValueView value = document_[name];
    if (!value.has_value()) return wrong(name, "is required");
    if (!value.is_string()) return wrong(name, "must be a string");
    return std::string(value.as_string());
  }

  Result<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most,
                               std::optional<std::int64_t> otherwise) const {
    const ValueView value = document_[name];
    if (!value.has_value()) {
      if (otherwise) return *otherwise;
      return wrong(name, "is required");
    }
    if (!value.is_number()) return wrong(name, "must be a number");
    const std::optional<std::int64_t> number = value.to_int64_exact();
    if (!number) return wrong(name, "must be an integer");
    if (*number < least || *number > most) {
      return wrong(name, fmt::format("must be within bounds [{}..{}]", least, most));
    }
    return *number;
  }

  template <typename T>
  Result<T> choice(std::string_view name, Names<T> names, std::optional<T> otherwise) const {
    if (otherwise && !document_[name].has_value()) return *otherwise;
    CAIRN_ASSIGN_OR_RETURN(const std::string chosen, text(name));
    for (const auto& [known, meaning] : names) {
      if (chosen == known) return meaning;
    }
    std::string all;
    for (const auto& [known, meaning] : names) {
      if (!all.empty()) all.append(", ");
      all.append(known);
    }
    return wrong(name, fmt::format("must be one of [{}]", all));
  }

  Status only(std::initializer_list<std::string_view> known) const {
    for (const Element& member : document_) {
      if (std::ranges::find(known, member.name) == known.end()) {
        return {ErrorCode::kBadValue,
                fmt::format("{}unrecognized field \"{}\"",
                            place_.empty() ? std::string() : fmt::format("\"{}\" ", place_),
                            member.name)};
      }
    }
    return Status();
  }

  DocumentView document() const { return document_; }

 private:
  DocumentView document_;
  std::string place_;
};

Status read_hnsw(const Members& field, VectorField& vector) {
  const ValueView options = field.document()["hnswOptions"];
  if (!options.has_value()) return Status();
  if (!options.is_document()) return field.wrong("hnswOptions", "must be a document");
  const Members members(options.as_document(), field.path("hnswOptions"));
  CAIRN_RETURN_IF_ERROR(members.only({"maxEdges", "numEdgeCandidates"}));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t edges,
                         members.integer("maxEdges", kLeastEdges, kMostEdges, vector.max_edges));
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t candidates,
                         members.integer("numEdgeCandidates", kLeastEdgeCandidates,
                                         kMostEdgeCandidates, vector.edge_candidates));
  vector.max_edges = static_cast<int>(edges);
  vector.edge_candidates = static_cast<int>(candidates);
  return Status();
}

Result<VectorField> read_vector(const Members& field) {
  CAIRN_RETURN_IF_ERROR(field.only({"type", "path", "numDimensions", "similarity", "quantization",
                                    "indexingMethod", "hnswOptions"}));
  VectorField vector;
  CAIRN_ASSIGN_OR_RETURN(const std::string path, field.text("path"));
  vector.path = FieldPath(path);
  CAIRN_ASSIGN_OR_RETURN(const std::int64_t dimensions,
                         field.integer("numDimensions", 1, kMostDimensions, std::nullopt));
  vector.dimensions = static_cast<std::size_t>(dimensions);
  CAIRN_ASSIGN_OR_RETURN(vector.similarity, field.choice<VectorSimilarity>(
                                                "similarity",
                                                {{"cosine", VectorSimilarity::kCosine},
                                                 {"dotProduct", VectorSimilarity::kDotProduct},
                                                 {"euclidean", VectorSimilarity::kEuclidean}},
                                                std::nullopt));
  CAIRN_ASSIGN_OR_RETURN(vector.quantization,
                         field.choice<VectorQuantization>("quantization",
                                                          {{"none", VectorQuantization::kNone},
                                                           {"scalar", VectorQuantization::kScalar},
                                                           {"binary", VectorQuantization::kBinary}},
                                                          VectorQuantization::kNone));
  CAIRN_ASSIGN_OR_RETURN(
      vector.indexing,
      field.choice<VectorIndexing>(
          "indexingMethod", {{"hnsw", VectorIndexing::kHnsw}, {"flat", VectorIndexing::kFlat}},
          VectorIndexing::kHnsw));
  CAIRN_RETURN_IF_ERROR(read_hnsw(field, vector));
  if (vector.quantization == VectorQuantization::kBinary && vector.dimensions % 8 != 0) {
    return field.wrong("numDimensions", "must be a multiple of 8 for binary quantization");
  }
  return vector;
}

}  // namespace

class VectorSpec::Reader {
 public:
  Reader(VectorSpec& spec, const Members& definition) : spec_(spec), definition_(definition) {}

  Status read() {
    CAIRN_RETURN_IF_ERROR(
        definition_.only({"fields", "storedSource", "nestedRoot", "numPartitions"}));
    CAIRN_RETURN_IF_ERROR(check_stored_source());
    CAIRN_RETURN_IF_ERROR(definition_.integer("numPartitions", 1, 64, 1).status());
    const ValueView fields = definition_.document()["fields"];
    if (!fields.has_value()) return definition_.wrong("fields", "is required");
    if (!fields.is_array()) return definition_.wrong("fields", "must be an array");
    std::size_t at = 0;
    for (const Element& field : fields.as_document()) {
      CAIRN_RETURN_IF_ERROR(read_field(field.value, fmt::format("fields[{}]", at++)));
    }
    if (spec_.fields_.empty()) {
      return definition_.wrong("fields", "must have at least one vector field");
    }
    return read_nested_root();
  }

 private:
  // One array of documents at the top. Source: the manual, "How to Index Fields for Vector Search".
  Status read_nested_root() {
    if (!definition_.document()["nestedRoot"].has_value()) return Status();
    CAIRN_ASSIGN_OR_RETURN(const std::string root, definition_.text("nestedRoot"));
    if (root.empty() || root.find('.') != std::string::npos) {
      return definition_.wrong("nestedRoot", "must be the name of a top-level field");
    }
    for (VectorField& field : spec_.fields_) {
      if (field.path.size() < 2 || field.path.name(0) != root) continue;
      field.nested = true;
      field.in_element = FieldPath(field.path.suffix(1));
    }
    if (spec_.nested()) return Status();
    return {ErrorCode::kCommandFailed,
            fmt::format("\"{}\" is \"{}\", under which no vector field's path is",
                        definition_.path("nestedRoot"), root)};
  }

  // What is stored is the whole document: stored_source.h reads from it what was chosen.
  Status check_stored_source() const {
    const ValueView stored = definition_.document()["storedSource"];
    if (!stored.has_value() || (stored.type() == BsonType::kBool && !stored.as_bool())) {
      return Status();
    }
    if (!stored.is_document()) {
      return definition_.wrong("storedSource", "must be false or a document");
    }
    const Members members(stored.as_document(), definition_.path("storedSource"));
    CAIRN_RETURN_IF_ERROR(members.only({"include", "exclude"}));
    const bool include = stored.as_document()["include"].has_value();
    if (include == stored.as_document()["exclude"].has_value()) {
      return definition_.wrong("storedSource",
                               "must have exactly one of \"include\" and \"exclude\"");
    }
    const std::string_view name = include ? "include" : "exclude";
    const ValueView paths = stored.as_document()[name];
    if (!paths.is_array()) return members.wrong(name, "must be an array");
    if (paths.as_document().empty()) return members.wrong(name, "cannot be empty");
    for (const Element& path : paths.as_document()) {
      if (path.value.is_string() && !path.value.as_string().empty()) continue;
      return members.wrong(name, "must have strings that are not empty");
    }
    return Status();
  }

  Status read_field(ValueView field, std::string_view name) {
    if (!field.is_document()) return definition_.wrong(name, "must be a document");
    const Members members(field.as_document(), definition_.path(name));
    CAIRN_ASSIGN_OR_RETURN(const FieldType type,
                           members.choice<FieldType>("type",
                                                     {{"vector", FieldType::kVector},
                                                      {"filter", FieldType::kFilter},
                                                      {"autoEmbed", FieldType::kAutoEmbed}},
                                                     std::nullopt));
    if (type == FieldType::kAutoEmbed) {
      return {ErrorCode::kNotImplemented,
              "autoEmbed fields need a hosted model, which Cairn does not call"};
    }
    CAIRN_ASSIGN_OR_RETURN(const std::string path, members.text("path"));
    if (spec_.filters_by(path) || spec_.find(path) >= 0) {
      return definition_.wrong("fields", fmt::format("has the path \"{}\" twice", path));
    }
    if (type == FieldType::kFilter) {
      CAIRN_RETURN_IF_ERROR(members.only({"type", "path"}));
      spec_.filters_.emplace_back(path);
      return Status();
    }
    if (spec_.fields_.size() == kMostVectorFields) {
      return definition_.wrong("fields",
                               fmt::format("has more than {} vectors", kMostVectorFields));
    }
    CAIRN_ASSIGN_OR_RETURN(spec_.fields_.emplace_back(), read_vector(members));
    return Status();
  }

  VectorSpec& spec_;
  const Members& definition_;
};

bool VectorSpec::is_one(DocumentView specification) {
  const ValueView type = specification["type"];
  return type.is_string() && type.as_string() == "vectorSearch";
}

Result<VectorSpec> VectorSpec::parse(DocumentView definition, std::string_view place) {
  VectorSpec spec;
  const Members members(definition, std::string(place));
  CAIRN_RETURN_IF_ERROR(Reader(spec, members).read());
  return spec;
}

int VectorSpec::find(std::string_view path) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].path.text() == path) return static_cast<int>(i);
  }
  return -1;
}

bool VectorSpec::has_graph() const {
  return std::any_of(fields_.begin(), fields_.end(), [](const VectorField& field) {
    return field.indexing == VectorIndexing::kHnsw;
  });
}

bool VectorSpec::filters_by(std::string_view path) const {
  return std::ranges::any_of(filters_,
                             [path](const FieldPath& filter) { return filter.text() == path; });
}

bool VectorSpec::nested() const { return std::ranges::any_of(fields_, &VectorField::nested); }

bool VectorSpec::touched(DocumentView before, DocumentView after) const {
  const auto differs = [&](std::string_view path) {
    const std::string_view root = path.substr(0, path.find('.'));
    return !before.find(root).identical(after.find(root));
  };
  return std::ranges::any_of(fields_, differs,
                             [](const VectorField& field) { return field.path.text(); }) ||
         std::ranges::any_of(filters_, differs, &FieldPath::text);
}

}  // namespace cairn
