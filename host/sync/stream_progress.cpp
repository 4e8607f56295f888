#include "sync/stream_progress.hpp"

#include "json/text.hpp"
#include "model/state.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace integ::sync {
namespace {

// A state is sliced when it has exactly the host's own two members.
bool is_sliced(const json::Node& state) {
  if (!state.is_object() || state.count != 2) return false;
  const json::Node* slices = state.member("slices");
  return slices != nullptr && slices->is_object() && state.member("shared") != nullptr;
}

// The same of a stream that is known to be read in slices, however the state went through other hands.
bool has_slices_in(const json::Node& state) {
  const json::Node* slices = state.is_object() ? state.member("slices") : nullptr;
  return slices != nullptr && slices->is_object() &&
         std::all_of(slices->items, slices->items + slices->count,
                     [](const json::Node& slice) { return slice.is_object() || slice.type == json::Type::null; });
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : text; }

}  // namespace

StreamProgress::StreamProgress(const SelectedStream& selected, std::string state, bool has_slices)
    : selected_(selected), has_slices_(has_slices) {
  restore(std::move(state));
}

void StreamProgress::restore(std::string state) {
  const std::lock_guard lock(mutex_);
  incoming_ = std::move(state);
  shared_.clear();
  slices_.clear();
  passed_over_.clear();
  sliced_ = false;
  if (incoming_.empty()) return;
  const json::Document document = json::Document::parse(incoming_, "the state of stream " + selected_.stream.name);
  const json::Node& root = document.root();
  if (root.type == json::Type::null) {
    incoming_.clear();
    return;
  }
  sliced_ = is_sliced(root) || (has_slices_ && has_slices_in(root));
  if (!sliced_) {
    shared_ = incoming_;
    return;
  }
  if (const json::Node* shared = root.member("shared"); shared != nullptr && shared->type != json::Type::null) {
    shared_ = std::string(shared->text);
  }
  const json::Node* slices = root.member("slices");
  for (std::uint64_t i = 0; i < slices->count; ++i) {
    slices_[std::string(slices->keys[i])] = std::string(slices->items[i].text);
  }
  for (std::uint64_t i = 0; i < root.count; ++i) {
    if (root.keys[i] != "shared" && root.keys[i] != "slices") passed_over_.emplace_back(root.keys[i]);
  }
}

std::vector<std::string> StreamProgress::passed_over() const {
  const std::lock_guard lock(mutex_);
  return passed_over_;
}

std::string StreamProgress::shared_state() const {
  const std::lock_guard lock(mutex_);
  return or_null(shared_);
}

std::string StreamProgress::slice_state(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = slices_.find(key);
  return found == slices_.end() ? or_null(shared_) : found->second;
}

std::string StreamProgress::slice_states() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  json::ObjectWriter writer(out);
  for (const auto& [key, state] : slices_) writer.raw(key, state);
  writer.close();
  return out;
}

std::string StreamProgress::incoming() const {
  const std::lock_guard lock(mutex_);
  return incoming_.empty() ? "{}" : incoming_;
}

std::string StreamProgress::emitted(const std::string& slice, const std::string& json) {
  const std::lock_guard lock(mutex_);
  emitted_ = true;
  if (slice.empty()) {
    shared_ = json;
    return json;
  }
  sliced_ = true;
  slices_[slice] = json;
  return composed();
}

std::string StreamProgress::folded(const std::string& json) {
  const std::lock_guard lock(mutex_);
  emitted_ = true;
  shared_ = json;
  slices_.clear();
  return composed();
}

bool StreamProgress::any_state_emitted() const {
  const std::lock_guard lock(mutex_);
  return emitted_;
}

void StreamProgress::keep_slices(const std::vector<std::string>& keys) {
  const std::lock_guard lock(mutex_);
  std::erase_if(slices_,
                [&](const auto& slice) { return std::find(keys.begin(), keys.end(), slice.first) == keys.end(); });
}

std::string StreamProgress::composed() const {
  const bool shared = says_something(shared_);
  const auto counts = [&](const auto& slice) { return shared || says_something(slice.second); };
  // A stream that begins anew has the state that any other has then: destinations go by it.
  if (!shared && std::ranges::none_of(slices_, counts)) return "{}";
  std::string slices;
  json::ObjectWriter each(slices);
  for (const auto& slice : slices_) {
    if (counts(slice)) each.raw(slice.first, slice.second);
  }
  each.close();
  std::string out;
  json::ObjectWriter writer(out);
  writer.raw("shared", or_null(shared_)).raw("slices", slices);
  writer.close();
  return out;
}

std::optional<std::int64_t> StreamProgress::expect(const std::string& slice, std::int64_t count) {
  const std::lock_guard lock(mutex_);
  if (!expected_.emplace(slice, count).second) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::int64_t sum = 0;
  for (const auto& [of, rows] : expected_) sum = rows > kMost - sum ? kMost : sum + rows;
  return sum;
}

void StreamProgress::fail(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = error;
}

std::optional<Error> StreamProgress::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace integ::sync
