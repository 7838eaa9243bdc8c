// Rounds: contenders measured in turn, round after round, so that whatever else the machine does
// hits all of them alike.
//
// Two ratios come out: of rates by the clock, which is what a user sees, and of rates by the
// calling thread's own processor time, which other programs and background compactions disturb
// less. Both are medians of the rounds' ratios. One thread.
#pragma once

#include <cairn/bson.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace cairn::bench {

struct Contender {
  std::string name;
  std::function<void()> work;     // one round
  std::function<void()> prepare;  // before each round, not timed; may be empty
  double target = 0;              // the share of the first one's rate that is asked for; 0: none
};

struct Outcome {
  std::string name;
  double per_second = 0;
  double per_processor_second = 0;
  double ratio = 0;  // of the first contender's rate
  double processor_ratio = 0;
  double target = 0;
};

// `operations`: how many a call of `work` does.
std::vector<Outcome> run_rounds(const std::vector<Contender>& contenders, std::size_t rounds,
                                std::size_t operations);

void print(const std::string& title, const std::vector<Outcome>& outcomes);
void append_to(DocumentBuilder& array, const std::string& title,
               const std::vector<Outcome>& outcomes);

}  // namespace cairn::bench
