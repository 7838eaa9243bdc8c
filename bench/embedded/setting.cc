#include "bench/embedded/setting.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace cairn::bench {
namespace {

constexpr std::size_t kDocumentBytes = 1024;
constexpr std::size_t kFillBatch = 1000;

std::string make_payload(std::uint64_t seed, std::size_t size) {
  std::mt19937_64 random(seed);
  std::string payload(size, 'x');
  for (std::size_t at = 0; at + 8 <= size / 2; at += 8) {
    const std::uint64_t bits = random();
    for (std::size_t i = 0; i < 8; ++i) {
      payload[at + i] = static_cast<char>('!' + ((bits >> (8 * i)) & 63));
    }
  }
  return payload;
}

void fill_collection(const Setting& setting, Collection collection) {
  std::vector<Document> documents;
  std::vector<DocumentView> views;
  for (std::size_t first = 0; first < setting.documents; first += kFillBatch) {
    documents.clear();
    views.clear();
    for (std::size_t i = first; i < std::min(first + kFillBatch, setting.documents); ++i) {
      documents.push_back(make_document(i));
    }
    for (const Document& document : documents) views.push_back(document);
    const InsertResult inserted = checked(collection.insert(views));
    if (!inserted.errors.empty()) check(inserted.errors.front().status);
  }
}

template <typename IsBusy>
void wait_while(IsBusy is_busy) {
  for (int quiet = 0; quiet < 3; ++quiet) {  // between a flush and its compaction there is a moment
    while (is_busy()) {
      quiet = 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

void check(const Status& status) {
  if (!status.ok()) fail(status.to_string());
}

void check(const rocksdb::Status& status) {
  if (!status.ok()) fail(status.ToString());
}

ObjectId id_of(std::uint64_t i) {
  ObjectId id{{0x65, 0x4d, 0x1c, 0x00, 0xca, 0x12, 0x40}};
  for (std::size_t byte = 0; byte < 5; ++byte) {
    id.bytes[11 - byte] = static_cast<std::uint8_t>(i >> (8 * byte));
  }
  return id;
}

Document make_document(std::uint64_t i) {
  DocumentBuilder builder;
  builder.append("_id", id_of(i))
      .append("n", static_cast<std::int32_t>(i))
      .append("group", "group " + std::to_string(i % 100))
      .append("price", static_cast<double>(i % 10'000) / 100);
  const std::size_t around = builder.size() + sizeof "payload" + 7;
  builder.append("payload", make_payload(i, kDocumentBytes - around));
  return builder.take();
}

std::unique_ptr<Database> open_database(const Setting& setting,
                                        const std::filesystem::path& directory) {
  return checked(Database::open(directory, {.memory_bytes = setting.memory_bytes}));
}

void fill(const Setting& setting, const std::filesystem::path& directory) {
  {
    const auto database = open_database(setting, directory);
    const Document key = document("_id", 1);
    const Document clustered = document("clusteredIndex", document("key", key, "unique", true));
    checked(database->create_collection("db", "clustered", {.options = clustered}));
    fill_collection(setting, database->collection("db", "plain"));
    fill_collection(setting, database->collection("db", "clustered"));
  }
  // What is still in the log goes to files when the store is opened again.
  wait_until_idle(*open_database(setting, directory));
}

void wait_until_idle(const Database& database) {
  wait_while([&database] {
    const Document status = database.engine_status();
    const DocumentView background = status["background"].as_document();
    return background["runningFlushes"].as_int64() + background["runningCompactions"].as_int64() >
           0;
  });
}

std::unique_ptr<RocksStore> open_raw(const Setting& setting,
                                     const std::filesystem::path& directory) {
  const bool fresh = std::filesystem::create_directories(directory);
  return checked(RocksStore::open({.path = directory / "rocks",
                                   .memory_bytes = setting.memory_bytes,
                                   .create = fresh,
                                   .env = rocksdb::Env::Default(),
                                   .health = std::make_shared<WriteHealth>(nullptr)}));
}

void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  namespace fs = std::filesystem;
  fs::create_directories(to / "rocks");
  for (const auto& file : fs::directory_iterator(from / "rocks")) {
    const fs::path target = to / "rocks" / file.path().filename();
    const fs::path extension = file.path().extension();
    if (extension == ".sst" || extension == ".blob") {
      fs::create_hard_link(file.path(), target);
    } else {
      fs::copy_file(file.path(), target);
    }
  }
}

void wait_until_idle(const RocksStore& store) {
  wait_while([&store] {
    std::uint64_t flushes = 0;
    std::uint64_t compactions = 0;
    store.db().GetIntProperty(rocksdb::DB::Properties::kNumRunningFlushes, &flushes);
    store.db().GetIntProperty(rocksdb::DB::Properties::kNumRunningCompactions, &compactions);
    return flushes + compactions > 0;
  });
}

std::int64_t keys_examined(const Collection& collection, DocumentView filter,
                           const FindOptions& options) {
  const Document told =
      checked(collection.explain_find(filter, options, Verbosity::kExecutionStats));
  return told["executionStats"].as_document()["totalKeysExamined"].as_int32();
}

}  // namespace cairn::bench
