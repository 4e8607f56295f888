// Singer's incoming state: the value of a STATE message, verbatim.
#include "protocol/catalogs.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

namespace integ::protocol {
namespace {

using json::Node;

constexpr std::string_view kWanted = R"(one JSON object, the value of the last STATE message)";

bool is_state(const Node& value) {
  return value.is_object() && (value.member("bookmarks") != nullptr || value.member("currently_syncing") != nullptr);
}

// What is around the value: the whole message, with its type or without, and what Meltano keeps a state in.
const Node& value_of(const Node& root) {
  const Node* value = present(root, "value");
  if (value != nullptr && (root.string("type") == "STATE" || (!is_state(root) && is_state(*value)))) return *value;
  const Node* meltanos = present(root, "singer_state");
  return meltanos != nullptr && !is_state(root) ? value_of(*meltanos) : root;
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
  if (value.count > 0 && !is_state(value)) {
    result.warning = std::string(name) + " has no bookmarks, so that nothing of it is gone on from; expected " +
                     R"({"bookmarks": {TAP_STREAM_ID: {...}}})";
  }
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
