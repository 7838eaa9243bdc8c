#include "engine/exec/id_lookup.h"

#include "engine/records/record_key.h"

namespace cairn::exec {
namespace {

class IdLookup final : public RecordSource {
 public:
  IdLookup(Reader reader, CollectionRef collection, std::vector<ValueView> ids)
      : reader_(reader), collection_(std::move(collection)), ids_(std::move(ids)) {}

  Result<const Record*> next(const Interrupt* interrupt) override {
    while (at_ < ids_.size()) {
      if (interrupt != nullptr) CAIRN_RETURN_IF_ERROR(interrupt->check());
      id_.assign(*collection_, ids_[at_++]);
      ++counts_.keys;
      CAIRN_ASSIGN_OR_RETURN(const bool found,
                             records::get_by_id(reader_, *collection_, id_, key_, document_));
      if (!found) continue;
      ++counts_.documents;
      record_ = {key_, records::stored_document(document_.view())};
      return &record_;
    }
    document_.reset();
    return static_cast<const Record*>(nullptr);
  }
  void park() override { document_.reset(); }
  ExamineCounts examined() const override { return counts_; }

 private:
  Reader reader_;
  CollectionRef collection_;
  std::vector<ValueView> ids_;
  std::size_t at_ = 0;
  records::IdKey id_;
  std::string key_;
  PinnedValue document_;
  Record record_;
  ExamineCounts counts_;
};

}  // namespace

RecordSourcePtr id_lookup(Reader reader, CollectionRef collection, std::vector<ValueView> ids) {
  return std::make_unique<IdLookup>(reader, std::move(collection), std::move(ids));
}

}  // namespace cairn::exec
