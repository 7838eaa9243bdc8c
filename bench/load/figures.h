// What one run came to: latencies, rates, and their text and JSON.
#pragma once

#include "bench/latency/latencies.h"

#include <cairn/bson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::load {

struct Figures {
  std::string operation;
  bench::Latencies latencies;
  std::int64_t failed = 0;
  std::string first_failure;
  std::int64_t documents = 0;
  double seconds = 0;
  double server_seconds = 0;  // of processor time, all the server's threads; 0: not known
  double client_seconds = 0;  // of processor time, this process's
  // Where streams were open: what they were told meanwhile, and how long it took them afterwards
  // until they were told everything.
  int streams = 0;
  std::int64_t events = 0;
  double seconds_behind = 0;

  double per_second() const;
  // Documents, or operations that have none, for each second of the server's and the client's
  // processor time; 0: not known.
  double per_processor_second() const;
  double documents_per_second() const;
  double server_micros_per_operation() const;
  double client_micros_per_operation() const;
};

// What a row's rate is a share of, and the median of its rounds' shares. `of` is empty: of nothing.
struct Share {
  std::string_view of;
  double median = 0;
  double by_processor = 0;  // the same of the rates by processor time; 0: not known
};

// One operation's rounds, measured in turn with the others'.
class Rounds {
 public:
  void add(Figures figures, double share, double share_by_processor);
  // The round whose rate is the median, with the failures of all.
  Figures middle() const;
  Share median_share(std::string_view of) const;

 private:
  std::vector<Figures> figures_;
  std::vector<double> shares_;
  std::vector<double> shares_by_processor_;
};

// One line for people.
std::string to_line(const Figures& figures, Share share);
void append_to(DocumentBuilder& array, const Figures& figures, Share share);

}  // namespace cairn::load
