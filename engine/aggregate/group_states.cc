#include "engine/aggregate/group_states.h"

#include <cstring>

namespace cairn::aggregate {

GroupStates::GroupStates(const AccumulatedFields& fields) : fields_(fields) {
  for (const AccumulatedField& field : fields) {
    offsets_.push_back(bytes_);
    const std::size_t size = field.accumulator->state_bytes();
    bytes_ += (size + expr::kStateAlignment - 1) / expr::kStateAlignment * expr::kStateAlignment;
  }
}

Status GroupStates::start(char* states, ValueView id, expr::Evaluation& evaluation) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    fields_[i].accumulator->construct(state(states, i));
  }
  evaluation.begin(id.is_document() ? id.as_document() : DocumentView());
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (Status status = fields_[i].accumulator->start(state(states, i), evaluation); !status.ok()) {
      destroy(states);
      return status;
    }
  }
  return Status();
}

void GroupStates::destroy(char* states) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    fields_[i].accumulator->destroy(state(states, i));
  }
}

Status GroupStates::write_results(const char* states, expr::Evaluation& evaluation,
                                  DocumentBuilder& out) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    CAIRN_ASSIGN_OR_RETURN(const ValueView value,
                           fields_[i].accumulator->result(states + offsets_[i], evaluation));
    out.append(fields_[i].name, value);
  }
  return Status();
}

void GroupStates::save(const char* states, std::string& out) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::size_t at = out.size();
    out.resize(at + sizeof(std::uint32_t));
    fields_[i].accumulator->save(states + offsets_[i], out);
    const auto size = static_cast<std::uint32_t>(out.size() - at - sizeof(std::uint32_t));
    std::memcpy(out.data() + at, &size, sizeof size);
  }
}

Status GroupStates::merge(char* states, std::string_view saved, std::size_t& bytes) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    std::uint32_t size = 0;
    std::memcpy(&size, saved.data(), sizeof size);
    CAIRN_RETURN_IF_ERROR(
        fields_[i].accumulator->merge(state(states, i), saved.substr(sizeof size, size), bytes));
    saved.remove_prefix(sizeof size + size);
  }
  return Status();
}

}  // namespace cairn::aggregate
