// Client's requests that go before anybody asks for them.
#include "base/error.hpp"
#include "base/url.hpp"
#include "http/client_impl.hpp"
#include "http/judge.hpp"
#include "http/limits.hpp"
#include "http/outgoing.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace integ::http {

namespace {

// Hops that take second place, too.
class HopsAhead final : public Sender::Hops {
 public:
  HopsAhead(Gates& gates, const Settings& settings, Clock& clock, const Cancellation& cancellation, std::string origin)
      : gates_(gates), settings_(settings), clock_(clock), cancellation_(cancellation), last_(std::move(origin)) {}

  void pass(const std::string& origin) override {
    if (!gates_.pass_soon(origin, clock_, cancellation_)) {
      throw TransportError{TransportError::Why::other, "not its turn", false};
    }
    last_ = origin;
  }
  void answered(const Answer& answer, const std::string& origin) override {
    heed_limits(answer, settings_, gates_, origin, clock_);
  }
  const std::string& last() const { return last_; }

 private:
  Gates& gates_;
  const Settings& settings_;
  Clock& clock_;
  const Cancellation& cancellation_;
  std::string last_;
};

}  // namespace

Client::Ahead Client::send_ahead(const Request& request, Acceptor& acceptor, const Caller& caller) {
  Ahead ahead;
  if (!impl_->services.transport.may_go_ahead()) return ahead;
  const Cancellation never;
  const Cancellation& cancellation = caller.cancellation != nullptr ? *caller.cancellation : never;
  const Settings& settings = impl_->settings;
  Clock& clock = impl_->services.clock;
  try {
    check_request(request);
    // Where only pages have led to, a request goes without secrets, and nobody knows yet which page names this one.
    if (!impl_->router.is_own(Url::parse(request.url))) return ahead;
    Url url = impl_->router.admit(request.url);
    const std::string asked = url.text();
    const std::string origin = url.origin();

    std::optional<Windows::Slot> slot = impl_->windows.try_enter(origin);
    if (!slot || !impl_->gates.pass_soon(origin, clock, cancellation)) return ahead;
    Request outgoing = request;
    if (caller.authorizer != nullptr) {
      caller.authorizer->put_on(outgoing);
      check_request(outgoing);
      url = impl_->router.admit(outgoing.url);
    }

    ahead.sent = true;
    Sender::Sent sent;
    HopsAhead hops(impl_->gates, settings, clock, cancellation, origin);
    impl_->sender.send(outgoing, url, acceptor, caller, cancellation, hops, sent);
    const std::optional<Failure> failure =
        judge(sent.answer, request, sent.redirected, acceptor, settings, clock.unix_ms());
    adapt(*slot, sent.answer.status, failure);
    if (!failure) {
      impl_->gates.succeeded(origin);
      ahead.early = Early{std::move(sent.answer), asked, std::move(sent.cookies), sent.redirected};
    } else if (failure->what == Class::throttled) {
      milliseconds wait = impl_->backoff.wait(kThrottledBackoff, 0);
      if (failure->wait) wait = std::max(wait, *failure->wait);
      // A longer one is an error, and whose request is refused so is to hear of it.
      if (wait <= settings.max_retry_after) impl_->gates.close(hops.last(), clock.steady() + wait);
    }
  } catch (const TransportError&) {  // whoever asks for it will see for himself
  } catch (const std::exception&) {
  }
  return ahead;
}

}  // namespace integ::http
