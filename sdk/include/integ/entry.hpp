// The edge: C functions that the host calls, and the one symbol that a plug-in exports.
//
//   INTEG_PLUGIN(integ::Source::with_config<Config>("shop", "1.0.0").stream(...))
//   INTEG_PLUGIN(source_a(), source_b(), an_adapter())      // several in one library
//
// Everything here is noexcept and catches everything: the one place where an exception becomes a status.
// A part of a plug-in is a Source, an Adapter, or anything else with a descriptor() that gives a
// `const integ_connector*` or a `const integ_adapter*`.
#pragma once

#include <integ/context.hpp>
#include <integ/error.hpp>
#include <integ/stream.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

// What the connector's own C functions get as `self`.
struct SourcePhases {
  Phase discover, authorize, check;
  Phases dynamic, interleaved;
};

inline integ_status enter(const Phase& phase, const integ_host* host, integ_http_context* handle) noexcept {
  const auto fail = [&](integ_status status, std::string_view message) {
    host->fail(handle, status, str(message));
    return status;
  };
  try {
    HttpContext context(host, handle);
    phase(context);
    return context.try_flush().code();
  } catch (const Thrown& thrown) {
    return thrown.message.empty() ? thrown.status : fail(thrown.status, thrown.message);
  } catch (const std::exception& error) {
    return fail(INTEG_E_INTERNAL, error.what());
  } catch (...) {
    return fail(INTEG_E_INTERNAL, "The connector threw something that is no std::exception.");
  }
}

template <Phase Phases::*phase>
integ_status enter_stream(void* self, const integ_host* host, integ_http_context* handle) noexcept {
  return enter(static_cast<const Phases*>(self)->*phase, host, handle);
}

template <Phase SourcePhases::*phase>
integ_status enter_source(void* self, const integ_host* host, integ_http_context* handle) noexcept {
  return enter(static_cast<const SourcePhases*>(self)->*phase, host, handle);
}

template <Phases SourcePhases::*phases, Phase Phases::*phase>
integ_status enter_shared(void* self, const integ_host* host, integ_http_context* handle) noexcept {
  return enter(static_cast<const SourcePhases*>(self)->*phases.*phase, host, handle);
}

inline const integ_runner* runner_of(const Phases& phases, integ_runner& raw) {
  if (!phases.run) return nullptr;
  raw.size = sizeof(raw);
  raw.run = &enter_stream<&Phases::run>;
  raw.slices = phases.slices ? &enter_stream<&Phases::slices> : nullptr;
  raw.check = phases.check ? &enter_stream<&Phases::check> : nullptr;
  raw.finish = phases.finish ? &enter_stream<&Phases::finish> : nullptr;
  return &raw;
}

// The same for a runner whose `self` is the connector's.
template <Phases SourcePhases::*which>
const integ_runner* runner_of(const Phases& phases, integ_runner& raw) {
  if (!phases.run) return nullptr;
  raw.size = sizeof(raw);
  raw.run = &enter_shared<which, &Phases::run>;
  raw.slices = phases.slices ? &enter_shared<which, &Phases::slices> : nullptr;
  raw.check = phases.check ? &enter_shared<which, &Phases::check> : nullptr;
  raw.finish = phases.finish ? &enter_shared<which, &Phases::finish> : nullptr;
  return &raw;
}

// Owns the parts for the life of the process and lists them for the host.
template <class... Part>
class Plugin {
 public:
  template <class... From>
  explicit Plugin(std::in_place_t, From&&... parts) : parts_(std::forward<From>(parts)...) {
    std::apply([this](auto&... part) { (this->list(part), ...); }, parts_);
    raw_.size = sizeof(raw_);
    raw_.abi_minor = INTEG_ABI_MINOR;
    raw_.host_minor_required = 0;
    raw_.connectors = connectors_.data();
    raw_.connector_count = connectors_.size();
    raw_.adapters = adapters_.data();
    raw_.adapter_count = adapters_.size();
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  const integ_plugin* descriptor() const { return &raw_; }

 private:
  template <class P>
  void list(P& part) {
    if constexpr (requires {
                    { part.descriptor() } -> std::convertible_to<const integ_connector*>;
                  }) {
      connectors_.push_back(part.descriptor());
    } else if constexpr (requires(integ_adapter & raw) { part.describe(raw); }) {
      auto& raw = *described_.emplace_back(std::make_unique<integ_adapter>());
      part.describe(raw);
      adapters_.push_back(&raw);
    } else {
      adapters_.push_back(part.descriptor());
    }
  }

  std::tuple<Part...> parts_;
  std::vector<const integ_connector*> connectors_;
  std::vector<const integ_adapter*> adapters_;
  std::vector<std::unique_ptr<integ_adapter>> described_;
  integ_plugin raw_{};
};

template <class... Part>
auto make_plugin(Part&&... parts) {
  return std::make_unique<Plugin<std::remove_cvref_t<Part>...>>(std::in_place, std::forward<Part>(parts)...);
}

// NULL refuses the host, after saying why.
template <class Make>
const integ_plugin* describe(const integ_host* host, Make make) noexcept {
  const auto refuse = [&](std::string_view why) -> const integ_plugin* {
    if (host != nullptr && INTEG_HAS(host, integ_host, log)) host->log(nullptr, INTEG_LOG_ERROR, str(why));
    return nullptr;
  };
  if (host == nullptr || !INTEG_HAS(host, integ_host, get_extension))
    return refuse("The host is too old for this plug-in.");
  try {
    // Never destroyed: at exit the host's threads may still be inside.
    static const auto* const plugin = make().release();
    return plugin->descriptor();
  } catch (const std::exception& error) {
    return refuse(error.what());
  } catch (...) {
    return refuse("The plug-in could not describe itself.");
  }
}

}  // namespace detail
}  // namespace v1
}  // namespace integ

// Once in a plug-in, at namespace scope.
#define INTEG_PLUGIN(...)                                                                             \
  extern "C" INTEG_EXPORT const integ_plugin* integ_plugin_entry_v1(const integ_host* host) {         \
    return ::integ::detail::describe(host, [] { return ::integ::detail::make_plugin(__VA_ARGS__); }); \
  }
