// $out: the documents become a collection, in the place of the one that has its name.
//
// They are written to a collection of another name, which takes the name once all are there:
// whoever reads sees the old documents or the new ones, and a failure leaves the old.
#include "engine/aggregate/stage.h"
#include "engine/aggregate/writing_stream.h"
#include "engine/catalog/time_series.h"
#include "engine/write/insert.h"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace cairn::aggregate {
namespace {

struct Target {
  std::string database;
  std::string collection;
  std::optional<Document> time_series;  // the option that is asked for, completed
  Namespace name() const { return {database, collection}; }
};

// Dropped again unless it took its target's place.
class Temporary {
 public:
  Temporary(Environment& environment, const Target& target)
      : environment_(environment),
        name_{target.database, "tmp.agg_out." + ObjectId::generate().to_hex()} {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!created_) return;
    const Status ignored = environment_.engine.catalog.drop(name_.name()).status();
    (void)ignored;
  }

  // As the one whose place it takes, if there is one; else as asked.
  Status create(const CollectionRef& like, const std::optional<Document>& time_series) {
    CreateCollection request;
    Document options;
    if (like == nullptr && time_series) {
      options = document("timeseries", *time_series);
      request.options = options;
      request.indexes = time_series_indexes(options);
    } else if (like != nullptr) {
      request.options = like->definition().options;
      const auto secondary = like->indexes().begin() + (like->id_index() == nullptr ? 0 : 1);
      request.indexes.assign(secondary, like->indexes().end());
    }
    CAIRN_RETURN_IF_ERROR(environment_.engine.catalog.create(name_.name(), request).status());
    created_ = true;
    return Status();
  }

  Status insert(const WriterBatch& batch, const Interrupt* interrupt) {
    WriteOptions options;
    options.operation.interrupt = interrupt;
    options.bypass_document_validation = environment_.bypass_document_validation;
    CAIRN_ASSIGN_OR_RETURN(
        const InsertResult result,
        write::insert(environment_.engine, name_.name(), batch.views(), options));
    return result.errors.empty() ? Status() : result.errors.front().status;
  }

  Status take_place_of(const Target& target) {
    CAIRN_RETURN_IF_ERROR(
        environment_.engine.catalog.rename(name_.name(), target.name(), {.drop_target = true}));
    created_ = false;
    return Status();
  }

 private:
  Environment& environment_;
  Target name_;
  bool created_ = false;
};

class Outgoing final : public WritingStream {
 public:
  Outgoing(StreamPtr input, const Target& target, Environment& environment)
      : WritingStream(std::move(input), environment), target_(target) {}

 protected:
  Status begin(const Interrupt*) override {
    const CollectionRef old = environment_.engine.find(target_.name());
    CAIRN_RETURN_IF_ERROR(check(old));
    temporary_.emplace(environment_, target_);
    return temporary_->create(old, target_.time_series);
  }
  Status write_batch(const Interrupt* interrupt) override {
    return temporary_->insert(batch_, interrupt);
  }
  Status end() override { return temporary_->take_place_of(target_); }

 private:
  Status check(const CollectionRef& old) const {
    if (old == nullptr) return Status();
    if (old->definition().view) {
      return {ErrorCode::kCommandNotSupportedOnView,
              fmt::format("Namespace {} is a view, not a collection", old->full_name())};
    }
    if (old->definition().options["capped"].truthy()) {
      return {location(17152), fmt::format("namespace '{}' is capped so it can't be used for $out",
                                           old->full_name())};
    }
    return check_time_series_of(*old);
  }

  Status check_time_series_of(const CollectionEntry& old) const {
    if (!target_.time_series) return Status();
    const ValueView there = old.definition().options["timeseries"];
    if (!there.is_document()) {
      return {location(7268700),
              "Cannot create a time-series collection from a non time-series collection or view."};
    }
    if (compare(there, target_.time_series->view().as_value()) == 0) return Status();
    return {location(7406103),
            fmt::format("Time-series options inputted must match the existing time-series "
                        "collection. Received: {} Found: {}",
                        to_json(target_.time_series->view().as_value()), to_json(there))};
  }

  const Target& target_;
  std::optional<Temporary> temporary_;
};

class Out final : public Stage {
 public:
  Out(Target target, Environment& environment)
      : target_(std::move(target)), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Outgoing>(std::move(input), target_, environment_));
  }

 private:
  Target target_;
  Environment& environment_;
};

Result<Target> parse_object(DocumentView specification) {
  Target target;
  for (const Element& field : specification) {
    const bool known = field.name == "db" || field.name == "coll";
    if (!known && field.name != "timeseries") {
      return Status(ErrorCode::kIDLUnknownField,
                    fmt::format("BSON field '$out.{}' is an unknown field.", field.name));
    }
    if (!field.value.has_value()) continue;
    if (!known) {
      CAIRN_ASSIGN_OR_RETURN(target.time_series,
                             check_time_series(target.name(), "$out.timeseries", field.value));
      continue;
    }
    if (!field.value.is_string()) {
      return Status(ErrorCode::kTypeMismatch,
                    fmt::format("BSON field '$out.{}' is the wrong type '{}', expected type "
                                "'string'",
                                field.name, type_name(field.value.type())));
    }
    (field.name == "db" ? target.database : target.collection) = field.value.as_string();
  }
  for (const std::string_view name : {"coll", "db"}) {
    if (specification[name].has_value()) continue;
    return Status(ErrorCode::kIDLFailedToParse,
                  fmt::format("BSON field '$out.{}' is missing but a required field", name));
  }
  return target;
}

Result<StagePtr> parse_out(ValueView specification, Environment& environment) {
  Target target;
  if (specification.is_string()) {
    target = {environment.database, std::string(specification.as_string())};
  } else if (specification.is_document()) {
    CAIRN_ASSIGN_OR_RETURN(target, parse_object(specification.as_document()));
  } else {
    return Status(location(16990),
                  fmt::format("$out only supports a string or object argument, but found {}",
                              type_name(specification.type())));
  }
  if (target.collection.empty() || target.database.empty()) {
    return Status(ErrorCode::kInvalidNamespace,
                  fmt::format("Invalid $out target namespace, {}", target.database));
  }
  if (target.collection.starts_with("system.")) {
    return Status(location(17385),
                  fmt::format("Can't $out to special collection: {}", target.collection));
  }
  if (target.database == "admin" || target.database == "local" || target.database == "config") {
    return Status(location(31321),
                  fmt::format("Can't $out to internal database: {}", target.database));
  }
  return StagePtr(std::make_unique<Out>(std::move(target), environment));
}

}  // namespace

extern const StageRow row_out{.name = "$out",
                              .parse = parse_out,
                              .place = Place::kLast,
                              .in_facet = false,
                              .in_transactions = false};

}  // namespace cairn::aggregate
