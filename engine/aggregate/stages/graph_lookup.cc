// $graphLookup: into each document, an array of the documents that another collection has on any
// way from it, found breadth first, each once.
#include "engine/aggregate/foreign.h"
#include "engine/aggregate/held_figures.h"
#include "engine/aggregate/source_name.h"
#include "engine/aggregate/spool.h"
#include "engine/aggregate/stage.h"
#include "engine/aggregate/view.h"
#include "engine/bson/key_string.h"
#include "engine/expr/expression.h"
#include "engine/match/matcher.h"
#include "engine/project/field_slot.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>

namespace cairn::aggregate {
namespace {

struct Graph {
  std::unique_ptr<Environment> environment;  // of the other collection
  expr::ExpressionPtr start;
  FieldPath connect_from;
  FieldPath connect_to;
  FieldPath as;
  std::optional<FieldPath> depth_field;
  std::optional<std::int64_t> max_depth;
  match::Matcher restriction;
};

constexpr std::size_t kEntryBytes = 64;  // of a set, beside the text

// The values to ask for next, each once for all of a search.
class Frontier {
 public:
  void add(ValueView value) {
    key_.clear();
    key::Encoder encoder(key_);
    encoder.begin(key::Direction::kAscending);
    append_key(value, encoder);
    if (!known_.insert(key_).second) return;
    values_.emplace_back(value);
    bytes_ += key_.size() + kEntryBytes;
  }
  std::vector<Value> take() { return std::exchange(values_, {}); }
  bool empty() const { return values_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
  std::string key_;
  std::unordered_set<std::string> known_;
  std::vector<Value> values_;
};

class Searched final : public StreamOver {
 public:
  Searched(StreamPtr input, Graph& graph, SpillSpace* spill, exec::HeldMeasure& spilled)
      : StreamOver(std::move(input)),
        graph_(graph),
        spill_(spill),
        spilled_(spilled),
        foreign_(*graph.environment, graph.connect_to),
        slot_(graph.as) {
    if (graph.depth_field) depth_slot_.emplace(*graph.depth_field);
  }

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
    if (!document) return document;
    Spool found({.spill = spill_, .too_large = "$graphLookup reached maximum memory consumption"});
    CAIRN_RETURN_IF_ERROR(search(*document, found, interrupt));
    CAIRN_RETURN_IF_ERROR(found.finish());
    spilled_ += found.held();
    slot_.locate(*document);
    slot_.begin(BsonType::kArray, buffer_);
    DocumentBuilder array(buffer_);
    const StreamPtr all = found.read();
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> one, all->next(interrupt));
      if (!one) break;
      array.push(*one);
      if (array.size() > kMaxStageMemoryBytes) return too_large();
    }
    array.finish();
    slot_.end(buffer_);
    CAIRN_RETURN_IF_ERROR(held_.hold(buffer_.size()));
    return std::optional<DocumentView>(
        DocumentView(reinterpret_cast<const std::uint8_t*>(buffer_.data())));
  }

 private:
  static Status too_large() {
    return {location(40099), "$graphLookup reached maximum memory consumption"};
  }

  Status search(DocumentView local, Spool& found, const Interrupt* interrupt) {
    Frontier frontier;
    evaluation_.begin(local, input_->metadata());
    CAIRN_ASSIGN_OR_RETURN(const ValueView start, graph_.start->evaluate(evaluation_));
    if (start.is_array()) {
      for (const Element& element : start.as_document()) frontier.add(element.value);
    } else if (!start.missing()) {
      frontier.add(start);
    }
    visited_.clear();
    visited_bytes_ = 0;
    for (std::int64_t depth = 0; !frontier.empty(); ++depth) {
      if (graph_.max_depth && depth > *graph_.max_depth) break;
      CAIRN_RETURN_IF_ERROR(one_step(depth, frontier, found, interrupt));
    }
    return Status();
  }

  Status one_step(std::int64_t depth, Frontier& frontier, Spool& found,
                  const Interrupt* interrupt) {
    if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
    const std::vector<Value> values = frontier.take();
    const std::vector<ValueView> views(values.begin(), values.end());
    const bool patterns = std::any_of(views.begin(), views.end(), [](ValueView value) {
      return value.type() == BsonType::kRegex;
    });
    CAIRN_ASSIGN_OR_RETURN(
        const std::span<const DocumentView> documents,
        patterns ? foreign_.find_in(views, interrupt) : foreign_.find(views, interrupt));
    for (const DocumentView document : documents) {
      CAIRN_ASSIGN_OR_RETURN(const bool wanted, is_wanted(document));
      if (!wanted) continue;
      // The field of the depth may be the one to go on from, or `_id`.
      const DocumentView deep = with_depth(document, depth);
      note_visited(deep);
      CAIRN_RETURN_IF_ERROR(found.add(deep));
      visit_values(deep, graph_.connect_from, [&](ValueView value) {
        frontier.add(value);
        return false;
      });
      if (visited_bytes_ + frontier.bytes() > kMaxStageMemoryBytes) return too_large();
    }
    return Status();
  }

  // Not seen before, not restricted, and not found by a null that only stands for missing.
  Result<bool> is_wanted(DocumentView document) {
    const bool exists = visit_values(document, graph_.connect_to, [](ValueView) { return true; });
    if (!exists) return false;
    CAIRN_ASSIGN_OR_RETURN(const bool allowed, graph_.restriction.matches(document));
    if (!allowed) return false;
    write_id_key(document);
    return !visited_.contains(key_);
  }

  void write_id_key(DocumentView document) {
    key_.clear();
    key::Encoder encoder(key_);
    encoder.begin(key::Direction::kAscending);
    append_key(document["_id"], encoder);
  }

  void note_visited(DocumentView document) {
    write_id_key(document);
    if (visited_.insert(key_).second) visited_bytes_ += key_.size() + kEntryBytes;
  }

  DocumentView with_depth(DocumentView document, std::int64_t depth) {
    if (!depth_slot_) return document;
    depth_slot_->locate(document);
    depth_slot_->put(
        ValueView(BsonType::kInt64, reinterpret_cast<const std::uint8_t*>(&depth), sizeof depth),
        deep_);
    return DocumentView(reinterpret_cast<const std::uint8_t*>(deep_.data()));
  }

  Graph& graph_;
  SpillSpace* spill_;
  exec::HeldMeasure& spilled_;
  Foreign foreign_;
  project::FieldSlot slot_;
  std::optional<project::FieldSlot> depth_slot_;
  expr::HeldBytes held_;
  expr::Evaluation evaluation_;
  std::unordered_set<std::string> visited_;  // `_id`s
  std::size_t visited_bytes_ = 0;
  std::string key_;
  std::string buffer_;
  std::string deep_;
};

class GraphLookup final : public Stage {
 public:
  GraphLookup(Graph graph, SpillSpace* spill) : graph_(std::move(graph)), spill_(spill) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Searched>(std::move(input), graph_, spill_, spilled_));
  }
  void append_figures(DocumentBuilder& out) const override { append_spills(spilled_, out); }

 private:
  Graph graph_;
  SpillSpace* spill_;
  exec::HeldMeasure spilled_;
};

Status parse_max_depth(ValueView value, Graph& graph) {
  if (!value.is_number()) {
    return {location(40100), fmt::format("maxDepth requires numeric argument, found type: {}",
                                         type_name(value.type()))};
  }
  if (value.to_double() < 0) {
    return {location(40101),
            fmt::format("maxDepth requires a nonnegative argument, found: {}", to_json(value))};
  }
  graph.max_depth = value.to_int64_exact();
  if (graph.max_depth) return Status();
  return {location(40102),
          fmt::format("maxDepth could not be represented as a long long: {}", to_json(value))};
}

Status parse_restriction(ValueView value, Graph& graph) {
  if (!value.is_document()) {
    return {location(40185), fmt::format("restrictSearchWithMatch must be an object, found {}",
                                         type_name(value.type()))};
  }
  auto matcher = match::Matcher::parse(value.as_document(),
                                       {.bindings = &graph.environment->around.bindings,
                                        .collation = graph.environment->around.collation});
  if (!matcher.ok()) {
    const Status status = matcher.take_status();
    return {status.code(), fmt::format("Failed to parse 'restrictSearchWithMatch' option to "
                                       "$graphLookup :: caused by :: {}",
                                       status.message())};
  }
  graph.restriction = std::move(*matcher);
  return Status();
}

Result<FieldPath> parse_path(const Element& option) {
  if (!option.value.is_string()) {
    return Status(location(40103), fmt::format("expected string as argument for {}, found: {}",
                                               option.name, type_name(option.value.type())));
  }
  CAIRN_RETURN_IF_ERROR(check_field_path(option.value.as_string()));
  return FieldPath(option.value.as_string());
}

Status read_option(const Element& option, const Environment& outer, Graph& graph) {
  if (option.name == "from") return Status();
  if (option.name == "startWith") {
    CAIRN_ASSIGN_OR_RETURN(graph.start, expr::parse_expression(option.value, outer.scope()));
    return Status();
  }
  if (option.name == "maxDepth") return parse_max_depth(option.value, graph);
  if (option.name == "restrictSearchWithMatch") return parse_restriction(option.value, graph);
  FieldPath* const path = option.name == "as"                 ? &graph.as
                          : option.name == "connectFromField" ? &graph.connect_from
                          : option.name == "connectToField"   ? &graph.connect_to
                                                              : nullptr;
  if (path == nullptr && option.name != "depthField") {
    return {location(40104), fmt::format("unknown argument to $graphLookup: {}", option.name)};
  }
  CAIRN_ASSIGN_OR_RETURN(FieldPath parsed, parse_path(option));
  if (path != nullptr) {
    *path = std::move(parsed);
  } else {
    graph.depth_field = std::move(parsed);
  }
  return Status();
}

Result<std::string_view> parse_from(DocumentView specification) {
  const ValueView from = specification["from"];
  if (from.missing()) {
    return Status(ErrorCode::kFailedToParse,
                  "missing 'from' option to $graphLookup stage specification");
  }
  if (!from.is_string()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("$graphLookup 'from' field must be a string, but found {}",
                              type_name(from.type())));
  }
  if (!from.as_string().empty()) return from.as_string();
  return Status(ErrorCode::kInvalidNamespace,
                "invalid $graphLookup namespace: the collection has no name");
}

Result<StagePtr> parse_graph_lookup(ValueView value, Environment& environment) {
  if (!value.is_document()) {
    return Status(ErrorCode::kFailedToParse,
                  fmt::format("the $graphLookup stage specification must be an object, but found "
                              "{}",
                              type_name(value.type())));
  }
  const DocumentView specification = value.as_document();
  CAIRN_ASSIGN_OR_RETURN(const std::string_view from, parse_from(specification));
  CAIRN_RETURN_IF_ERROR(check_source_name(from));
  Graph graph;
  graph.environment = std::make_unique<Environment>(environment.inside(Within::kLookup, from));
  CAIRN_RETURN_IF_ERROR(resolve_view(*graph.environment));
  for (const Element& option : specification) {
    CAIRN_RETURN_IF_ERROR(read_option(option, environment, graph));
  }
  for (const std::string_view required :
       {"as", "startWith", "connectFromField", "connectToField"}) {
    if (!specification[required].missing()) continue;
    return Status(location(40105),
                  "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and "
                  "'connectToField' to be specified.");
  }
  return StagePtr(std::make_unique<GraphLookup>(std::move(graph), environment.spill()));
}

}  // namespace

extern const StageRow row_graph_lookup{"$graphLookup", parse_graph_lookup};

}  // namespace cairn::aggregate
