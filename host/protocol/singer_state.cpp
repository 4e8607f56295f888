// Singer's incoming state: the value of a STATE message, verbatim.
#include "protocol/catalogs.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

namespace integ::protocol {
namespace {

using json::Node;

constexpr std::string_view kWanted = R"(one JSON object, the value of the last STATE message)";

// Where the whole message was kept instead of its value, its value is meant.
const Node& value_of(const Node& root) {
  const Node* value = root.string("type") == "STATE" ? present(root, "value") : nullptr;
  return value == nullptr ? root : *value;
}

}  // namespace

SingerState singer_state(std::string_view text, std::string_view name, const std::vector<Stream>& streams) {
  SingerState result;
  result.value = "{}";
  if (is_blank(text)) return result;
  const json::Document document = read_json(text, name, kWanted);
  if (document.root().type == json::Type::null) return result;
  if (!document.root().is_object()) refuse(name, "expected " + std::string(kWanted));
  const Node& value = value_of(document.root());
  if (!value.is_object()) refuse(name, "expected " + std::string(kWanted));
  result.value = std::string(value.text);
  result.currently_syncing = std::string(value.string("currently_syncing"));

  const Node* bookmarks = present(value, "bookmarks");
  if (bookmarks == nullptr) return result;
  if (!bookmarks->is_object()) refuse(name, "/bookmarks: expected an object, a bookmark by tap_stream_id");
  for (std::uint64_t i = 0; i < bookmarks->count; ++i) {
    const Node& bookmark = bookmarks->items[i];
    const std::string id(bookmarks->keys[i]);
    if (bookmark.type == json::Type::null) continue;
    const Stream* stream = find_singer_stream(streams, id);
    if (stream == nullptr) continue;  // gone; it stays in `value`
    if (!bookmark.is_object()) refuse(name, "/bookmarks/" + id + ": expected an object");
    if (bookmark.count > 0) result.state.streams[id_of(*stream)] = std::string(bookmark.text);
  }
  return result;
}

}  // namespace integ::protocol
