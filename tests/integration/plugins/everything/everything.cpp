// A connector for tests: asks the host for everything that it has, and tells in records what it was answered, so that
// two runs can be compared. On abi.h alone: an author with the SDK never sees half of it.
//   GET URL/fetched  -> {"left":[{"id"}],"right":[{"id"}],"note":...}      GET URL/batch?page=N ->
//   {"items":[...],"next"} GET URL/large    -> the same as fetched, larger than what goes along at once GET URL/missing
//   -> 404 with a JSON body
#include <integ/abi.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr integ_str text(std::string_view from) { return {from.data(), from.size()}; }
std::string_view view(integ_str from) {
  return from.data == nullptr ? std::string_view() : std::string_view(from.data, from.size);
}

// One call of the plug-in's: its host, its context, and a record for each thing that was learned.
class Call {
 public:
  Call(const integ_host* table, integ_http_context* entered) : host(*table), context(entered) {}

  void tell(const std::string& what, std::string_view value) {
    std::string quoted;
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') quoted += '\\';
      if (byte < 0x20) {
        std::array<char, 8> escaped{};
        std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(byte));
        quoted += escaped.data();
      } else {
        quoted += c;
      }
    }
    const std::string record = "[{\"what\":\"" + what + "\",\"value\":\"" + quoted + "\"}]";
    host.emit_values(context, text(record));
  }
  void tell(const std::string& what, integ_status status) {
    const std::string said(view(host.error(context)));
    tell(what, "status " + std::to_string(status) + ", error: " + said);
  }
  // A value and, below it, all that is in it.
  void tell_node(const std::string& what, const integ_value& value) {
    tell(what, "kind " + std::to_string(value.kind) + ", count " + std::to_string(value.count) + ", text " +
                   std::string(view(value.text)));
    if (value.node == nullptr) return;
    for (std::uint64_t i = 0; i < value.count; ++i) {
      integ_str key{};
      integ_value item = empty();
      host.item(context, value.node, i, &key, &item);
      tell_node(what + "/" + (key.data == nullptr ? std::to_string(i) : std::string(view(key))), item);
    }
  }
  void tell_root(const std::string& what, const integ_node* root) {
    if (root == nullptr) return tell(what, host.error(context).size);
    integ_value value = empty();
    host.get(context, root, text(""), &value);
    tell_node(what, value);
  }
  void tell(const std::string& what, std::size_t number) { tell(what, std::to_string(number)); }
  void tell_page(const std::string& what, integ_response* page) {
    if (page == nullptr) return tell(what, "no page");
    const std::string_view where = view(host.response_url(page));
    tell(what + ".url", where.substr(std::min(where.size(), where.rfind('/'))));
    tell(what + ".status", static_cast<std::size_t>(host.response_status(page)));
    for (const char* name : {"Content-Type", "content-length", "X-Twice", "X-Absent"}) {
      for (std::uint32_t nth = 0; nth < 3; ++nth) {
        integ_str value{};
        host.response_header(page, text(name), nth, &value);
        tell(what + "." + name, view(value));
      }
    }
    tell_root(what + ".json", host.response_json(context, page));
    const std::string_view body = view(host.response_body(page));
    tell(what + ".body", body.size() > 2000 ? std::to_string(body.size()) : std::string(body));
  }
  void tell_observed(const std::string& what, integ_response* page, std::size_t index) {
    integ_value value = empty();
    const integ_status status = host.observed(context, page, index, &value);
    if (status != INTEG_OK) return tell(what, status);
    tell_node(what, value);
  }

  std::string url(std::string_view path) {
    integ_value value = empty();
    host.get(context, host.document(context, INTEG_DOC_CONFIG), text("/url"), &value);
    return std::string(view(value.text)) + std::string(path);
  }
  integ_request request(const std::string& where) const {
    integ_request out{};
    out.size = sizeof out;
    out.url = text(where);
    return out;
  }
  static integ_value empty() {
    integ_value out{};
    out.size = sizeof out;
    return out;
  }
  static integ_emit emit(std::string_view records, std::uint32_t flags = 0) {
    integ_emit out{};
    out.size = sizeof out;
    out.records = text(records);
    out.flags = flags;
    return out;
  }

  const integ_host& host;
  integ_http_context* context;
};

void documents(Call& call) {
  for (const std::int32_t which : {INTEG_DOC_CONFIG, INTEG_DOC_STATE, INTEG_DOC_SLICE, INTEG_DOC_OPTIONS,
                                   INTEG_DOC_SCHEMA, INTEG_DOC_DATA, INTEG_DOC_SLICES}) {
    if (which == INTEG_DOC_CONFIG) continue;  // its port differs from run to run
    call.tell_root("document " + std::to_string(which), call.host.document(call.context, which));
  }
  const integ_stream* stream = call.host.stream(call.context);
  call.tell("stream", stream == nullptr ? "none" : view(stream->name));
  if (stream != nullptr) call.tell("stream.data", view(stream->data));
  integ_value value = Call::empty();
  call.tell("ill-formed pointer", call.host.get(call.context, nullptr, text("x"), &value));
  const integ_node* config = call.host.document(call.context, INTEG_DOC_CONFIG);
  call.tell("ill-formed pointer", call.host.get(call.context, config, text("x"), &value));
}

// What is refused before it leaves the plug-in's side, and what the host refuses.
void refusals(Call& call) {
  const integ_host& host = call.host;
  integ_http_context* context = call.context;
  const std::string where = call.url("/fetched");
  integ_request request = call.request(where);
  integ_response* page = nullptr;
  call.tell("no io", host.fetch(context, &request, nullptr));
  call.tell("no request", host.fetch(context, nullptr, &page));
  request.flags = 1u << 20;
  call.tell("flags", host.fetch(context, &request, &page));
  request.flags = 0;
  request.parser = text("yaml");
  call.tell("parser", host.fetch(context, &request, &page));
  request.parser = {};
  request.url = text("http://elsewhere.test/");
  call.tell("host", host.fetch(context, &request, &page));
  call.tell_page("host", page);
  request.url = text("no url");
  call.tell("url", host.fetch(context, &request, &page));
  integ_emit emit = Call::emit("items");
  request.url = text(where);
  call.tell("pointer", host.emit_batch(context, &request, &emit, &page, nullptr));
  emit = Call::emit("/left", INTEG_EMIT_STREAMING | INTEG_EMIT_KEEP);
  call.tell("streaming", host.emit_batch(context, &request, &emit, &page, nullptr));
  integ_response* never = nullptr;
  host.fetch(context, nullptr, &never);
  emit = Call::emit("/left");
  call.tell("no answer", host.emit_response(context, never, &emit, nullptr));
  call.tell("values", host.emit_values(context, text("[1]")));
  call.tell("values", host.emit_values(context, text("nonsense")));
  call.tell("values", host.emit_values(context, text("\xff")));
  call.tell("state", host.emit_state(context, text("[]")));
  call.tell("slice", host.add_slice(context, text("a"), text("{}"), 1));
  call.tell("auth", host.set_auth(context, nullptr, 0, nullptr, 0, 0));
  call.tell("config", host.update_config(context, text("{}")));
  integ_http_context* opened = nullptr;
  call.tell("open", host.open_stream(context, text("left"), &opened));
  host.response_release(context, page);
}

void answers(Call& call) {
  const integ_host& host = call.host;
  integ_http_context* context = call.context;
  integ_response* page = nullptr;
  for (const char* path : {"/fetched", "/large"}) {
    const std::string where = call.url(path);
    const integ_request request = call.request(where);
    call.tell(path, host.fetch(context, &request, &page));
    call.tell_page(path, page);
    std::uint64_t emitted = 7;
    const integ_observe observe[] = {{text("/id"), INTEG_OBSERVE_MAX, 0},
                                     {text("/id"), INTEG_OBSERVE_ALL, 0},
                                     {text("/none"), INTEG_OBSERVE_LAST, 0}};
    for (const std::string_view records : {"/left", "/right", "/absent"}) {
      integ_emit emit = Call::emit(records);
      emit.observe = observe;
      emit.observe_count = 3;
      call.tell(path, host.emit_response(context, page, &emit, &emitted));
      call.tell(path, emitted);
      for (std::size_t i = 0; i < 4; ++i) call.tell_observed(path, page, i);
      call.tell_page(path, page);
    }
  }
  const std::string missing = call.url("/missing");
  const integ_request request = call.request(missing);
  call.tell("missing", host.fetch(context, &request, &page));
  call.tell_page("missing", page);
  integ_emit emit = Call::emit("/items");
  call.tell("missing", host.emit_batch(context, &request, &emit, &page, nullptr));
  call.tell_page("missing", page);
  host.response_release(context, page);
}

void batches(Call& call) {
  const integ_host& host = call.host;
  integ_response* page = nullptr;
  for (const std::uint32_t flags :
       {0u, static_cast<std::uint32_t>(INTEG_EMIT_KEEP), static_cast<std::uint32_t>(INTEG_EMIT_STREAMING)}) {
    const std::string where = call.url("/batch?page=" + std::to_string(flags));
    const integ_request request = call.request(where);
    integ_emit emit = Call::emit("/items", flags);
    emit.extra = text("{\"extra\":true}");
    const integ_observe observe[] = {{text("/id"), INTEG_OBSERVE_ALL, 0}};
    emit.observe = observe;
    emit.observe_count = 1;
    std::uint64_t emitted = 0;
    call.tell("batch", host.emit_batch(call.context, &request, &emit, &page, &emitted));
    call.tell("batch", emitted);
    call.tell_observed("batch", page, 0);
    call.tell_page("batch", page);
    const std::string state = "{\"after\":" + std::to_string(flags) + "}";
    call.tell("state", host.emit_state(call.context, text(state)));
  }
}

integ_status run(void*, const integ_host* host, integ_http_context* context) {
  Call call(host, context);
  documents(call);
  refusals(call);
  answers(call);
  batches(call);
  // From another thread: what may, and what may not.
  std::thread([&call] {
    call.host.log(call.context, INTEG_LOG_WARN, text("from another thread, with a hidden-value"));
    call.host.mark_secret(call.context, text("hidden-value"));
    call.host.log(call.context, INTEG_LOG_WARN, text("and now with a hidden-value"));
    if (call.host.cancelled(call.context) != 0) call.host.log(call.context, INTEG_LOG_ERROR, text("cancelled"));
    call.host.emit_values(call.context, text("[{\"what\":\"of another thread\"}]"));
  }).join();
  call.tell("thread", view(host->error(context)));
  const std::int64_t before = host->now_ns(context);
  call.tell("sleep", host->sleep_ns(context, 1'000'000));
  call.tell("slept", host->now_ns(context) >= before + 1'000'000 ? "as long" : "less");
  host->fail(context, INTEG_E_CONFIG, text("only a warning"));
  return INTEG_OK;
}

integ_status fails(void*, const integ_host* host, integ_http_context* context) {
  Call call(host, context);
  const std::string where = call.url("/missing");
  const integ_request request = call.request(where);
  const integ_emit emit = Call::emit("/items");
  integ_response* page = nullptr;
  const integ_status status = host->emit_batch(context, &request, &emit, &page, nullptr);
  return host->fail(context, status, text("the list could not be had"));
}

integ_status invents(void*, const integ_host*, integ_http_context*) { return INTEG_STOP; }

integ_status slices(void*, const integ_host* host, integ_http_context* context) {
  host->add_slice(context, text("light"), text("{ \"part\" : 1 }"), 1);
  host->add_slice(context, text("heavy"), text("2"), 9);
  host->fail(context, host->add_slice(context, text("light"), text("3"), 1), text("twice is once too often"));
  return INTEG_OK;
}

integ_status run_slice(void*, const integ_host* host, integ_http_context* context) {
  Call call(host, context);
  documents(call);
  return host->emit_state(context, text("{\"done\":true}"));
}

integ_status finish(void*, const integ_host* host, integ_http_context* context) {
  integ_value all = Call::empty();
  host->get(context, host->document(context, INTEG_DOC_SLICES), text(""), &all);
  const std::string state = "{\"folded\":" + std::string(view(all.text)) + "}";
  return host->emit_state(context, text(state));
}

integ_status interleaved(void*, const integ_host* host, integ_http_context* context) {
  Call call(host, context);
  const std::string where = call.url("/fetched");
  const integ_request request = call.request(where);
  integ_response* page = nullptr;
  integ_status status = host->fetch(context, &request, &page);
  for (const char* name : {"left", "right", "left", "unselected"}) {
    integ_http_context* opened = nullptr;
    if (status == INTEG_OK) status = host->open_stream(context, text(name), &opened);
    if (status != INTEG_OK || opened == nullptr) continue;
    Call inner(host, opened);
    documents(inner);
    const integ_emit emit = Call::emit("/" + std::string(name) == "/left" ? "/left" : "/right");
    status = host->emit_response(opened, page, &emit, nullptr);
    if (status == INTEG_OK) status = host->emit_state(opened, text("{\"seen\":1}"));
  }
  if (status == INTEG_OK) status = host->emit_values(context, text("[{}]"));  // without a stream
  return host->fail(context, status, text("as it was meant"));
}

integ_status discover(void*, const integ_host* host, integ_http_context* context) {
  integ_stream found{};
  found.size = sizeof found;
  found.name = text("found");
  found.name_space = text("there");
  found.json_schema = text(R"({"type":"object","properties":{"what":{"type":"string"},"value":{"type":"string"}}})");
  const integ_field key[] = {{text("/what"), 0, 0}};
  found.primary_key = key;
  found.primary_key_count = 1;
  found.data = text(R"({"table": "found"})");
  const integ_status status = host->add_stream(context, &found);
  if (status != INTEG_OK) return status;
  integ_stream broken = found;
  broken.json_schema = text("{}");
  host->fail(context, host->add_stream(context, &broken), text("the other one is broken"));
  return INTEG_OK;
}

integ_status authorize(void*, const integ_host* host, integ_http_context* context) {
  const integ_pair header = {text("Authorization"), text("Bearer token-canary"), INTEG_PAIR_SECRET, 0};
  const integ_pair parameter = {text("key"), text("key-canary"), INTEG_PAIR_SECRET, 0};
  integ_status status = host->update_config(context, text(R"({"seen": 1})"));
  if (status == INTEG_OK) status = host->set_auth(context, &header, 1, &parameter, 1, 0);
  return status;
}

integ_status run_found(void*, const integ_host* host, integ_http_context* context) {
  Call call(host, context);
  documents(call);
  return INTEG_OK;
}

const integ_runner full{sizeof full, 0, run, nullptr, nullptr, nullptr};
const integ_runner failing{sizeof failing, 0, fails, nullptr, nullptr, nullptr};
const integ_runner inventing{sizeof inventing, 0, invents, nullptr, nullptr, nullptr};
const integ_runner sliced{sizeof sliced, 0, run_slice, slices, nullptr, finish};
const integ_runner dynamic{sizeof dynamic, 0, run_found, nullptr, nullptr, nullptr};
const integ_runner both{sizeof both, 0, interleaved, nullptr, nullptr, nullptr};

constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"what":{"type":"string"},"value":{"type":"string"},"id":{"type":"integer"}}})";

integ_stream stream(const char* name, const integ_runner* runner) {
  integ_stream out{};
  out.size = sizeof out;
  out.flags = INTEG_STREAM_INCREMENTAL;
  out.name = text(name);
  out.json_schema = text(kSchema);
  out.runner = runner;
  out.data = text(R"({"static": [1, 2]})");
  return out;
}

const integ_stream streams[] = {stream("asks", &full),    stream("fails", &failing), stream("invents", &inventing),
                                stream("parts", &sliced), stream("left", nullptr),   stream("right", nullptr)};
const integ_stream* const all[] = {&streams[0], &streams[1], &streams[2], &streams[3], &streams[4], &streams[5]};
const integ_str hosts[] = {INTEG_STR_INIT("{config:/url}")};

integ_connector connector() {
  integ_connector out{};
  out.size = sizeof out;
  out.name = text("everything");
  out.version = text("1.0.0");
  out.config_schema =
      text(R"({"type":"object","required":["url"],"properties":{"url":{"type":"string"},"seen":{"type":"integer"}}})");
  out.allowed_hosts = hosts;
  out.allowed_hosts_count = 1;
  out.streams = all;
  out.stream_count = 6;
  out.discover = discover;
  out.authorize = authorize;
  out.dynamic = &dynamic;
  out.interleaved = &both;
  return out;
}

const integ_connector the_connector = connector();
const integ_connector* const connectors[] = {&the_connector};

integ_plugin made() {
  integ_plugin out{};
  out.size = sizeof out;
  out.abi_minor = INTEG_ABI_MINOR;
  out.connectors = connectors;
  out.connector_count = 1;
  return out;
}
const integ_plugin plugin = made();

}  // namespace

extern "C" INTEG_EXPORT const integ_plugin* integ_plugin_entry_v1(const integ_host*) { return &plugin; }
