#include "http/client.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "http/classify.hpp"
#include "http/client_impl.hpp"
#include "http/judge.hpp"
#include "http/limits.hpp"
#include "http/outgoing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace integ::http {

namespace {

std::string seconds(milliseconds time) {
  const double value = static_cast<double>(time.count()) / 1000.0;
  return value < 1000 ? fmt::format("{:.3g} s", value) : fmt::format("{:.0f} s", value);
}

// One call of exchange(): attempts until an answer is accepted, or nothing is left to try.
template <typename Impl>
class Exchange final : private Sender::Hops {
 public:
  Exchange(Impl& impl, const Request& request, Acceptor& acceptor, const Caller& caller, Budget& budget)
      : impl_(impl),
        request_(request),
        acceptor_(acceptor),
        caller_(caller),
        budget_(budget),
        cancellation_(caller.cancellation != nullptr ? *caller.cancellation : never_) {}

  Client::Outcome run(Answer* failed, std::optional<Early> early) {
    check_request(request_);
    Url url = impl_.router.admit(request_.url, caller_.linked_from);
    origin_ = last_origin_ = url.origin();
    std::optional<Request> bare;
    if (!caller_.linked_from.empty() && !impl_.router.is_own(url)) {
      bare = request_;
      keep_secret_body(*bare, Url::parse(caller_.linked_from), url, impl_.services.secrets);
      strip_secrets(*bare, url, impl_.services.secrets);
    }
    const Request& outgoing = bare ? *bare : request_;
    if (early && !bare && early->url == url.text() && is_good(std::move(*early))) {
      return {std::move(sent_.answer), false};
    }
    for (;;) {
      std::optional<Windows::Slot> slot = enter_window();
      pass_gate(origin_);
      last_origin_ = origin_;
      at_gates_ = {};
      const Steady::time_point started = now();
      std::optional<Failure> failure =
          caller_.authorizer == nullptr || bare ? attempt(outgoing, url, failed) : attempt_authorized(failed);
      const milliseconds took = std::chrono::ceil<milliseconds>(now() - started - at_gates_);
      if (caller_.counters != nullptr) {
        caller_.counters->request_ms.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
      }
      if (slot) adapt(*slot, sent_.answer.status, failure);
      slot.reset();
      if (!failure) {
        impl_.gates.succeeded(origin_, budget_.quota);
        return {std::move(sent_.answer), false};
      }
      if (failed != nullptr) *failed = sent_.answer;
      const milliseconds spent = streamed_ ? milliseconds{0} : took;
      if (failure->what == Class::unauthorized && may_pass_with_others()) {
        count_retry();
        if (request_.rebuild) return {std::move(sent_.answer), true};
        continue;
      }
      wait_for_next(*failure, spent);
      count_retry();
      if (request_.rebuild) return {std::move(sent_.answer), true};
    }
  }

 private:
  Steady::time_point now() { return impl_.services.clock.steady(); }

  void count_retry() {
    if (caller_.counters != nullptr) caller_.counters->retries.fetch_add(1, std::memory_order_relaxed);
  }

  // Nothing for a caller that is to pass by it.
  std::optional<Windows::Slot> enter_window() {
    if (caller_.outside_window) return std::nullopt;
    std::optional<Windows::Slot> slot = impl_.windows.enter(origin_, cancellation_);
    if (!slot) cancellation_.throw_if_cancelled();
    return slot;
  }

  // Of a hop: the redirect may have led to another host.
  void pass(const std::string& origin) override {
    const Steady::time_point before = now();
    pass_gate(origin);
    at_gates_ += now() - before;
    last_origin_ = origin;
  }

  void answered(const Answer& answer, const std::string& origin) override {
    heed_limits(answer, impl_.settings, impl_.gates, origin, impl_.services.clock);
  }

  void pass_gate(const std::string& origin) {
    const bool passed = impl_.gates.pass(origin, impl_.services.clock, cancellation_, [this](milliseconds wait) {
      show_wait(wait, reason_.empty() ? "the limit on requests" : reason_);
    });
    reason_.clear();
    if (!passed) cancellation_.throw_if_cancelled();
  }

  // To the counters, and to the log when somebody would wonder. Zero: the wait is over.
  void show_wait(milliseconds wait, const std::string& why) {
    if (caller_.counters != nullptr) {
      if (wait.count() > 0) {
        wait_began_ = now();
      } else {
        const auto waited = std::chrono::duration_cast<milliseconds>(now() - wait_began_).count();
        caller_.counters->waited_ms.fetch_add(static_cast<std::uint64_t>(waited), std::memory_order_relaxed);
      }
      caller_.counters->waiting_until_ms.store(wait.count() > 0 ? impl_.services.clock.unix_ms() + wait.count() : 0,
                                               std::memory_order_relaxed);
    }
    if (wait.count() == 0 || (reason_.empty() && wait < milliseconds(1000))) return;
    impl_.waits.say(caller_.stream, why + "; waiting " + seconds(wait));
  }

  // After a refusal, once: a request built anew may be another one, else only other credentials can help.
  bool may_pass_with_others() {
    if (std::exchange(budget_.refreshed, true)) return false;
    const bool renewed = caller_.authorizer != nullptr && caller_.authorizer->renew();
    return renewed || request_.rebuild;
  }

  std::optional<Failure> attempt_authorized(Answer* failed) {
    Request out = request_;
    caller_.authorizer->put_on(out);
    check_request(out);
    return attempt(out, impl_.router.admit(out.url, caller_.linked_from), failed);
  }

  // Nothing when the answer was accepted.
  std::optional<Failure> attempt(const Request& outgoing, const Url& url, Answer* failed) {
    streamed_ = false;
    try {
      impl_.sender.send(outgoing, url, acceptor_, caller_, cancellation_, *this, sent_);
    } catch (const TransportError& error) {
      // Hours of a body that came well are no time spent on failing.
      streamed_ = acceptor_.streams() && sent_.answer.status >= 200 && sent_.answer.status < 300;
      sent_.answer.status = 0;  // half an answer is none
      sent_.answer.body.reset();
      Failure failure = failure_of(error);
      tell_redirect(failure, sent_, origin_);
      return failure;
    } catch (const Error&) {  // a hop that was refused
      if (failed != nullptr) *failed = std::move(sent_.answer);
      throw;
    }
    return judged();
  }

  std::optional<Failure> judged() {
    std::optional<Failure> failure =
        judge(sent_.answer, request_, sent_.redirected, acceptor_, impl_.settings, impl_.services.clock.unix_ms());
    if (failure) tell_redirect(*failure, sent_, origin_);
    return failure;
  }

  // What went ahead was sent and noted at the gate; whether it is a good answer is judged now, as if it had just come.
  bool is_good(Early early) {
    sent_ = {std::move(early.answer), std::move(early.cookies), {}, early.redirected};
    try {
      show(sent_.answer, acceptor_);
      return !judged();
    } catch (const TransportError&) {
      return false;
    }
  }

  // Waits, or throws when there is nothing left to try.
  void wait_for_next(const Failure& failure, milliseconds spent) {
    if (failure.what == Class::permanent || failure.what == Class::unauthorized) fail(failure, "");
    if (failure.sent && !repeatable(request_)) {
      heed_wait(failure);
      fail(failure, "not repeated: a " + request_.method + " may have had its effect, and is not marked retry_safe");
    }
    const bool throttled = failure.what == Class::throttled;
    const Settings& settings = impl_.settings;
    if (throttled) {
      ++budget_.throttled;
      budget_.throttled_ms += spent.count();
      if (settings.max_attempts_given) ++budget_.attempts;
    } else {
      ++budget_.attempts;
      budget_.failing_ms += spent.count();
    }
    if (failure.twice_at_most && ++budget_.malformed >= 2) fail(failure, "tried twice");
    if (budget_.attempts >= settings.max_attempts) fail(failure, tries());
    if (failure.wait && *failure.wait > settings.max_retry_after) {
      fail(failure, "the server asks to wait " + seconds(*failure.wait) + ", more than max_retry_after (" +
                        seconds(settings.max_retry_after) + ")");
    }
    milliseconds wait = throttled ? impl_.backoff.wait(kThrottledBackoff, budget_.throttled - 1)
                                  : impl_.backoff.wait(kTransientBackoff, budget_.attempts - 1);
    if (failure.wait) wait = std::max(wait, *failure.wait);
    if (throttled) impl_.gates.close(last_origin_, now() + wait);  // for the others, even where this request ends here
    std::int64_t& used = throttled ? budget_.throttled_ms : budget_.failing_ms;
    const milliseconds most = throttled ? settings.max_throttled : settings.max_failing;
    if (milliseconds(used) + wait > most) {
      fail(failure, fmt::format("another wait of {} would exceed {} ({})", seconds(wait),
                                throttled ? "max_throttled" : "max_failing", seconds(most)));
    }
    if (!throttled) {
      const int cost = failure.status == INTEG_E_TIMEOUT ? Gates::kTimeoutCost : Gates::kRepeatCost;
      if (!impl_.gates.may_repeat(origin_, cost)) {
        fail(failure, "too many requests to " + origin_ + " failed: nothing is repeated any more");
      }
      budget_.quota += cost;
    }
    used += wait.count();
    reason_ = sentence_of(failure);
    // The gate is where it waits; but not in the middle of its way, where a Location may be good for a short time.
    if (throttled && !request_.rebuild && last_origin_ == origin_) return;
    show_wait(wait, reason_);
    const bool slept = impl_.services.clock.sleep_until(now() + wait, cancellation_);
    show_wait(milliseconds{0}, reason_);
    reason_.clear();
    if (!slept) cancellation_.throw_if_cancelled();
  }

  // What was asked of a request that ends here holds for the next one, which its caller may send at once.
  void heed_wait(const Failure& failure) {
    if (failure.what != Class::throttled || !failure.wait || *failure.wait > impl_.settings.max_retry_after) return;
    impl_.gates.close(origin_, now() + *failure.wait);
  }

  std::string tries() const {
    return budget_.attempts == 1 ? std::string() : "after " + std::to_string(budget_.attempts) + " attempts";
  }

  // Cookies are of the jar, not of the request: an answer may repeat them.
  std::string sentence_of(const Failure& failure) const {
    Request shown = request_;
    for (std::string_view rest = sent_.cookies; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = rest.substr(0, end);
      shown.headers.push_back({"Cookie", std::string(pair.substr(std::min(pair.find('=') + 1, pair.size()))), true});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    hide_echoes(shown, sent_.answer, sent_.hops);
    return sentence(failure, shown, impl_.services.secrets);
  }

  [[noreturn]] void fail(const Failure& failure, const std::string& note) const {
    std::string message = sentence_of(failure);
    if (!note.empty()) message += " (" + note + ")";
    throw Error::of_status(failure.status, message, failure.http_status);
  }

  Impl& impl_;
  const Request& request_;
  Acceptor& acceptor_;
  const Caller& caller_;
  Budget& budget_;
  const Cancellation never_;
  const Cancellation& cancellation_;
  std::string origin_;
  std::string last_origin_;      // of the last hop
  Steady::duration at_gates_{};  // of hops, in this attempt
  std::string reason_;           // of the wait to come
  Steady::time_point wait_began_;
  bool streamed_ = false;  // the failed attempt had got as far as a body that is read as it comes
  Sender::Sent sent_;
};

}  // namespace

Client::Client(Settings settings, const std::vector<std::string>& allowed_hosts, std::string user_agent,
               Services services)
    : impl_(std::make_unique<Impl>(std::move(settings), allowed_hosts, std::move(user_agent), services)) {}
Client::~Client() = default;

Client::Outcome Client::exchange(const Request& request, Acceptor& acceptor, const Caller& caller, Budget& budget,
                                 Answer* failed, std::optional<Early> early) {
  if (failed != nullptr) *failed = Answer{};
  try {
    Outcome outcome = Exchange<Impl>(*impl_, request, acceptor, caller, budget).run(failed, std::move(early));
    if (!outcome.again) budget = Budget{};
    return outcome;
  } catch (Error& error) {
    budget = Budget{};  // what it held ends with its request
    if (error.kind() != Kind::cancelled) {
      Where where;
      where.request = masked_request(request, impl_->services.secrets);
      error.at(where);
    }
    throw;
  }
}

}  // namespace integ::http
