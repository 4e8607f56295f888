// Airbyte's incoming state, in all the forms that platforms and people have handed in.
#include "protocol/catalogs.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

namespace integ::protocol {
namespace {

using json::Node;

constexpr std::string_view kWanted = "a list of state messages";

// What the platform writes for a stream that was read to its end, or has nothing to go on from. Taken as a
// state, the mark of an old job would make every later full refresh read nothing, successfully.
bool is_mark(const Node& state) {
  return truth(present(state, "__ab_full_refresh_sync_complete"), false) ||
         (state.count == 1 && present(state, "__ab_no_cursor_state_message") != nullptr);
}

class Reader {
 public:
  Reader(std::string_view name, const std::vector<Stream>& streams) : name_(name), streams_(streams) {}

  void document(const Node& root) {
    if (root.type == json::Type::null) return;
    if (root.is_array()) {
      for (std::uint64_t i = 0; i < root.count; ++i) message(root.items[i], "/" + std::to_string(i));
    } else if (root.is_object() && is_message(root)) {
      message(root, "");
    } else if (root.is_object()) {
      legacy(root, "");
    } else {
      refuse(name_, "expected " + std::string(kWanted));
    }
  }

  State take() { return std::move(state_); }

 private:
  static bool is_message(const Node& value) {
    const std::string_view type = value.string("type");
    return type == "STREAM" || type == "GLOBAL" || type == "LEGACY" || type == "STATE";
  }

  void message(const Node& value, const std::string& where) {
    if (value.type == json::Type::null) return;
    if (!value.is_object()) refuse(name_, where + ": expected a state message");
    if (value.string("type") == "STATE") {  // a whole line of a source's output
      if (const Node* inner = present(value, "state"); inner != nullptr) message(*inner, where + "/state");
      return;
    }
    if (const Node* stream = present(value, "stream"); stream != nullptr) {
      stream_state(*stream, where + "/stream");
    } else if (const Node* global = present(value, "global"); global != nullptr) {
      global_state(*global, where + "/global");
    } else if (const Node* data = present(value, "data"); data != nullptr) {
      legacy(*data, where + "/data");
    } else if (value.string("type") == "STREAM" || value.string("type") == "GLOBAL") {
      refuse(name_, where + ": a state message without its state");
    }
  }

  void global_state(const Node& global, const std::string& where) {
    const Node* states = present(global, "stream_states");
    if (states == nullptr) return;
    if (!states->is_array()) refuse(name_, where + "/stream_states: expected a list");
    for (std::uint64_t i = 0; i < states->count; ++i) {
      stream_state(states->items[i], where + "/stream_states/" + std::to_string(i));
    }
  }

  void stream_state(const Node& value, const std::string& where) {
    const Node* descriptor = present(value, "stream_descriptor");
    const Node* stream = descriptor == nullptr ? nullptr : present(*descriptor, "name");
    if (stream == nullptr || !stream->is_string()) {
      refuse(name_, where + R"(: expected {"stream_descriptor": {"name": ...}, "stream_state": {...}})");
    }
    add(stream->text, descriptor->string("namespace"), present(value, "stream_state"), where + "/stream_state");
  }

  void legacy(const Node& value, const std::string& where) {
    if (!value.is_object()) refuse(name_, where + ": expected an object, a state by stream");
    for (std::uint64_t i = 0; i < value.count; ++i) {
      const Node& state = value.items[i];
      const std::string_view stream = value.keys[i];
      add(stream, "", state.type == json::Type::null ? nullptr : &state, where + "/" + std::string(stream));
    }
  }

  void add(std::string_view stream, std::string_view name_space, const Node* state, const std::string& where) {
    if (state == nullptr) return;
    if (!state->is_object()) refuse(name_, where + ": expected an object; " + std::string(kWanted) + " is best");
    if (state->count == 0 || is_mark(*state)) return;
    const Stream* found = find_stream(streams_, stream, name_space);
    const StreamId id = found != nullptr ? id_of(*found) : StreamId{std::string(stream), std::string(name_space)};
    state_.streams[id] = std::string(state->text);
  }

  std::string_view name_;
  const std::vector<Stream>& streams_;
  State state_;
};

}  // namespace

State airbyte_state(std::string_view text, std::string_view name, const std::vector<Stream>& streams) {
  if (is_blank(text)) return {};
  const json::Document document = read_json(text, name, kWanted);
  Reader reader(name, streams);
  reader.document(document.root());
  return reader.take();
}

}  // namespace integ::protocol
