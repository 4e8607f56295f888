// Airbyte's incoming state, in all the forms that platforms and people have handed in.
#include "protocol/catalogs.hpp"
#include "protocol/read_json.hpp"
#include "protocol/stream_names.hpp"

namespace integ::protocol {
namespace {

using json::Node;

constexpr std::string_view kWanted = "a list of state messages";
constexpr std::string_view kMessage =
    R"(expected a state message: {"type": "STREAM", "stream": {"stream_descriptor": {"name": ...}, "stream_state": {...}}})";

// What the platform writes for a stream that was read to its end, or has nothing to go on from. Taken as a
// state, the mark of an old job would make every later full refresh read nothing, successfully.
bool is_mark(const Node& state) {
  return truth(present(state, "__ab_full_refresh_sync_complete"), false) ||
         (state.count == 1 && present(state, "__ab_no_cursor_state_message") != nullptr);
}

// The protocol's own name of a member, or that of the platform's API and of its page of a connection's state.
const Node* member(const Node& object, std::string_view name, std::string_view api_name) {
  const Node* found = present(object, name);
  return found == nullptr ? present(object, api_name) : found;
}

const Node* descriptor_of(const Node& value) { return member(value, "stream_descriptor", "streamDescriptor"); }
const Node* states_of(const Node& global) { return member(global, "stream_states", "streamStates"); }

// Lines of a source that say nothing of states, where all that it wrote was kept.
bool is_other_message(const Node& value) {
  for (const std::string_view type : {"RECORD", "LOG", "TRACE", "SPEC", "CATALOG", "CONNECTION_STATUS", "CONTROL"}) {
    if (value.string("type") == type) return true;
  }
  return false;
}

// Types are often lost on a state's way through tools and hands, so that what a message is is told by its members; the
// type only says that something must be there.
class Reader {
 public:
  Reader(std::string_view name, const std::vector<Stream>& streams) : name_(name), streams_(streams) {}

  void document(const Node& root) {
    if (root.type == json::Type::null) return;
    if (root.is_array()) {
      list(root, "");
    } else if (!root.is_object()) {
      refuse(name_, "expected " + std::string(kWanted));
    } else if (!message(root, "", true)) {
      if (root.string("type") == "STATE" || present(root, "stateType") != nullptr) refuse(name_, std::string(kMessage));
      legacy(root, "");
    }
  }

  // One of several, one a line; the list of one run may stand in each.
  void line(const Node& root, std::size_t number) {
    const std::string where = "line " + std::to_string(number);
    if (is_other_message(root)) return;
    if (root.is_array()) return list(root, where);
    if (!root.is_object() || !message(root, where, false)) refuse(name_, where + ": " + std::string(kMessage));
  }

  State take() { return std::move(state_); }

 private:
  void list(const Node& messages, const std::string& where) {
    for (std::uint64_t i = 0; i < messages.count; ++i) {
      const Node& value = messages.items[i];
      const std::string here = where + "/" + std::to_string(i);
      if (value.type == json::Type::null || (value.is_object() && value.count == 0)) continue;
      if (!value.is_object() || !message(value, here, false)) refuse(name_, here + ": " + std::string(kMessage));
    }
  }

  // False when it is none. `bare`: it might as well be {stream: state}.
  bool message(const Node& value, const std::string& where, bool bare) {
    const std::string_view type = value.string("type");
    const Node* stream = present(value, "stream");
    const Node* global = present(value, "global");
    const Node* data = present(value, "data");
    if (stream != nullptr && (type == "STREAM" || !bare || descriptor_of(*stream) != nullptr)) {
      stream_state(*stream, where + "/stream");
    } else if (global != nullptr && (type == "GLOBAL" || !bare || states_of(*global) != nullptr)) {
      global_state(*global, where + "/global");
    } else if (data != nullptr && (type == "LEGACY" || !bare || is_envelope(value, "data", *data))) {
      legacy(*data, where + "/data");
    } else if (descriptor_of(value) != nullptr) {
      stream_state(value, where);
    } else if (type == "STREAM" || type == "GLOBAL" || (type == "LEGACY" && value.member("data") == nullptr)) {
      refuse(name_,
             where + ": a state message of type " + std::string(type) + " without its state; " + std::string(kMessage));
    } else {
      return type == "LEGACY" || wrapped(value, where, bare);
    }
    return true;
  }

  // What is around messages: a whole line of a source's output, or an answer of the platform's API.
  bool wrapped(const Node& value, const std::string& where, bool bare) {
    const Node* states = present(value, "streamState");
    const Node* global = present(value, "globalState");
    const Node* state = present(value, "state");
    const bool known = value.string("type") == "STATE" || present(value, "stateType") != nullptr;
    if (states != nullptr && states->is_array()) {
      list(*states, where + "/streamState");
    } else if (global != nullptr && states_of(*global) != nullptr) {
      global_state(*global, where + "/globalState");
    } else if (state != nullptr && (known || !bare || is_envelope(value, "state", *state))) {
      if (!state->is_object()) return false;
      if (!message(*state, where + "/state", true)) legacy(*state, where + "/state");
    } else {
      // Nothing to go on from: the platform's not_set, and what is null.
      const bool nothing = known || (!bare && value.member("stream") != nullptr);
      return nothing && states == nullptr && global == nullptr;
    }
    return true;
  }

  // Whether {"data": {...}} is an envelope rather than the state of a stream called data: where the connector has no
  // such stream and all that it holds could be states or one message, or where it has, and a stream's name is in it.
  bool is_envelope(const Node& value, std::string_view key, const Node& inner) const {
    if (value.count != 1 || !inner.is_object() || inner.count == 0) return false;
    const bool is_stream = find_stream(streams_, key, "") != nullptr;
    if (!is_stream && !inner.string("type").empty()) return true;
    bool named = false;
    for (std::uint64_t i = 0; i < inner.count; ++i) {
      if (!inner.items[i].is_object() && inner.items[i].type != json::Type::null) return false;
      named = named || find_stream(streams_, inner.keys[i], "") != nullptr;
    }
    return named || !is_stream;
  }

  void global_state(const Node& global, const std::string& where) {
    const Node* states = states_of(global);
    if (states == nullptr) return;
    if (!states->is_array()) refuse(name_, where + "/stream_states: expected a list");
    for (std::uint64_t i = 0; i < states->count; ++i) {
      stream_state(states->items[i], where + "/stream_states/" + std::to_string(i));
    }
  }

  void stream_state(const Node& value, const std::string& where) {
    const Node* descriptor = descriptor_of(value);
    const Node* stream = descriptor == nullptr ? nullptr : present(*descriptor, "name");
    if (stream == nullptr || !stream->is_string()) {
      refuse(name_, where + R"(: expected {"stream_descriptor": {"name": ...}, "stream_state": {...}})");
    }
    add(stream->text, descriptor->string("namespace"), member(value, "stream_state", "streamState"),
        where + "/stream_state");
  }

  void legacy(const Node& value, const std::string& where) {
    if (!value.is_object()) refuse(name_, where + ": expected an object, a state by stream");
    for (std::uint64_t i = 0; i < value.count; ++i) {
      const Node& state = value.items[i];
      const std::string_view stream = value.keys[i];
      add(stream, "", state.type == json::Type::null ? nullptr : &state, where + "/" + std::string(stream));
    }
  }

  // Of several states of a stream the last one counts, also when it says that there is nothing to go on from.
  void add(std::string_view stream, std::string_view name_space, const Node* state, const std::string& where) {
    if (state != nullptr && !state->is_object()) {
      refuse(name_, where + ": expected an object; " + std::string(kWanted) + " is best");
    }
    const Stream* found = find_stream(streams_, stream, name_space);
    const StreamId id = found != nullptr ? id_of(*found) : StreamId{std::string(stream), std::string(name_space)};
    if (state == nullptr || state->count == 0 || is_mark(*state)) {
      state_.streams.erase(id);
    } else {
      state_.streams[id] = std::string(state->text);
    }
  }

  std::string_view name_;
  const std::vector<Stream>& streams_;
  State state_;
};

}  // namespace

State airbyte_state(std::string_view text, std::string_view name, const std::vector<Stream>& streams) {
  if (is_blank(text)) return {};
  Reader reader(name, streams);
  if (const std::vector<Line> lines = values_by_line(text); !lines.empty()) {
    for (const Line& line : lines) reader.line(line.value.root(), line.number);
    return reader.take();
  }
  const json::Document document = read_json(text, name, kWanted);
  reader.document(document.root());
  return reader.take();
}

}  // namespace integ::protocol
