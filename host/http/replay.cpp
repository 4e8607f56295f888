#include "http/replay.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/cassette_mask.hpp"

#include <algorithm>
#include <regex>
#include <utility>

namespace integ::http {

namespace {

constexpr std::size_t kPiece = 64u << 10;

std::string key_of(const Request& request, const Secrets& secrets) {
  return request.method + " " + cassette_url(request.url, secrets);
}

// A URL with its instants blanked, whose colons and plus may be encoded. Runs ask for what changed up to now, which is
// another time in each of them.
std::string without_times(const std::string& key) {
  static const std::regex instant(
      "[0-9]{4}-[0-9]{2}-[0-9]{2}(T|%20|[+])[0-9]{2}(:|%3A)[0-9]{2}(:|%3A)[0-9]{2}([.][0-9]+)?"
      "(Z|([+-]|%2B)[0-9]{2}(:|%3A)?[0-9]{2})?",
      std::regex::icase);
  return std::regex_replace(key, instant, "TIME");
}

}  // namespace

Cassette::Cassette(std::vector<Recorded> exchanges, std::string name, const Secrets& secrets)
    : name_(std::move(name)), secrets_(secrets) {
  for (Recorded& exchange : exchanges) {
    std::string key = key_of(exchange.request, secrets_);
    const auto [row, is_new] = rows_.try_emplace(key);
    if (is_new) alike_[without_times(key)].push_back(&row->second);
    row->second.left.push_back(std::move(exchange));
  }
}

Recorded Cassette::next(const Request& request) {
  const std::string key = key_of(request, secrets_);
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(key);
  if (found == rows_.end()) {
    if (Row* row = at_another_time(key)) return row->take();
    std::vector<std::string> known;
    for (const auto& [each, row] : rows_) known.push_back(each);
    const auto near = nearest(key, known);
    throw Error(Kind::config, "no recording of " + key + " in " + name_ + (near ? "; the nearest is " + *near : "") +
                                  "; record it anew with --record");
  }
  Row& row = found->second;
  if (row.left.empty()) {
    throw Error(Kind::config, "no further recording of " + key + " in " + name_ + ": all " + std::to_string(row.used) +
                                  " were used; record it anew with --record");
  }
  return row.take();
}

Cassette::Row* Cassette::at_another_time(const std::string& key) {
  const auto found = alike_.find(without_times(key));
  if (found == alike_.end()) return nullptr;
  const auto row = std::ranges::find_if(found->second, [](const Row* each) { return !each->left.empty(); });
  return row == found->second.end() ? nullptr : *row;
}

Recorded Cassette::Row::take() {
  Recorded exchange = std::move(left.front());
  left.pop_front();
  ++used;
  return exchange;
}

void ReplayTransport::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  Recorded exchange = cassette_.next(*attempt.request);
  if (exchange.failure) throw TransportError(std::move(*exchange.failure));
  receiver.head(exchange.status, std::move(exchange.headers));
  for (std::size_t at = 0; at < exchange.body.size(); at += kPiece) {
    cancellation.throw_if_cancelled();
    receiver.piece(std::string_view(exchange.body).substr(at, kPiece));
  }
}

}  // namespace integ::http
