// What a vector search index keeps across restarts: its segments are used again, and where they are
// damaged searches are right all the same and new ones are made.
#include "engine/exec/vector_manifest.h"
#include "engine/records/vector_log.h"
#include "engine/storage/storage.h"
#include "tests/records/database.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <thread>

namespace cairn {
namespace {

constexpr std::size_t kDimensions = 16;
// Two deltas and some rows more.
constexpr int kDocuments = 9000;
using Floats = std::vector<float>;

struct Kept {
  Keyspace keyspace = kNoKeyspace;
  exec::VectorManifest manifest;
};

class VectorKeepTest : public IndexTest {
 protected:
  void SetUp() override {
    path_ = temporary_path("cairn-vector-keep-test");
    std::filesystem::remove_all(path_);
    open(path_, {});
    std::mt19937 random(3);
    for (int id = 0; id < kDocuments; ++id) documents_[id] = random_vector(random);
    insert_all();
    const Document specification = json(
        R"({"name": "near", "type": "vectorSearch", "definition": {"fields": [
            {"type": "vector", "path": "v", "numDimensions": 16, "similarity": "euclidean"}]}})");
    const DocumentView view = specification;
    ASSERT_OK(collection().create_search_indexes({&view, 1}).status());
    close_when_kept();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  static Floats random_vector(std::mt19937& random) {
    std::normal_distribution<float> normal;
    Floats vector(kDimensions);
    for (float& number : vector) number = normal(random);
    return vector;
  }
  static Document document_of(int id, const Floats& vector) {
    DocumentBuilder out;
    out.append("_id", id).begin_array("v");
    for (const float number : vector) out.push(static_cast<double>(number));
    return out.end().take();
  }
  void insert_all() {
    std::vector<Document> made;
    made.reserve(documents_.size());
    for (const auto& [id, vector] : documents_) made.push_back(document_of(id, vector));
    const std::vector<DocumentView> views(made.begin(), made.end());
    ASSERT_OK(collection().insert(views).status());
  }
  void move(int id, const Floats& vector) {
    documents_[id] = vector;
    replace(document_of(id, vector));
  }
  void remove(int id) {
    documents_.erase(id);
    const Document filter = document("_id", id);
    EXPECT_OK(collection().remove({.filter = filter}).status());
  }

  // The manifest of the closed store.
  std::optional<Kept> kept() const {
    auto storage = Storage::open(path_, {.read_only = true});
    EXPECT_OK(storage.status());
    if (!storage.ok()) return std::nullopt;
    for (Keyspace keyspace = 1; keyspace < 100; ++keyspace) {
      auto manifest = exec::read_manifest((*storage)->latest(), keyspace);
      if (manifest.ok() && *manifest) return Kept{keyspace, std::move(**manifest)};
    }
    return std::nullopt;
  }
  // Gives the engine time until there is a manifest and all is well; one that covers more than
  // `before`.
  void close_when_kept(const std::optional<Kept>& before = std::nullopt) {
    for (int i = 1; i < 20; ++i) {
      if (database_ == nullptr) open(path_, {});
      // Longer each time: what is under way ends with the process.
      std::this_thread::sleep_for(std::chrono::milliseconds(400 * i));
      database_.reset();
      const std::optional<Kept> now = kept();
      if (!now || !problems().empty()) continue;
      if (!before || now->manifest.covered > before->manifest.covered) return;
    }
    ADD_FAILURE() << "no segments were kept";
  }
  std::vector<std::filesystem::path> files(const Kept& kept) const {
    std::vector<std::filesystem::path> paths;
    for (const exec::StoredSegment& segment : kept.manifest.fields.front()) {
      paths.push_back(std::filesystem::path(path_) / "vectors" /
                      exec::segment_name(kept.keyspace, segment.serial));
    }
    return paths;
  }

  std::vector<int> search(const Floats& query, int limit, bool exact) {
    DocumentBuilder pipeline;
    pipeline.begin_array("pipeline").push_document().begin_document("$vectorSearch");
    pipeline.append("index", "near").append("path", "v").append("limit", limit);
    if (exact) {
      pipeline.append("exact", true);
    } else {
      pipeline.append("numCandidates", 20 * limit);
    }
    pipeline.begin_array("queryVector");
    for (const float number : query) pipeline.push(static_cast<double>(number));
    pipeline.end().end().end().end();
    const Document stages = pipeline.take();
    auto cursor = collection().aggregate(stages["pipeline"].as_document());
    std::vector<int> ids;
    EXPECT_OK(cursor.status());
    while (cursor.ok()) {
      auto next = cursor->next();
      EXPECT_OK(next.status());
      if (!next.ok() || !next->has_value()) break;
      ids.push_back(static_cast<int>((**next)["_id"].to_int64_clamped()));
    }
    return ids;
  }
  std::vector<int> by_hand(const Floats& query, std::size_t limit) const {
    std::vector<std::pair<double, int>> all;
    for (const auto& [id, vector] : documents_) {
      double sum = 0;
      for (std::size_t i = 0; i < kDimensions; ++i) {
        const double difference = static_cast<double>(query[i]) - static_cast<double>(vector[i]);
        sum += difference * difference;
      }
      all.emplace_back(sum, id);
    }
    std::sort(all.begin(), all.end());
    std::vector<int> ids;
    for (std::size_t i = 0; i < limit; ++i) ids.push_back(all[i].second);
    return ids;
  }
  void expect_found() {
    std::mt19937 random(17);
    std::size_t common = 0;
    constexpr int kQueries = 20;
    for (int i = 0; i < kQueries; ++i) {
      const Floats query = random_vector(random);
      const std::vector<int> wanted = by_hand(query, 10);
      EXPECT_EQ(search(query, 10, true), wanted);
      for (const int id : search(query, 10, false)) {
        common += static_cast<std::size_t>(std::count(wanted.begin(), wanted.end(), id));
      }
    }
    EXPECT_GE(common, kQueries * 10 * 95 / 100);
  }

  // What a closed store's check says of it.
  std::vector<std::string> problems() {
    open(path_, {.read_only = true});
    const auto report = database_->check();
    EXPECT_OK(report.status());
    database_.reset();
    return report.ok() ? report->problems : std::vector<std::string>();
  }

  // `harm` is done to a file of the closed store: the check names it, searches stay right from the
  // first one on, and in the end there are new files.
  void damage(const std::function<void(const std::filesystem::path&)>& harm) {
    const std::optional<Kept> before = kept();
    ASSERT_TRUE(before);
    ASSERT_FALSE(files(*before).empty());
    harm(files(*before).front());
    EXPECT_FALSE(problems().empty());
    open(path_, {});
    expect_found();
    close_when_kept();
    open(path_, {});
    expect_found();
  }

  std::string path_;
  std::map<int, Floats> documents_;
};

TEST_F(VectorKeepTest, FilesAreUsedAgain) {
  const std::optional<Kept> before = kept();
  ASSERT_TRUE(before);
  std::map<std::filesystem::path, std::filesystem::file_time_type> written;
  for (const auto& file : files(*before)) written[file] = std::filesystem::last_write_time(file);
  ASSERT_FALSE(written.empty());
  const std::filesystem::path stray = std::filesystem::path(path_) / "vectors" / "7-1.segment.tmp";
  std::ofstream(stray) << "left behind";
  EXPECT_EQ(problems(), std::vector<std::string>());
  for (int round = 0; round < 3; ++round) {
    open(path_, {});
    EXPECT_FALSE(std::filesystem::exists(stray));
    expect_found();
    std::mt19937 random(static_cast<unsigned>(round));
    for (int i = 0; i < 60; ++i) move(static_cast<int>(random() % 9100), random_vector(random));
    for (int i = 0; i < 30; ++i) remove(static_cast<int>(random() % 9100));
    expect_found();
    database_.reset();
    EXPECT_EQ(problems(), std::vector<std::string>());
  }
  for (const auto& [file, time] : written) {
    EXPECT_TRUE(std::filesystem::exists(file));
    EXPECT_EQ(std::filesystem::last_write_time(file), time);
  }
}

TEST_F(VectorKeepTest, TheLogGoesOnceItIsCovered) {
  open(path_, {});
  std::mt19937 random(8);
  for (int round = 0; round < 3; ++round) {
    database_.reset();
    const std::optional<Kept> start = kept();
    open(path_, {});
    for (int id = 0; id < 5000; ++id) documents_[id] = random_vector(random);
    for (int id = 0; id < 5000; ++id) move(id, documents_[id]);
    for (int id = 0; id < 100; ++id) remove(static_cast<int>(random() % kDocuments));
    close_when_kept(start);
    EXPECT_EQ(problems(), std::vector<std::string>());
    open(path_, {});
    expect_found();
  }
  database_.reset();
  const std::optional<Kept> last = kept();
  ASSERT_TRUE(last);
  auto storage = Storage::open(path_, {.read_only = true});
  ASSERT_OK(storage.status());
  const records::VectorLogRange log(last->keyspace);
  KeyCursor rows = (*storage)->latest().scan(Family::kAux, log.range());
  int count = 0;
  for (rows.seek_first(); rows.valid(); rows.next()) ++count;
  EXPECT_LT(count, 10000);  // 15,300 were written
  std::set<std::string> there;
  for (const auto& file : std::filesystem::directory_iterator(path_ + "/vectors")) {
    there.insert(file.path().string());
  }
  for (const auto& file : files(*last)) EXPECT_TRUE(there.contains(file.string()));
}

TEST_F(VectorKeepTest, AFileIsMissing) {
  damage([](const std::filesystem::path& file) { std::filesystem::remove(file); });
}

TEST_F(VectorKeepTest, AFileIsCut) {
  damage([](const std::filesystem::path& file) {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  });
}

TEST_F(VectorKeepTest, AFileIsEmpty) {
  damage([](const std::filesystem::path& file) { std::filesystem::resize_file(file, 0); });
}

TEST_F(VectorKeepTest, BitsAreFlipped) {
  // Of the header; of the rows, which are read when they are wanted; of what lies behind them.
  for (const double place : {0.00002, 0.01, 0.3, 0.8, 0.95}) {
    damage([place](const std::filesystem::path& file) {
      const auto at = static_cast<std::streamoff>(
          place * static_cast<double>(std::filesystem::file_size(file)));
      std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
      for (std::streamoff i = 0; i < 64; ++i) {
        bytes.seekg(at + i);
        const int byte = bytes.get();
        bytes.seekp(at + i);
        bytes.put(static_cast<char>(byte ^ 0x10));
      }
    });
    database_.reset();
  }
}

TEST_F(VectorKeepTest, AnotherFileIsInItsPlace) {
  const std::optional<Kept> old = kept();
  ASSERT_TRUE(old);
  const std::filesystem::path copy = path_ + "/old-segment";
  std::filesystem::copy_file(files(*old).front(), copy);
  open(path_, {});
  std::mt19937 random(4);
  for (int id = 0; id < 5000; ++id) move(id, random_vector(random));
  close_when_kept(old);
  damage([&copy](const std::filesystem::path& file) {
    std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
  });
}

TEST_F(VectorKeepTest, TheManifestIsDamaged) {
  const std::optional<Kept> before = kept();
  ASSERT_TRUE(before);
  for (const std::string_view bytes : {"", "no manifest", "\x04\x00\x00\x00\x00\x00\x00\x00"}) {
    auto storage = Storage::open(path_, {});
    ASSERT_OK(storage.status());
    WriteUnit unit;
    unit.put(Family::kAux, records::vector_manifest_key(before->keyspace), bytes);
    ASSERT_OK((*storage)->commits().commit(unit).status());
    ASSERT_OK((*storage)->close());
    storage->reset();
    EXPECT_FALSE(problems().empty());
    open(path_, {});
    expect_found();
    close_when_kept();
    EXPECT_EQ(problems(), std::vector<std::string>());
    open(path_, {});
    expect_found();
    database_.reset();
  }
}

TEST_F(VectorKeepTest, ADroppedIndexLeavesNoFiles) {
  open(path_, {});
  expect_found();
  ASSERT_OK(database().drop_collection("t", "c").status());
  for (int i = 0; i < 100 && !std::filesystem::is_empty(path_ + "/vectors"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(std::filesystem::is_empty(path_ + "/vectors"));
  database_.reset();
  EXPECT_EQ(problems(), std::vector<std::string>());
}

}  // namespace
}  // namespace cairn
