// $sample: so many documents, drawn at random, each at most once; blocking.
//
// Every document gets a random key and the least keys win, in the order of their keys: a uniform
// sample of a stream of unknown length, which spills as a sort does. Few documents of a whole
// collection are drawn without reading the others (random_documents.h).
#include "engine/aggregate/metadata_bytes.h"
#include "engine/aggregate/random_source.h"
#include "engine/aggregate/stage.h"
#include "engine/exec/sorter.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

namespace cairn::aggregate {
namespace {

class Sampled final : public StreamOver {
 public:
  Sampled(StreamPtr input, std::int64_t size, const Environment& environment)
      : StreamOver(std::move(input)),
        tells_(environment.asks(expr::MetaKind::kRandom)),
        sorter_({.wanted = static_cast<std::size_t>(size),
                 .spill = environment.spill(),
                 .too_large = "Exceeded memory limit for $sample, but didn't allow external sort. "
                              "Pass allowDiskUse:true to opt in."}) {}

  Result<std::optional<DocumentView>> next(const Interrupt* interrupt) override {
    if (input_ != nullptr) CAIRN_RETURN_IF_ERROR(read_all(interrupt));
    CAIRN_ASSIGN_OR_RETURN(const bool more, sorter_.next(interrupt));
    if (!more) return std::optional<DocumentView>();
    return std::optional<DocumentView>(packed_.read(sorter_.payload()));
  }
  const expr::Metadata* metadata() const override { return packed_.metadata(); }

 private:
  Status read_all(const Interrupt* interrupt) {
    std::string beside;
    while (true) {
      CAIRN_ASSIGN_OR_RETURN(const std::optional<DocumentView> document, input_->next(interrupt));
      if (!document) break;
      const std::uint64_t drawn = random_();
      const std::string_view key(reinterpret_cast<const char*>(&drawn), sizeof drawn);
      if (!sorter_.wants(key)) continue;
      beside.clear();
      append_known(drawn, beside);
      CAIRN_RETURN_IF_ERROR(sorter_.add(key, {document->bytes(), beside}, interrupt));
    }
    input_.reset();
    return Status();
  }

  // {$meta: "randVal"} is a number below 1, and the greatest come first: keys compare by bytes.
  void append_known(std::uint64_t drawn, std::string& out) {
    if (!tells_) {
      append_metadata(input_->metadata(), out);
      return;
    }
    expr::Metadata known = input_->metadata() == nullptr ? expr::Metadata() : *input_->metadata();
    known.random = 1 - std::ldexp(static_cast<double>(__builtin_bswap64(drawn) >> 11) + 1, -53);
    append_metadata(&known, out);
  }

  bool tells_;
  std::mt19937_64 random_ = seeded_generator();
  exec::Sorter sorter_;
  PackedDocument packed_;
};

class Sample final : public Stage {
 public:
  Sample(std::int64_t size, const Environment& environment)
      : size_(size), environment_(environment) {}
  Result<StreamPtr> open(StreamPtr input) override {
    return StreamPtr(std::make_unique<Sampled>(std::move(input), size_, environment_));
  }

 private:
  std::int64_t size_;
  const Environment& environment_;
};

Result<StagePtr> parse_sample(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(28745), "the $sample stage specification must be an object");
  }
  std::optional<std::int64_t> size;
  for (const Element& option : specification.as_document()) {
    if (option.name != "size") {
      return Status(location(28748),
                    fmt::format("unrecognized option to $sample: {}", option.name));
    }
    if (!option.value.is_number()) {
      return Status(location(28746), "size argument to $sample must be a number");
    }
    size = option.value.to_int64_clamped();
    if (*size <= 0) {
      return Status(location(28747), "size argument to $sample must be a positive integer");
    }
  }
  if (!size) return Status(location(28749), "$sample stage must specify a size");
  return StagePtr(std::make_unique<Sample>(*size, environment));
}

}  // namespace

extern const StageRow row_sample{"$sample", parse_sample};

}  // namespace cairn::aggregate
