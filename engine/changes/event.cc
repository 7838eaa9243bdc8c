#include "engine/changes/event.h"

#include "engine/changes/command_change.h"
#include "engine/changes/session_field.h"
#include "engine/changes/update_description.h"
#include "engine/records/record_key.h"

#include <fmt/format.h>

#include <optional>

namespace cairn::changes {
namespace {

// A delta, and the image before it where there is one.
struct UpdateParts {
  DocumentView delta;  // empty: the change is a replacement
  std::string_view image_before;
};

UpdateParts parts_of(const Change& change) {
  if (change.update.empty()) return {};
  const DocumentView delta = records::stored_document(change.update);
  return {delta, change.update.substr(delta.size())};
}

bool is_replacement(const Change& change) {
  return change.kind == ChangeKind::kUpdate && parts_of(change).delta.empty();
}

Meaning meaning_of_command(const CommandChange& command, const WatchOptions& options) {
  const bool one = options.scope == WatchScope::kCollection;
  switch (command.command) {
    case Command::kOther:
      return Meaning::kNothing;
    case Command::kDropDatabase:
      // A collection of it was dropped before.
      if (one) return Meaning::kNothing;
      if (!options.covers(command.database, {})) return Meaning::kNothing;
      return options.scope == WatchScope::kDatabase ? Meaning::kLastEvent : Meaning::kEvent;
    case Command::kRename:
      if (!options.covers(command.database, command.collection) &&
          !options.covers(command.to_database, command.to_collection)) {
        return Meaning::kNothing;
      }
      return one ? Meaning::kLastEvent : Meaning::kEvent;
    case Command::kDrop:
      if (!options.covers(command.database, command.collection)) return Meaning::kNothing;
      if (command.view) return options.expanded ? Meaning::kEvent : Meaning::kNothing;
      return one ? Meaning::kLastEvent : Meaning::kEvent;
    case Command::kCreate:
    case Command::kCreateIndexes:
    case Command::kDropIndexes:
    case Command::kModify:
      break;
  }
  return options.expanded && options.covers(command.database, command.collection)
             ? Meaning::kEvent
             : Meaning::kNothing;
}

Operation command_operation(Command command) {
  switch (command) {
    case Command::kCreate:
      return Operation::kCreate;
    case Command::kCreateIndexes:
      return Operation::kCreateIndexes;
    case Command::kDropIndexes:
      return Operation::kDropIndexes;
    case Command::kModify:
      return Operation::kModify;
    case Command::kRename:
      return Operation::kRename;
    case Command::kDropDatabase:
      return Operation::kDropDatabase;
    case Command::kDrop:
    case Command::kOther:
      break;
  }
  return Operation::kDrop;
}

void append_namespace(std::string_view name, std::string_view database, std::string_view collection,
                      DocumentBuilder& out) {
  out.begin_document(name).append("db", database);
  if (!collection.empty()) out.append("coll", collection);
  out.end();
}

class EventWriter {
 public:
  EventWriter(const EventContext& context, const ChangeRow& row, DocumentBuilder& out)
      : context_(context), options_(context.options), row_(row), out_(out) {}

  Status write_data() {
    const Change& change = row_.change;
    append_beginning();
    append_transaction();
    CAIRN_RETURN_IF_ERROR(append_full_document());
    const std::size_t dot = change.name.find('.');
    append_namespace("ns", change.name.substr(0, dot), change.name.substr(dot + 1), out_);
    out_.append("documentKey", records::stored_document(change.document_key));
    if (change.kind == ChangeKind::kUpdate && !is_replacement(change)) append_update();
    return append_before_change();
  }

  void write_command() {
    const CommandChange command = CommandChange::of(row_);
    append_beginning();
    append_namespace("ns", command.database, command.collection, out_);
    if (options_.expanded && command.command == Command::kCreate) append_ns_type(command);
    if (command.command == Command::kRename) {
      append_namespace("to", command.to_database, command.to_collection, out_);
    }
    if (options_.expanded) append_description(command);
  }

 private:
  void append_beginning() {
    out_.append("_id", token_of(row_).document());
    out_.append("operationType", operation_name(operation_of(row_)));
    out_.append("clusterTime", Timestamp::from_value(row_.commit_op()));
    if (options_.expanded && row_.change.collection != Uuid{}) {
      out_.append("collectionUUID", BinaryView{4, row_.change.collection});
    }
    out_.append("wallTime", Date{row_.wall_ms});
  }

  void append_transaction() {
    if (!row_.change.in_transaction || !row_.change.session) return;
    out_.append("txnNumber", row_.change.session->txn_number);
    append_session_field(*row_.change.session, out_);
  }

  void append_update() {
    if (!options_.wanted.update_description) return;
    const DocumentView delta = parts_of(row_.change).delta;
    if (options_.raw_updates) {
      out_.append("rawUpdateDescription", delta);
      return;
    }
    out_.begin_document("updateDescription");
    append_update_description(delta, options_.expanded ? Disambiguate::kYes : Disambiguate::kNo,
                              out_);
    out_.end();
  }

  bool images_expired() const { return row_.wall_ms < context_.oldest_image_ms; }

  Status append_full_document() {
    const Change& change = row_.change;
    if (change.kind == ChangeKind::kDelete) return Status();
    if (!options_.wanted.full_document && options_.full_document != FullDocument::kRequired) {
      return Status();
    }
    if (change.kind == ChangeKind::kInsert || is_replacement(change)) {
      out_.append("fullDocument", records::stored_document(change.document));
      return Status();
    }
    if (options_.full_document == FullDocument::kDefault) return Status();
    if (options_.full_document == FullDocument::kUpdateLookup) return append_latest();
    if (!change.document.empty() && !images_expired()) {
      out_.append("fullDocument", records::stored_document(change.document));
      return Status();
    }
    if (options_.full_document == FullDocument::kRequired) {
      return {ErrorCode::kNoMatchingDocument,
              fmt::format("Change stream was configured to require a post-image for all update "
                          "events, but the post-image was not found for event: {}",
                          about())};
    }
    out_.append_null("fullDocument");
    return Status();
  }

  // The document as it is by now.
  Status append_latest() {
    const CollectionRef collection = context_.catalog.find(row_.change.collection);
    if (collection == nullptr) {
      out_.append_null("fullDocument");
      return Status();
    }
    records::IdKey id;
    id.assign(*collection, records::stored_document(row_.change.document_key)["_id"]);
    std::string record_key;
    PinnedValue document;
    CAIRN_ASSIGN_OR_RETURN(
        const bool found,
        records::get_by_id(context_.storage.latest(), *collection, id, record_key, document));
    if (found) {
      out_.append("fullDocument", records::stored_document(document.view()));
    } else {
      out_.append_null("fullDocument");
    }
    return Status();
  }

  Status append_before_change() {
    const Change& change = row_.change;
    if (options_.before_change == BeforeChange::kOff || change.kind == ChangeKind::kInsert) {
      return Status();
    }
    if (!options_.wanted.before_change && options_.before_change != BeforeChange::kRequired) {
      return Status();
    }
    const std::string_view image =
        change.kind == ChangeKind::kDelete ? change.document : parts_of(change).image_before;
    if (!image.empty() && !images_expired()) {
      out_.append("fullDocumentBeforeChange", records::stored_document(image));
      return Status();
    }
    if (options_.before_change == BeforeChange::kRequired) {
      return {ErrorCode::kNoMatchingDocument,
              fmt::format("Change stream was configured to require a pre-image for all update, "
                          "delete and replace events, but the pre-image was not found for event: "
                          "{}",
                          about())};
    }
    out_.append_null("fullDocumentBeforeChange");
    return Status();
  }

  // Which event an error is about.
  std::string about() const {
    return fmt::format("{{ _id: {}, operationType: \"{}\", ns: \"{}\", documentKey: {} }}",
                       to_json(token_of(row_).document()), operation_name(operation_of(row_)),
                       row_.change.name,
                       to_json(records::stored_document(row_.change.document_key)));
  }

  void append_ns_type(const CommandChange& command) {
    const bool series = !command.document["timeseries"].missing();
    out_.append("nsType", command.view ? "view" : series ? "timeseries" : "collection");
  }

  // All of the command but its name.
  void append_description(const CommandChange& command) {
    if (command.command == Command::kDrop || command.command == Command::kDropDatabase) return;
    out_.begin_document("operationDescription");
    if (command.command == Command::kRename) {
      append_namespace("to", command.to_database, command.to_collection, out_);
      out_.append("dropTarget", command.document["dropTarget"]);
    } else {
      for (auto field = ++command.document.begin(); !field.at_end(); ++field) {
        if (command.command == Command::kDropIndexes && field->name == "index") continue;
        out_.append(field->name, field->value);
      }
    }
    out_.end();
  }

  const EventContext& context_;
  const WatchOptions& options_;
  const ChangeRow& row_;
  DocumentBuilder& out_;
};

}  // namespace

ResumeToken token_of(const ChangeRow& row) {
  return {.op = row.op, .event = true, .collection = row.change.collection};
}

Meaning meaning_of(const ChangeRow& row, const WatchOptions& options) {
  switch (row.change.kind) {
    case ChangeKind::kInsert:
    case ChangeKind::kUpdate:
    case ChangeKind::kDelete:
      return !row.change.measurement && options.covers(row.change.name) ? Meaning::kEvent
                                                                        : Meaning::kNothing;
    case ChangeKind::kCommand:
      return meaning_of_command(CommandChange::of(row), options);
    case ChangeKind::kNoop:
      break;
  }
  return Meaning::kNothing;
}

Operation operation_of(const ChangeRow& row) {
  switch (row.change.kind) {
    case ChangeKind::kInsert:
      return Operation::kInsert;
    case ChangeKind::kDelete:
      return Operation::kDelete;
    case ChangeKind::kUpdate:
      return is_replacement(row.change) ? Operation::kReplace : Operation::kUpdate;
    case ChangeKind::kCommand:
    case ChangeKind::kNoop:
      break;
  }
  return command_operation(CommandChange::of(row).command);
}

Status make_event(const EventContext& context, const ChangeRow& row, std::string& out) {
  DocumentBuilder builder(out);
  EventWriter writer(context, row, builder);
  if (row.change.kind == ChangeKind::kCommand) {
    writer.write_command();
  } else {
    CAIRN_RETURN_IF_ERROR(writer.write_data());
  }
  builder.finish();
  return Status();
}

void make_invalidate(OpNumber op, Date wall, std::string& out) {
  out.clear();
  DocumentBuilder builder(out);
  builder.append("_id", ResumeToken{.op = op, .event = true, .from_invalidate = true}.document())
      .append("operationType", "invalidate")
      .append("clusterTime", Timestamp::from_value(op))
      .append("wallTime", wall);
  builder.finish();
}

}  // namespace cairn::changes
