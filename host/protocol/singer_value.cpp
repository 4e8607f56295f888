#include "protocol/singer_value.hpp"

#include "json/text.hpp"
#include "protocol/one_line.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

#include <algorithm>

namespace integ::protocol {
namespace {

std::string as_json(const json::Node& node) {
  if (node.is_string()) return json::quoted(node.text);
  std::string storage;
  return std::string(on_one_line(node.text, storage));
}

}  // namespace

SingerValue::SingerValue(std::string_view incoming) {
  if (is_blank(incoming)) return;
  const json::Document document = read_json(incoming, "state", "an object");
  const json::Node& root = document.root();
  if (root.type == json::Type::null) return;
  if (!root.is_object()) refuse("state", "expected an object");
  for (std::uint64_t i = 0; i < root.count; ++i) {
    if (root.keys[i] == "currently_syncing") continue;
    if (root.keys[i] != "bookmarks") {
      others_.emplace_back(root.keys[i], as_json(root.items[i]));
      continue;
    }
    const json::Node& bookmarks = root.items[i];
    for (std::uint64_t k = 0; bookmarks.is_object() && k < bookmarks.count; ++k) {
      bookmark(std::string(bookmarks.keys[k]), as_json(bookmarks.items[k]));
    }
  }
}

void SingerValue::bookmark(const std::string& id, std::string_view state) {
  std::string storage;
  const auto [at, is_new] = bookmarks_.insert_or_assign(id, std::string(on_one_line(state, storage)));
  if (is_new) order_.push_back(id);
}

void SingerValue::started(const std::string& id) {
  completed(id);
  active_.push_back(id);
}

void SingerValue::completed(const std::string& id) { std::erase(active_, id); }

std::string SingerValue::text() const {
  std::string bookmarks;
  json::ObjectWriter of_streams(bookmarks);
  for (const std::string& id : order_) of_streams.raw(id, bookmarks_.at(id));
  of_streams.close();

  std::string out;
  json::ObjectWriter value(out);
  for (const auto& [key, json] : others_) value.raw(key, json);
  value.raw("bookmarks", bookmarks);
  // null rather than absent: readers that merge states (Meltano) would keep an old name.
  value.raw("currently_syncing", active_.empty() ? "null" : json::quoted(active_.back()));
  value.close();
  return out;
}

std::string singer_value(const State& stored) {
  std::string bookmarks;
  json::ObjectWriter of_streams(bookmarks);
  for (const auto& [stream, state] : stored.streams) of_streams.raw(singer_id(stream.name, stream.name_space), state);
  of_streams.close();
  std::string out;
  json::ObjectWriter(out).raw("bookmarks", bookmarks).close();
  return out;
}

}  // namespace integ::protocol
