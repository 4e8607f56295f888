#include "bridge/session_table.hpp"

#include "base/error.hpp"
#include "bridge/convert.hpp"
#include "bridge/plugin_adapter.hpp"

#include <exception>
#include <vector>

namespace integ::bridge {
namespace {

// A sink's functions have no context of their own: the sink remembers its session's.
template <class Body>
integ_status guarded(SessionSink* sink, Body&& body) noexcept {
  if (sink == nullptr) return INTEG_E_ARGUMENT;
  sink->context->begin_call();
  try {
    body();
    return INTEG_OK;
  } catch (const Error& error) {
    return sink->context->record(error);
  } catch (const std::exception& error) {
    return sink->context->record(Error(Kind::internal, error.what()));
  }
}

SessionSink* sink_of(integ_sink* sink) noexcept { return reinterpret_cast<SessionSink*>(sink); }

integ_status write(integ_sink* handle, const integ_str* parts, size_t count) noexcept {
  SessionSink* sink = sink_of(handle);
  return guarded(sink, [&] {
    if (parts == nullptr && count > 0) throw Error::of_status(INTEG_E_ARGUMENT, "write: parts is NULL but has a count");
    std::vector<std::string_view> views;
    views.reserve(count);
    for (size_t i = 0; i < count; ++i) views.push_back(view(parts[i]));
    sink->sink->write(views);
  });
}

integ_status sync(integ_sink* handle) noexcept {
  SessionSink* sink = sink_of(handle);
  return guarded(sink, [&] { sink->sink->sync(); });
}

integ_status open_sink(integ_http_context* handle, integ_str path, std::uint32_t flags, integ_sink** out) noexcept {
  if (handle == nullptr || out == nullptr) return INTEG_E_ARGUMENT;
  Context& context = *Context::of(handle);
  if (context.phase() != Phase::session) {
    return context.record(Error::of_status(INTEG_E_UNSUPPORTED, "open_sink is for an adapter's session"));
  }
  try {
    context.begin_call();
    if (flags != 0) throw Error::of_status(INTEG_E_UNSUPPORTED, "unknown flags of open_sink");
    auto& session = static_cast<SessionBackend&>(context.backend());
    *out = reinterpret_cast<integ_sink*>(session.open_sink(context, std::string(checked_text(path, "the path"))));
    return INTEG_OK;
  } catch (const Error& error) {
    return context.record(error);
  } catch (const std::exception& error) {
    return context.record(Error(Kind::internal, error.what()));
  }
}

integ_status close_sink(integ_sink* handle, std::int32_t keep) noexcept {
  SessionSink* sink = sink_of(handle);
  return guarded(sink, [&] { static_cast<SessionBackend&>(sink->context->backend()).close_sink(sink, keep != 0); });
}

}  // namespace

void add_session_functions(integ_host& table) noexcept {
  table.write = write;
  table.sync = sync;
  table.open_sink = open_sink;
  table.close_sink = close_sink;
}

}  // namespace integ::bridge
