#include "http/replay.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/cassette_mask.hpp"

#include <utility>

namespace integ::http {

namespace {

constexpr std::size_t kPiece = 64u << 10;

std::string key_of(const Request& request, const Secrets& secrets) {
  return request.method + " " + cassette_url(request.url, secrets);
}

}  // namespace

Cassette::Cassette(std::vector<Recorded> exchanges, std::string name, const Secrets& secrets)
    : name_(std::move(name)), secrets_(secrets) {
  for (Recorded& exchange : exchanges) {
    std::string key = key_of(exchange.request, secrets_);
    rows_[std::move(key)].left.push_back(std::move(exchange));
  }
}

Recorded Cassette::next(const Request& request) {
  const std::string key = key_of(request, secrets_);
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(key);
  if (found == rows_.end()) {
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
  Recorded exchange = std::move(row.left.front());
  row.left.pop_front();
  ++row.used;
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
