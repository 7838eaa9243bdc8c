#include "engine/catalog/multikey.h"

#include <bit>
#include <mutex>

#include "engine/storage/keys.h"

namespace cairn {
namespace {

constexpr char kWildcardRow = '\xFF';
constexpr std::size_t kRowHead = 1 + sizeof(Keyspace);

}  // namespace

Multikey::Components Multikey::wildcard(std::string_view path) const {
  std::shared_lock lock(mutex_);
  if (wildcard_.empty()) return 0;
  Components components = 0;
  std::size_t component = 0;
  for (std::size_t end = 0; end != std::string_view::npos; ++component) {
    end = path.find('.', end == 0 ? 0 : end + 1);
    if (wildcard_.contains(path.substr(0, end))) components |= bit(component);
  }
  return components;
}

bool Multikey::set(std::size_t field, Components components) {
  Field& at = fields_[field];
  const Components before = at.seen.fetch_or(components, std::memory_order_seq_cst);
  if ((before | components) != before) generation_.fetch_add(1, std::memory_order_seq_cst);
  return (components & ~at.stored.load(std::memory_order_relaxed)) != 0;
}

bool Multikey::set_wildcard(std::string_view path) {
  {
    std::shared_lock lock(mutex_);
    if (const auto at = wildcard_.find(path); at != wildcard_.end()) return !at->second;
  }
  std::unique_lock lock(mutex_);
  const auto [at, fresh] = wildcard_.emplace(path, false);
  if (fresh) generation_.fetch_add(1, std::memory_order_seq_cst);
  return !at->second;
}

void Multikey::stored(std::size_t field, Components components) {
  fields_[field].stored.fetch_or(components, std::memory_order_relaxed);
}

void Multikey::stored_wildcard(std::string_view path) {
  std::unique_lock lock(mutex_);
  wildcard_.insert_or_assign(std::string(path), true);
}

std::string Multikey::row_key(Keyspace index, std::size_t field, Components components) {
  std::string key = first_row_key();
  append_u32(key, index);
  key.push_back(static_cast<char>(field));
  key.push_back(static_cast<char>(std::countr_zero(components)));
  return key;
}

std::string Multikey::wildcard_row_key(Keyspace index, std::string_view path) {
  std::string key = first_row_key();
  append_u32(key, index);
  key.push_back(kWildcardRow);
  key.append(path);
  return key;
}

Keyspace Multikey::index_of_row(std::string_view row_key) {
  return row_key.size() < kRowHead ? kNoKeyspace : read_u32(row_key.substr(1));
}

bool Multikey::load(std::string_view row_key) {
  const std::string_view rest = row_key.substr(std::min(row_key.size(), kRowHead));
  if (rest.empty()) return false;
  if (rest.front() == kWildcardRow) {
    set_wildcard(rest.substr(1));
    stored_wildcard(rest.substr(1));
    return true;
  }
  const auto field = static_cast<std::uint8_t>(rest.front());
  if (rest.size() != 2 || field >= kMaxKeyFields) return false;
  const auto component = static_cast<std::uint8_t>(rest.back());
  if (component > kLastComponent) return false;
  set(field, bit(component));
  stored(field, bit(component));
  return true;
}

std::vector<std::string> Multikey::row_keys(Keyspace index) const {
  std::vector<std::string> keys;
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    for (Components left = components(field); left != 0; left &= left - 1) {
      keys.push_back(row_key(index, field, left & -left));
    }
  }
  std::shared_lock lock(mutex_);
  for (const auto& [path, is_stored] : wildcard_) keys.push_back(wildcard_row_key(index, path));
  return keys;
}

}  // namespace cairn
