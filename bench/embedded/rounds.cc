#include "bench/embedded/rounds.h"

#include <time.h>

#include <algorithm>
#include <cstdio>

namespace cairn::bench {
namespace {

struct Rate {
  double by_clock = 0;
  double by_processor = 0;
};

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

Rate measure(const Contender& contender, std::size_t operations) {
  if (contender.prepare) contender.prepare();
  const double began = seconds(CLOCK_MONOTONIC);
  const double used = seconds(CLOCK_THREAD_CPUTIME_ID);
  contender.work();
  const double processor = seconds(CLOCK_THREAD_CPUTIME_ID) - used;
  const double clock = seconds(CLOCK_MONOTONIC) - began;
  const auto n = static_cast<double>(operations);
  return {n / std::max(clock, 1e-9), n / std::max(processor, 1e-9)};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Outcome outcome(const Contender& contender, const std::vector<Rate>& rates,
                const std::vector<Rate>& of_first) {
  std::vector<double> rate;
  std::vector<double> processor_rate;
  std::vector<double> ratio;
  std::vector<double> processor_ratio;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rate.push_back(rates[i].by_clock);
    processor_rate.push_back(rates[i].by_processor);
    ratio.push_back(rates[i].by_clock / of_first[i].by_clock);
    processor_ratio.push_back(rates[i].by_processor / of_first[i].by_processor);
  }
  return {contender.name,          median(rate),    median(processor_rate), median(ratio),
          median(processor_ratio), contender.target};
}

}  // namespace

std::vector<Outcome> run_rounds(const std::vector<Contender>& contenders, std::size_t rounds,
                                std::size_t operations) {
  for (const Contender& contender : contenders) measure(contender, operations);  // warms caches
  std::vector<std::vector<Rate>> rates(contenders.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t turn = 0; turn < contenders.size(); ++turn) {
      // Every other round the other way round: who comes second finds other caches.
      const std::size_t i = round % 2 == 0 ? turn : contenders.size() - 1 - turn;
      rates[i].push_back(measure(contenders[i], operations));
    }
  }
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    outcomes.push_back(outcome(contenders[i], rates[i], rates[0]));
  }
  return outcomes;
}

void print(const std::string& title, const std::vector<Outcome>& outcomes) {
  std::printf("%s\n", title.c_str());
  for (const Outcome& outcome : outcomes) {
    std::printf("  %-44s %11.0f /s   ratio %5.2f   by processor time %11.0f /s   ratio %5.2f",
                outcome.name.c_str(), outcome.per_second, outcome.ratio,
                outcome.per_processor_second, outcome.processor_ratio);
    if (outcome.target > 0) std::printf("   (asked for: %.2f)", outcome.target);
    std::printf("\n");
  }
  std::fflush(stdout);
}

void append_to(DocumentBuilder& array, const std::string& title,
               const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    array.push_document()
        .append("benchmark", title)
        .append("name", outcome.name)
        .append("perSecond", outcome.per_second)
        .append("perProcessorSecond", outcome.per_processor_second)
        .append("ratio", outcome.ratio)
        .append("processorRatio", outcome.processor_ratio);
    if (outcome.target > 0) array.append("target", outcome.target);
    array.end();
  }
}

}  // namespace cairn::bench
