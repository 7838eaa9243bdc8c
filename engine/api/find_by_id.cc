#include "engine/api/find_by_id.h"

#include "engine/exec/select.h"
#include "engine/records/record_key.h"

namespace cairn::api {
namespace {

// Gives the one document, which stays pinned in storage until the cursor is parked or gone.
class OneDocument final : public CursorSource {
 public:
  explicit OneDocument(PinnedValue document) : document_(std::move(document)) {}

  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (given_) return std::optional<DocumentView>();
    given_ = true;
    if (!copy_.empty()) return std::optional<DocumentView>(records::stored_document(copy_));
    return std::optional<DocumentView>(records::stored_document(document_.view()));
  }
  void park() override {
    if (!given_ && copy_.empty()) copy_.assign(document_.view());
    document_.reset();
  }

 private:
  PinnedValue document_;
  std::string copy_;
  bool given_ = false;
};

bool is_operator_document(ValueView value) {
  if (!value.is_document() || value.as_document().empty()) return false;
  return value.as_document().begin()->name.starts_with('$');
}

}  // namespace

bool is_plain_id_query(DocumentView filter, const FindOptions& options) {
  auto field = filter.begin();
  if (field == filter.end() || field->name != "_id") return false;
  const ValueView id = field->value;
  if (id.is_array() || id.type() == BsonType::kRegex || id.type() == BsonType::kUndefined ||
      is_operator_document(id)) {
    return false;
  }
  if (++field != filter.end()) return false;
  return options.projection.empty() && options.skip == 0 && options.hint.missing() &&
         options.sort.empty() && options.min.empty() && options.max.empty() &&
         !options.return_key && !options.show_record_id && !options.tailable &&
         options.operation.collation.empty();
}

Result<Cursor> find_by_id(const write::Context& context, const CollectionRef& collection,
                          DocumentView filter, const FindOptions& options) {
  if (options.operation.interrupt != nullptr) {
    CAIRN_RETURN_IF_ERROR(options.operation.interrupt->check());
  }
  if (collection == nullptr) return Cursor();
  exec::count_id_use(*collection);
  records::IdKey id;
  id.assign(*collection, filter.begin()->value);
  std::string record_key;
  PinnedValue document;
  CAIRN_ASSIGN_OR_RETURN(const bool found, records::get_by_id(context.reader(), *collection, id,
                                                              record_key, document));
  if (!found) return Cursor();
  return Cursor(std::make_unique<OneDocument>(std::move(document)));
}

}  // namespace cairn::api
