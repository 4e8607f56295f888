#include "sync/credentials.hpp"

#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace integ::sync {
namespace {

bool equal(const std::vector<http::Header>& a, const std::vector<http::Header>& b) {
  return std::ranges::equal(
      a, b, [](const http::Header& x, const http::Header& y) { return x.name == y.name && x.value == y.value; });
}

// In place of a parameter of that name (a link that a server made may hold an old key), else at the end.
void set_parameter(std::string& url, const http::Header& parameter) {
  const std::string pair = percent_encode(parameter.name) + '=' + percent_encode(parameter.value);
  url.resize(std::min(url.size(), url.find('#')));
  std::size_t begin = url.find('?');
  if (begin == std::string::npos) {
    url += '?' + pair;
    return;
  }
  for (++begin; begin < url.size();) {
    const std::size_t end = std::min(url.find('&', begin), url.size());
    const std::string_view one = std::string_view(url).substr(begin, end - begin);
    if (percent_decode(one.substr(0, one.find('='))) == parameter.name) {
      url.replace(begin, end - begin, pair);
      return;
    }
    begin = end + 1;
  }
  if (!url.ends_with('?') && !url.ends_with('&')) url += '&';
  url += pair;
}

bool needs_a_person(const Error& error) {
  return error.kind() == Kind::auth || error.kind() == Kind::config || error.kind() == Kind::plugin;
}

}  // namespace

bool SharedCredentials::usable() const {
  return held_ && held_->generation > refused_ &&
         (held_->renew_at_unix_ns == 0 || clock_.unix_ns() < held_->renew_at_unix_ns);
}

std::shared_ptr<const SharedCredentials::Held> SharedCredentials::current(const Cancellation& cancellation) {
  // Made before the lock and gone after it: the callback takes it.
  const Cancellation::Hook hook = cancellation.on_cancel([this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  for (;;) {
    cancellation.throw_if_cancelled();
    if (usable()) return held_;
    if (final_) throw Error(*failure_);
    if (!getting_) {
      get(lock);
      // New ones are good for their first use, however short their life is.
      if (failure_) throw Error(*failure_);
      return held_;
    }
    const std::uint64_t round = rounds_;
    changed_.wait(lock, [&] { return rounds_ != round || cancellation.cancelled(); });
    if (rounds_ != round && failure_) throw Error(*failure_);
  }
}

void SharedCredentials::get(std::unique_lock<std::mutex>& lock) {
  getting_ = true;
  lock.unlock();
  std::optional<Credentials> got;
  std::optional<Error> failure;
  std::int64_t now = 0;
  try {
    now = clock_.unix_ns();
    got = get_();
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(Kind::internal, error.what());
  }
  lock.lock();
  getting_ = false;
  ++rounds_;
  changed_.notify_all();
  const bool only_cancelled = failure && failure->kind() == Kind::cancelled;
  failure_ = only_cancelled ? std::nullopt : failure;
  final_ = failure_ && needs_a_person(*failure_);
  if (only_cancelled) throw Error(*failure);
  if (!got) return;
  auto held = std::make_shared<Held>();
  held->generation = (held_ ? held_->generation : 0) + 1;
  // Beyond a year they are as good as for ever, and nanoseconds do not overflow.
  constexpr std::int64_t kLongest_ms = 365LL * 24 * 3'600 * 1'000;
  if (got->valid_ms > 0 && got->valid_ms < kLongest_ms) {
    held->renew_at_unix_ns = now + (got->valid_ms - std::min(kMargin_ms, got->valid_ms / 2)) * 1'000'000;
  }
  held->credentials = std::move(*got);
  held_ = std::move(held);
}

std::shared_ptr<const SharedCredentials::Held> SharedCredentials::at_hand() {
  const std::lock_guard lock(mutex_);
  return usable() ? held_ : nullptr;
}

void SharedCredentials::refuse(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  refused_ = std::max(refused_, generation);
}

void HeldCredentials::put_on(http::Request& request) {
  for (const http::Header& header : credentials_.headers) {
    std::erase_if(request.headers, [&](const http::Header& own) { return equal_ignoring_case(own.name, header.name); });
    request.headers.push_back(header);
  }
  for (const http::Header& parameter : credentials_.query) set_parameter(request.url, parameter);
}

void RequestCredentials::put_on(http::Request& request) {
  sent_ = shared_.current(cancellation_);
  HeldCredentials(sent_->credentials).put_on(request);
}

bool RequestCredentials::renew() {
  if (!sent_) return false;
  shared_.refuse(sent_->generation);
  const auto next = shared_.current(cancellation_);
  return !equal(next->credentials.headers, sent_->credentials.headers) ||
         !equal(next->credentials.query, sent_->credentials.query);
}

}  // namespace integ::sync
