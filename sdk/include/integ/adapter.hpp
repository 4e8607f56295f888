// The C++ layer for protocol adapters: write a session, describe the adapter, hand it to INTEG_PLUGIN.
//
//   class Session : public integ::AdapterSession { void records(const integ::AdapterBatch&) override; ... };
//   INTEG_PLUGIN(integ::Adapter("mine", "1.0.0").title("Mine").options_schema(R"({"type": "object"})")
//                    .opens([](const integ::AdapterContext& c) { return std::make_unique<Session>(c); }))
//
// An adapter turns streams, records and states into whatever it writes. A session is used by one thread at
// a time, from open to close; several sessions may be open at once. Exceptions are fine inside: none
// crosses into the host, an AdapterFailure becomes its status and message, any other one
// INTEG_E_INTERNAL. Header-only, standard library only.
#pragma once

#include <integ/abi.h>
#include <integ/adapter_context.hpp>
#include <integ/adapter_session.hpp>
#include <integ/entry.hpp>
#include <integ/text.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace integ {
inline namespace v1 {

// The description of an adapter, a part of INTEG_PLUGIN. Built once, in the entry, and never changed after.
class Adapter {
 public:
  using Opener = std::function<std::unique_ptr<AdapterSession>(AdapterContext)>;

  Adapter(std::string name, std::string version) : name_(std::move(name)), version_(std::move(version)) {}
  Adapter&& title(std::string text) && { return set(title_, std::move(text)); }
  Adapter&& documentation_url(std::string text) && { return set(documentation_url_, std::move(text)); }
  // JSON Schema of the options, an object; the host checks them against it and fills in its defaults.
  Adapter&& options_schema(std::string json) && { return set(options_schema_, std::move(json)); }
  // INTEG_ADAPTER_NO_SINK, INTEG_ADAPTER_SELECTED_FIELDS.
  Adapter&& flags(std::uint32_t bits) && { return set(flags_, bits); }
  Adapter&& opens(Opener opener) && { return set(opener_, std::move(opener)); }

  // Points into this object, which stays where it is from then on.
  const integ_adapter* descriptor() {
    raw_.size = sizeof raw_;
    raw_.flags = flags_;
    raw_.name = detail::str(name_);
    raw_.version = detail::str(version_);
    raw_.title = detail::str(title_);
    raw_.documentation_url = detail::str(documentation_url_);
    raw_.options_schema = detail::str(options_schema_);
    raw_.self = this;
    raw_.open = &Adapter::open;
    raw_.stream = &Adapter::stream;
    raw_.restore = &Adapter::restore;
    raw_.records = &Adapter::records;
    raw_.state = &Adapter::state;
    raw_.event = &Adapter::event;
    raw_.flush = &Adapter::flush;
    raw_.close = &Adapter::close;
    return &raw_;
  }

 private:
  // What an integ_session* is.
  struct Open {
    AdapterContext context;
    std::unique_ptr<AdapterSession> session;
    std::string restored;  // owns what restore() handed out
  };
  static Open& of(integ_session* session) noexcept { return *reinterpret_cast<Open*>(session); }

  template <class T, class V>
  Adapter&& set(T& member, V&& value) {
    member = std::forward<V>(value);
    return std::move(*this);
  }

  // The one place where an exception becomes a status.
  template <class Work>
  static integ_status guarded(const AdapterContext& context, Work&& work) noexcept {
    try {
      work();
      return INTEG_OK;
    } catch (const AdapterFailure& failure) {
      return told(context, failure.status(), failure.what());
    } catch (const std::exception& failure) {
      return told(context, INTEG_E_INTERNAL, failure.what());
    } catch (...) {
      return told(context, INTEG_E_INTERNAL, "an exception of an unknown type");
    }
  }
  // fail() takes negative statuses alone; CANCELLED and STOP need no words.
  static integ_status told(const AdapterContext& context, integ_status status, const char* message) noexcept {
    if (status >= 0) return status == INTEG_OK ? INTEG_E_INTERNAL : status;
    const integ_host* host = context.host();
    if (!INTEG_HAS(host, integ_host, fail) || host->fail == nullptr) return status;
    return host->fail(context.raw(), status, detail::str(message));
  }

  static integ_status open(void* self, const integ_host* host, integ_http_context* ctx, integ_sink* sink,
                           integ_session** out) noexcept {
    *out = nullptr;
    const AdapterContext context(host, ctx, sink);
    return guarded(context, [&] {
      auto opened = std::make_unique<Open>(Open{context, nullptr, {}});
      opened->session = static_cast<const Adapter*>(self)->opener_(context);
      *out = reinterpret_cast<integ_session*>(opened.release());
    });
  }
  static integ_status stream(integ_session* s, const integ_stream* stream, integ_str entry) noexcept {
    return guarded(of(s).context, [&] { of(s).session->stream(AdapterStream(stream), detail::view(entry)); });
  }
  static integ_status restore(integ_session* s, const integ_stream* stream, integ_str* state) noexcept {
    *state = {nullptr, 0};
    return guarded(of(s).context, [&] {
      if (auto found = of(s).session->restore(AdapterStream(stream))) {
        of(s).restored = std::move(*found);
        *state = detail::str(of(s).restored);
      }
    });
  }
  static integ_status records(integ_session* s, const integ_batch* batch) noexcept {
    return guarded(of(s).context, [&] { of(s).session->records(AdapterBatch(batch)); });
  }
  static integ_status state(integ_session* s, const integ_stream* stream, integ_str json,
                            std::uint64_t ticket) noexcept {
    return guarded(of(s).context, [&] { of(s).session->state(AdapterStream(stream), detail::view(json), ticket); });
  }
  static integ_status event(integ_session* s, std::int32_t kind, integ_str json) noexcept {
    return guarded(of(s).context, [&] { of(s).session->event(kind, detail::view(json)); });
  }
  static integ_status flush(integ_session* s, std::int32_t how, std::uint64_t* confirmed) noexcept {
    return guarded(of(s).context, [&] { *confirmed = of(s).session->flush(static_cast<Flush>(how)); });
  }
  static integ_status close(integ_session* s, integ_status how_it_ended) noexcept {
    const std::unique_ptr<Open> opened(&of(s));
    return guarded(opened->context, [&] { opened->session->close(how_it_ended); });
  }

  std::string name_, version_, title_, documentation_url_, options_schema_ = R"({"type":"object"})";
  std::uint32_t flags_ = 0;
  Opener opener_;
  integ_adapter raw_{};
};

}  // namespace v1
}  // namespace integ
