#include "bridge/host_table.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bridge/context.hpp"
#include "bridge/convert.hpp"
#include "bridge/session_table.hpp"

#include <cstdio>
#include <exception>
#include <initializer_list>
#include <utility>

namespace integ::bridge {
namespace {

Page* page_of(integ_response* response) noexcept { return reinterpret_cast<Page*>(response); }
const Page* page_of(const integ_response* response) noexcept { return reinterpret_cast<const Page*>(response); }
const json::Node* node_of(const integ_node* node) noexcept { return reinterpret_cast<const json::Node*>(node); }

std::string_view phase_name(Phase phase) noexcept {
  static constexpr std::string_view kNames[] = {"check", "discover", "authorize", "slices", "run", "finish", "session"};
  return kNames[static_cast<std::size_t>(phase)];
}

// Every [run] function goes through here: the context is there, the thread and the phase are right, and
// whatever is thrown becomes a status that the context remembers.
template <class Body>
integ_status guarded(integ_http_context* handle, std::initializer_list<Phase> phases, const char* function,
                     Body&& body) noexcept {
  if (handle == nullptr) return INTEG_E_ARGUMENT;
  Context& context = *Context::of(handle);
  try {
    context.begin_call();
    if (!context.on_own_thread()) {
      return context.record(Error::of_status(
          INTEG_E_ARGUMENT, std::string(function) + " was called on another thread than the one that entered"));
    }
    bool allowed = false;
    for (const Phase phase : phases) allowed = allowed || phase == context.phase();
    if (!allowed) {
      return context.record(Error::of_status(INTEG_E_UNSUPPORTED, std::string(function) + " can't be called in " +
                                                                      std::string(phase_name(context.phase()))));
    }
    return context.record_flow(std::forward<Body>(body)(context));
  } catch (const Error& error) {
    return context.record(error);
  } catch (const std::exception& error) {
    return context.record(Error(Kind::internal, error.what()));
  }
}

constexpr std::initializer_list<Phase> kRequesting = {Phase::check, Phase::discover, Phase::authorize, Phase::slices,
                                                      Phase::run};
constexpr std::initializer_list<Phase> kEmitting = {Phase::run};
constexpr std::initializer_list<Phase> kAny = {Phase::check, Phase::discover, Phase::authorize, Phase::slices,
                                               Phase::run,   Phase::finish,   Phase::session};

const integ_stream* stream(integ_http_context* context) noexcept {
  return context == nullptr ? nullptr : Context::of(context)->stream();
}

integ_status open_stream(integ_http_context* handle, integ_str name, integ_http_context** out) noexcept {
  return guarded(handle, {Phase::run}, "open_stream", [&](Context& context) {
    if (out == nullptr) throw Error::of_status(INTEG_E_ARGUMENT, "open_stream: out is NULL");
    Context* opened = context.backend().open_stream(checked_text(name, "the stream's name"));
    *out = opened == nullptr ? nullptr : opened->handle();
    return Flow::ok;
  });
}

const integ_node* document(integ_http_context* handle, std::int32_t which) noexcept {
  if (handle == nullptr || which < 0 || which > INTEG_DOC_SLICES) return nullptr;
  return reinterpret_cast<const integ_node*>(&Context::of(handle)->document(static_cast<std::size_t>(which)));
}

integ_status get(integ_http_context* handle, const integ_node* node, integ_str pointer, integ_value* out) noexcept {
  return guarded(handle, kAny, "get", [&](Context&) {
    const json::Node* found = nullptr;
    try {
      if (node != nullptr) found = json::find(*node_of(node), view(pointer));
    } catch (const Error& error) {
      throw Error::of_status(INTEG_E_ARGUMENT, error.message());
    }
    fill_value(out, found);
    return Flow::ok;
  });
}

integ_status item(integ_http_context* handle, const integ_node* node, std::uint64_t index, integ_str* key,
                  integ_value* out) noexcept {
  return guarded(handle, kAny, "item", [&](Context&) {
    const json::Node* parent = node_of(node);
    const bool there = parent != nullptr && parent->items != nullptr && index < parent->count;
    fill_value(out, there ? parent->items + index : nullptr);
    if (key != nullptr) *key = there && parent->keys != nullptr ? str(parent->keys[index]) : integ_str{nullptr, 0};
    return Flow::ok;
  });
}

// The caller's page, or a new one of the context.
Page& page_for(Context& context, integ_response** io) {
  if (io == nullptr) throw Error::of_status(INTEG_E_ARGUMENT, "io is NULL");
  if (*io == nullptr) *io = reinterpret_cast<integ_response*>(context.new_page());
  return *page_of(*io);
}

// Whatever was wrong with the question, the answer of an earlier one does not stand for it. The question may point into
// that answer, so it is read first.
template <class Made>
auto emptied_on_failure(Page& page, Made&& made) {
  try {
    return made();
  } catch (const Error&) {
    page.empty();
    throw;
  }
}

Flow went_well(Context& context, Flow flow) noexcept {
  if (flow != Flow::again) context.forget_error();
  return flow;
}

// Where to count: zero from the start, also for the caller of a call that fails.
std::uint64_t& counted(std::uint64_t* emitted, std::uint64_t& unasked) noexcept {
  std::uint64_t& count = emitted == nullptr ? unasked : *emitted;
  count = 0;
  return count;
}

Request request_for(Context& context, const integ_request* request) {
  Request out = request_of(request);
  for (size_t i = 0; i < request->query_count; ++i) {
    if ((request->query[i].flags & INTEG_PAIR_SECRET) != 0)
      context.backend().mark_secret(view(request->query[i].value));
  }
  for (const http::Header& header : out.http.headers) {
    if (header.secret) context.backend().mark_secret(header.value);
  }
  return out;
}

integ_status fetch(integ_http_context* handle, const integ_request* request, integ_response** io) noexcept {
  return guarded(handle, kRequesting, "fetch", [&](Context& context) {
    Page& page = page_for(context, io);
    const Request asked = emptied_on_failure(page, [&] { return request_for(context, request); });
    return went_well(context, context.backend().fetch(asked, page));
  });
}

integ_status emit_batch(integ_http_context* handle, const integ_request* request, const integ_emit* emit,
                        integ_response** io, std::uint64_t* emitted) noexcept {
  return guarded(handle, kEmitting, "emit_batch", [&](Context& context) {
    std::uint64_t unasked = 0;
    std::uint64_t& count = counted(emitted, unasked);
    Page& page = page_for(context, io);
    const Request asked = emptied_on_failure(page, [&] { return request_for(context, request); });
    const Emit how = emptied_on_failure(page, [&] { return emit_of(emit); });
    return went_well(context, context.backend().emit_batch(asked, how, page, count));
  });
}

integ_status emit_response(integ_http_context* handle, integ_response* response, const integ_emit* emit,
                           std::uint64_t* emitted) noexcept {
  return guarded(handle, kEmitting, "emit_response", [&](Context& context) {
    std::uint64_t unasked = 0;
    std::uint64_t& count = counted(emitted, unasked);
    if (response == nullptr) throw Error::of_status(INTEG_E_ARGUMENT, "emit_response: the response is NULL");
    return went_well(context, context.backend().emit_response(*page_of(response), emit_of(emit), count));
  });
}

integ_status observed(integ_http_context* handle, const integ_response* response, size_t index,
                      integ_value* out) noexcept {
  return guarded(handle, kAny, "observed", [&](Context& context) {
    if (response == nullptr) throw Error::of_status(INTEG_E_ARGUMENT, "observed: the response is NULL");
    const Page& page = *page_of(response);
    if (index >= page.observed.size()) throw Error::of_status(INTEG_E_ARGUMENT, "observed: no such observation");
    fill_value(out, context.observed_node(page, index));
    return Flow::ok;
  });
}

integ_status prefetch(integ_http_context* handle, const integ_request* request) noexcept {
  return guarded(handle, kRequesting, "prefetch", [&](Context& context) {
    const Request soon = request_for(context, request);
    if (context.phase() == Phase::run) context.backend().prefetch(soon);
    return Flow::ok;
  });
}

integ_str response_url(const integ_response* response) noexcept {
  return response == nullptr ? integ_str{nullptr, 0} : str(page_of(response)->answer.url);
}

std::int32_t response_status(const integ_response* response) noexcept {
  return response == nullptr ? 0 : page_of(response)->answer.status;
}

integ_status response_header(const integ_response* response, integ_str name, std::uint32_t nth,
                             integ_str* out) noexcept {
  if (response == nullptr || out == nullptr) return INTEG_E_ARGUMENT;
  const std::string* value = page_of(response)->answer.header(view(name), nth);
  *out = value == nullptr ? integ_str{nullptr, 0} : str(*value);
  return INTEG_OK;
}

integ_str response_body(const integ_response* response) noexcept {
  if (response == nullptr) return {nullptr, 0};
  try {
    const http::Body& body = page_of(response)->body();
    return body ? str(*body) : integ_str{nullptr, 0};
  } catch (const std::exception&) {  // it was far, and the way to it is gone: so is the run, in a moment
    return {nullptr, 0};
  }
}

const integ_node* response_json(integ_http_context* handle, integ_response* response) noexcept {
  const json::Node* root = nullptr;
  guarded(handle, kAny, "response_json", [&](Context& context) {
    if (response == nullptr) throw Error::of_status(INTEG_E_ARGUMENT, "response_json: the response is NULL");
    Page& page = *page_of(response);
    if (!page.json) {
      const http::Body& body = page.body();
      try {
        page.json = json::Document::parse(body ? *body : std::string(), "the answer");
      } catch (const Error& error) {
        // Where it breaks a token may stand.
        if (context.phase() == Phase::authorize) throw Error(error.kind(), "the answer to the login is not JSON");
        throw;
      }
    }
    root = &page.json->root();
    return Flow::ok;
  });
  return reinterpret_cast<const integ_node*>(root);
}

void response_release(integ_http_context* handle, integ_response* response) noexcept {
  if (handle != nullptr && response != nullptr) Context::of(handle)->release(page_of(response));
}

integ_status emit_values(integ_http_context* handle, integ_str json) noexcept {
  return guarded(handle, kEmitting, "emit_values",
                 [&](Context& context) { return context.backend().emit_values(checked_text(json, "the values")); });
}

integ_status emit_state(integ_http_context* handle, integ_str json) noexcept {
  return guarded(handle, {Phase::run, Phase::finish}, "emit_state", [&](Context& context) {
    if (json.data == nullptr && json.size == 0) return context.backend().emit_state(std::nullopt);
    return context.backend().emit_state(checked_text(json, "the state"));
  });
}

integ_status add_slice(integ_http_context* handle, integ_str key, integ_str json, std::uint64_t weight) noexcept {
  return guarded(handle, {Phase::slices}, "add_slice", [&](Context& context) {
    return context.backend().add_slice(checked_text(key, "the slice's key"), checked_text(json, "the slice"), weight);
  });
}

integ_status add_stream(integ_http_context* handle, const integ_stream* added) noexcept {
  return guarded(handle, {Phase::discover}, "add_stream", [&](Context& context) {
    context.backend().add_stream(plugin::read_discovered_stream(added, "the discovered stream"));
    return Flow::ok;
  });
}

integ_status set_auth(integ_http_context* handle, const integ_pair* headers, size_t header_count,
                      const integ_pair* query, size_t query_count, std::int64_t valid_ms) noexcept {
  return guarded(handle, {Phase::authorize}, "set_auth", [&](Context& context) {
    context.backend().set_auth(pairs_of(headers, header_count, "the headers"),
                               pairs_of(query, query_count, "the query"), valid_ms);
    return Flow::ok;
  });
}

integ_status update_config(integ_http_context* handle, integ_str merge_patch) noexcept {
  return guarded(handle, {Phase::authorize}, "update_config", [&](Context& context) {
    context.backend().update_config(checked_text(merge_patch, "the merge patch"));
    return Flow::ok;
  });
}

integ_status mark_secret(integ_http_context* handle, integ_str value) noexcept {
  if (handle == nullptr) return INTEG_E_ARGUMENT;
  try {
    Context::of(handle)->backend().mark_secret(view(value));
    return INTEG_OK;
  } catch (const std::exception&) {
    return INTEG_E_INTERNAL;
  }
}

void log(integ_http_context* handle, std::int32_t level, integ_str message) noexcept {
  try {
    const std::string text = replace_invalid_utf8(view(message));
    if (handle == nullptr) {  // only an entry may: it says why it refuses this host
      std::fprintf(stderr, "%s\n", sanitised(text, 1000).c_str());
      return;
    }
    const Level known = level <= INTEG_LOG_DEBUG  ? Level::debug
                        : level == INTEG_LOG_INFO ? Level::info
                        : level == INTEG_LOG_WARN ? Level::warn
                                                  : Level::error;
    Context::of(handle)->backend().log(known, text);
  } catch (const std::exception&) {  // a log line that can't be written is no reason to fail
  }
}

std::int32_t cancelled(integ_http_context* handle) noexcept {
  return handle != nullptr && Context::of(handle)->backend().cancelled() ? 1 : 0;
}

std::int64_t now_ns(integ_http_context* handle) noexcept {
  try {
    return handle == nullptr ? 0 : Context::of(handle)->backend().now_ns();
  } catch (const std::exception&) {
    return 0;
  }
}

integ_status sleep_ns(integ_http_context* handle, std::int64_t duration) noexcept {
  return guarded(handle, kRequesting, "sleep_ns", [&](Context& context) {
    context.backend().sleep_ns(duration);
    return Flow::ok;
  });
}

integ_status fail(integ_http_context* handle, integ_status status, integ_str message) noexcept {
  if (handle == nullptr) return INTEG_E_ARGUMENT;
  try {
    return Context::of(handle)->fail(status, replace_invalid_utf8(view(message)));
  } catch (const std::exception&) {
    return INTEG_E_INTERNAL;
  }
}

integ_str error(integ_http_context* handle) noexcept {
  return handle == nullptr ? integ_str{nullptr, 0} : str(Context::of(handle)->error_text());
}

const void* get_extension(const integ_host*, integ_str) noexcept { return nullptr; }

integ_host make_table() noexcept {
  integ_host table{};
  table.size = sizeof table;
  table.abi_minor = INTEG_ABI_MINOR;
  table.name = INTEG_STR_INIT("integ");
  table.version = INTEG_STR_INIT(INTEG_VERSION);
  table.stream = stream;
  table.open_stream = open_stream;
  table.document = document;
  table.get = get;
  table.item = item;
  table.fetch = fetch;
  table.emit_batch = emit_batch;
  table.emit_response = emit_response;
  table.observed = observed;
  table.prefetch = prefetch;
  table.response_url = response_url;
  table.response_status = response_status;
  table.response_header = response_header;
  table.response_body = response_body;
  table.response_json = response_json;
  table.response_release = response_release;
  table.emit_values = emit_values;
  table.emit_state = emit_state;
  table.add_slice = add_slice;
  table.add_stream = add_stream;
  table.set_auth = set_auth;
  table.update_config = update_config;
  table.mark_secret = mark_secret;
  table.log = log;
  table.cancelled = cancelled;
  table.now_ns = now_ns;
  table.sleep_ns = sleep_ns;
  table.fail = fail;
  table.error = error;
  table.get_extension = get_extension;
  add_session_functions(table);
  return table;
}

}  // namespace

const integ_host& host_table() noexcept {
  static const integ_host kTable = make_table();
  return kTable;
}

}  // namespace integ::bridge
