// Read and write concerns: how they are parsed and what they mean on one node.
// Source: MongoDB's manual, "Read Concern" and "Write Concern".
// Thread-safety: values and pure functions.
#pragma once

#include <cairn/bson.h>
#include <cairn/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::mongodb {

struct WriteConcern {
  std::int64_t nodes = 1;  // `w` as a number
  bool majority = false;   // `w: "majority"`
  std::string mode;        // any other name; its tags are unknown here
  bool tags = false;       // `w: {tag: n}`
  bool journal = false;    // `j: true`
  std::int64_t timeout_ms = 0;
  bool given = false;

  // Whether the reply waits until the write is on disk.
  bool durable() const { return journal || majority; }
};

Result<WriteConcern> parse_write_concern(DocumentView document);

// What a standalone server refuses before it writes.
Status check_standalone(const WriteConcern& concern);

// Why one node cannot satisfy the concern although the write is done: the `writeConcernError`.
std::optional<Status> unsatisfied(const WriteConcern& concern);

// Appends `writeConcern` as an errInfo shows it.
void append_write_concern(const WriteConcern& concern, DocumentBuilder& out);

enum class ReadLevel : std::uint8_t { kLocal, kAvailable, kMajority, kLinearizable, kSnapshot };

struct ReadConcern {
  ReadLevel level = ReadLevel::kLocal;
  bool level_given = false;
  std::optional<Timestamp> after_cluster_time;
  std::optional<Timestamp> at_cluster_time;  // with kSnapshot only
};

// The name of a level as clients give it.
std::string_view level_name(ReadLevel level);

Result<ReadConcern> parse_read_concern(DocumentView document);

}  // namespace cairn::mongodb
