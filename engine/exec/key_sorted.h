// KeySorted: what every blocking sort of records is, whatever the key: `sort` and `near_sort`.
#pragma once

#include <string>
#include <string_view>

#include "engine/exec/record_source.h"
#include "engine/exec/sort.h"
#include "engine/exec/sorter.h"

namespace cairn::exec {

// The first `next` reads everything; after it nothing of storage is held.
class KeySorted : public RecordSource {
 public:
  // `too_large` is the error's message where memory does not suffice and nothing may be spilled.
  KeySorted(RecordSourcePtr input, const SortOptions& options, std::string_view too_large);
  KeySorted(const KeySorted&) = delete;
  KeySorted& operator=(const KeySorted&) = delete;
  ~KeySorted() override;

  Result<const Record*> next(const Interrupt* interrupt) override;
  void park() override;
  ExamineCounts examined() const override;

 protected:
  // Appends the bytes that a record is sorted by. False: it is left out.
  virtual Result<bool> append_key(const Record& record, std::string& key) = 0;

 private:
  Status read_all(const Interrupt* interrupt);

  RecordSourcePtr input_;  // null once read
  Sorter sorter_;
  HeldMeasure* held_;
  ExamineCounts examined_;
  Record record_;
};

}  // namespace cairn::exec
