// Companion: the key writes that go with a write of documents (`WriteOptions::keys`), in its one
// commit: both or neither.
//
// Its intents are taken before the collection's lease and before those of any document, and kept
// until the commit. Whoever has documents never waits for keys, so no two writers wait for each
// other. Who waits for documents may wait long: so conditions and times are looked at again for the
// moment of the commit. Transactions write no keys: none has to be told of these.
#pragma once

#include "engine/keys/key_store.h"
#include "engine/write/context.h"

#include <cstddef>
#include <optional>

namespace cairn::write {

class Companion {
 public:
  struct Command {
    std::size_t statements = 1;
    bool multi = false;  // one changes many documents, each in a commit of its own
  };

  // Locks the keys and looks whether their conditions hold; inactive where `options` names none, or
  // the write is a repetition of what is done. Errors: AtomicityFailure, what KeyBatch gives,
  // InvalidOptions (the command is not one commit).
  static Result<Companion> open(Context& context, const WriteOptions& options,
                                const Command& command, const RetryTicket& ticket);

  bool active() const { return batch_.has_value(); }
  // Puts the keys into the unit that is about to be committed. Error: AtomicityFailure where a
  // condition holds no longer.
  Status add_to(WriteUnit& unit);
  // Whether `add_to` has failed: the command fails then, as it would have at `open`.
  bool refused() const { return refused_; }
  void committed(OpNumber op);
  // What the command's result tells.
  KeyBatchResult take() { return std::move(result_); }

 private:
  const keys::KeyStore* store_ = nullptr;
  const KeyBatch* writes_ = nullptr;
  std::optional<keys::PreparedBatch> batch_;
  bool refused_ = false;
  KeyBatchResult result_;
};

}  // namespace cairn::write
