// Environment: where a pipeline runs: the engine, the collection it reads, its variables and
// options.
#pragma once

#include "engine/expr/meta_use.h"
#include "engine/expr/surroundings.h"
#include "engine/write/context.h"

#include <cairn/activity.h>
#include <cairn/bson.h>

#include <cstdint>
#include <memory>
#include <string>

namespace cairn::aggregate {

class ReadFigures;

// What a pipeline is part of: some stages may not stand in some places.
enum class Within : std::uint8_t { kNothing, kLookup, kUnion, kFacet, kView, kFusion };

// Outlives every pipeline that was parsed in it. A stage with a pipeline inside (`$lookup`, …)
// makes an environment for that, with `inside`.
struct Environment {
  write::Context engine;
  std::string database;
  std::string collection;  // empty: none ({aggregate: 1})
  // Stages (an array) that come before all others: those of the view that was asked for.
  Document prefix = {};
  expr::Surroundings around;
  bool allow_disk_use = true;
  bool bypass_document_validation = false;
  bool explaining = false;  // nothing is written
  // Told of the plans that run; null: nobody asks. Outlives them.
  ReadFigures* reads = nullptr;
  Value hint = {};
  Document let = {};                   // the command's, for updates that `$merge` makes
  const Activity* activity = nullptr;  // around the engine; while the pipeline is opened
  Within within = Within::kNothing;
  // The lookup or view that it is part of, or that a fusion is whose input it is: where no search
  // index is searched.
  Within unsearched = Within::kNothing;
  bool in_facet = false;  // at any depth
  int depth = 0;          // of pipelines inside pipelines
  // Off while a pipeline that is wrong is read for what is wrong with its text.
  expr::Folding folding = expr::Folding::kEverywhere;
  // What the pipeline asks of metadata; shared with those inside of `$facet`, through which its
  // documents go.
  std::shared_ptr<expr::MetaUse> metas = std::make_shared<expr::MetaUse>();
  // Of a `$unionWith`: what is asked of its documents behind it. Its pipeline outlives this.
  const expr::MetaUse* metas_behind = nullptr;

  Namespace name() const { return {database, collection}; }
  // Where blocking stages put what exceeds their memory; null: nowhere.
  SpillSpace* spill() const { return allow_disk_use ? &engine.storage.spill() : nullptr; }
  expr::Scope scope() const {
    const expr::Scope whole = around.scope(metas.get());
    return folding == expr::Folding::kEverywhere ? whole : whole.unfolded();
  }
  bool asks(expr::MetaKind kind) const {
    return metas->asks(kind) || (metas_behind != nullptr && metas_behind->asks(kind));
  }
  Within unsearched_here() const {
    return within == Within::kLookup || within == Within::kView ? within : unsearched;
  }
  // The same engine, options and collation over another collection of this database; variables of
  // this one are visible.
  Environment inside(Within place, std::string_view other_collection) const {
    return {.engine = engine,
            .database = database,
            .collection = std::string(other_collection),
            .around = {.bindings = expr::Bindings(&around.bindings), .collation = around.collation},
            .allow_disk_use = allow_disk_use,
            .bypass_document_validation = bypass_document_validation,
            .explaining = explaining,
            .reads = reads,
            .activity = activity,
            .within = place,
            .unsearched = place == Within::kFusion ? unsearched_here() : Within::kNothing,
            .in_facet = in_facet || place == Within::kFacet,
            .depth = depth + 1,
            .folding = folding,
            .metas = place == Within::kFacet ? metas : std::make_shared<expr::MetaUse>(),
            .metas_behind = place == Within::kUnion ? metas.get() : nullptr};
  }
};

}  // namespace cairn::aggregate
