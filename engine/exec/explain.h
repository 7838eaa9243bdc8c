// Explain: a plan, and how running it went, in the shape of MongoDB's `explain`.
// Source: MongoDB's manual, "Explain Results".
#pragma once

#include "engine/catalog/collection.h"
#include "engine/exec/measure.h"
#include "engine/exec/select.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <cairn/bson.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::exec {

struct Explained {
  std::string_view full_name;
  const CollectionEntry* collection = nullptr;  // null: there is none
  const plan::Plan* plan = nullptr;             // null as well then
  const match::Matcher* matcher = nullptr;
  DocumentView sort;
  std::int64_t skip = 0;
  std::int64_t limit = 0;
  DocumentView projection;
  bool whole_pipeline = false;  // of an aggregation, all of which the plan answers
  // Above all others: "UPDATE", "DELETE", "COUNT", with fields of their own; empty: none.
  std::string_view top;
  Document top_fields = {};             // always
  Document top_figures = {};            // what it did
  bool top_alone = false;               // it reads nothing
  bool express = true;                  // it may do without a plan (EXPRESS stages)
  bool return_key = false;              // of what is found, keys are shown
  const WindowMeasures* ran = nullptr;  // null: it did not run
  std::int64_t returned = 0;            // to the user
  std::int64_t nanoseconds = 0;
  std::int64_t planning_nanoseconds = 0;
  bool all_plans = false;
  bool hinted = false;
  bool filtered = false;  // an index filter said which indexes there are
  // Of all plans where several compete, the best first.
  std::vector<Trial> trials = {};
};

// `queryPlanner` and, where it ran, `executionStats`.
void append_explanation(const Explained& explained, DocumentBuilder& out);

}  // namespace cairn::exec
