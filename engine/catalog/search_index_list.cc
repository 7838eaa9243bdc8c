#include "engine/catalog/search_index_list.h"

#include "engine/storage/host_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cairn {
namespace {

std::string_view status_of(const IndexEntry& index) { return index.ready() ? "READY" : "BUILDING"; }

// A search is answered while its index is built, too: by reading the documents.
constexpr bool kQueryable = true;

void append_version(const IndexEntry& index, std::string_view name, DocumentBuilder& out) {
  out.begin_document(name)
      .append("version", index.spec()["version"])
      .append("createdAt", index.spec()["createdAt"])
      .end();
}

// How far a build is.
void append_progress(const IndexEntry& index, DocumentBuilder& out) {
  if (index.ready()) return;
  const SharedIndexState& shared = index.shared();
  out.append("message", fmt::format("{} of about {} documents", shared.build_done.load(),
                                    shared.build_total.load()));
}

void append_index(const IndexEntry& index, std::string_view name, const ShowIndex& more,
                  DocumentBuilder& out) {
  out.begin_document(name).append("status", status_of(index)).append("queryable", kQueryable);
  append_version(index, "definitionVersion", out);
  out.append("definition", index.spec()["definition"]);
  append_progress(index, out);
  more(index, out);
  out.end();
}

// `staged`: its next definition, being built, or nullptr.
Document shown(const IndexEntry& index, const IndexEntry* staged, const ShowIndex& more) {
  const IndexEntry& latest = staged != nullptr ? *staged : index;
  DocumentBuilder out;
  out.append("id", index.spec()["id"]).append("name", index.name());
  out.append("type", index.spec()["type"]);
  out.append("status", status_of(index)).append("queryable", kQueryable);
  append_version(latest, "latestDefinitionVersion", out);
  out.append("latestDefinition", latest.spec()["definition"]);
  out.begin_array("statusDetail").push_document();
  out.append("hostname", host_name());
  out.append("status", status_of(index)).append("queryable", kQueryable);
  append_index(index, "mainIndex", more, out);
  if (staged != nullptr) append_index(*staged, "stagedIndex", more, out);
  out.end().end();
  return out.take();
}

}  // namespace

std::vector<Document> list_search_indexes(const CollectionEntry& collection,
                                          const ShowIndex& more) {
  std::vector<Document> all;
  const auto indexes = collection.search_index_entries();
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    const auto same = [&](const IndexEntry& other) { return other.name() == indexes[i].name(); };
    if (std::ranges::find_if(indexes.first(i), same) != indexes.first(i).end()) continue;
    const auto later = indexes.subspan(i + 1);
    const auto staged = std::ranges::find_if(later, same);
    all.push_back(shown(indexes[i], staged == later.end() ? nullptr : &*staged, more));
  }
  return all;
}

}  // namespace cairn
