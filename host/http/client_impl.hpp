// What a Client is made of; for client.cpp and client_ahead.cpp alone.
#pragma once

#include "http/backoff.hpp"
#include "http/client.hpp"
#include "http/failure.hpp"
#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/sender.hpp"
#include "http/wait_log.hpp"
#include "http/window.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace integ::http {

struct Client::Impl {
  Impl(Settings given, const std::vector<std::string>& allowed_hosts, std::string user_agent, Services with)
      : settings(std::move(given)),
        services(with),
        router(AllowList(allowed_hosts, settings.allowed_hosts), settings.pin_origin),
        gates(settings.requests_per_second, settings.burst),
        backoff(with.seed),
        waits(with.log, with.clock),
        sender(settings, std::move(user_agent), with.transport, with.clock, with.secrets, router) {}

  const Settings settings;
  Services services;
  Router router;
  Gates gates;
  Windows windows;
  Backoff backoff;
  WaitLog waits;
  Sender sender;
};

// What an answer (status 0: none) says of how many requests its host bears.
inline void adapt(Windows::Slot& slot, int status, const std::optional<Failure>& failure) {
  if (status == 429 || status == 503 || (failure && failure->what == Class::throttled)) {
    slot.overloaded();
  } else if (!failure) {
    slot.answered();
  }
}

// For errors, which name a request by where it was sent to, and that is not where it failed.
inline void tell_redirect(Failure& failure, const Sender::Sent& sent, const std::string& asked) {
  if (sent.led_to.empty()) return;
  failure.message += "; the request was redirected to " + sent.led_to;
  if (sent.withheld) failure.message += " without the credentials of " + asked;
}

}  // namespace integ::http
