#include "http/sender.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/classify.hpp"
#include "http/decode.hpp"
#include "http/outgoing.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

namespace integ::http {

namespace {

// A server's word is enough to make room for a page, not to make room for 256 MiB.
constexpr std::size_t kMostReserved = 32u << 20;
// Room for what an acceptor that streams leaves in the body, and what comes with the next piece.
constexpr std::size_t kStreamed = 256u << 10;
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max() / 2;

bool is_redirect(const Answer& answer) {
  switch (answer.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: {
      const std::string* location = answer.header("Location");
      return location != nullptr && !location->empty();
    }
    default:
      return false;
  }
}

// RFC 9112 6.3; chunks that end too early are libcurl's to find.
bool has_told_end(const Answer& answer) {
  return answer.header("Content-Length") != nullptr || answer.header("Transfer-Encoding") != nullptr;
}

// Throws where there are two that differ: who put them in sees the end of the body at another place than we would
// (RFC 9112, 6.3).
std::size_t content_length(const Answer& answer) {
  std::size_t length = 0;
  const std::string* const first = answer.header("Content-Length");
  if (first == nullptr) return length;
  if (answer.header("Transfer-Encoding") == nullptr) {
    for (std::uint32_t nth = 1; const std::string* other = answer.header("Content-Length", nth); ++nth) {
      if (*other == *first) continue;
      throw TransportError{
          TransportError::Why::reset,
          "the answer has two Content-Lengths, " + sanitised(*first, 20) + " and " + sanitised(*other, 20), false};
    }
  }
  std::from_chars(first->data(), first->data() + first->size(), length);
  return length;
}

void add(const Caller& caller, std::atomic<std::uint64_t> StreamCounters::*counter, std::uint64_t number) {
  if (caller.counters != nullptr) (caller.counters->*counter).fetch_add(number, std::memory_order_relaxed);
}

}  // namespace

// Puts an answer together: head, then decoded body, each piece shown to the acceptor. Where the answer is no page its
// body is for messages and rules alone, and as much of it is kept as could be read.
class Sender::PageReceiver final : public Receiver {
 public:
  PageReceiver(const Settings& settings, BufferPool& pool, Acceptor& acceptor, const Caller& caller, Answer& answer)
      : settings_(settings), pool_(pool), acceptor_(acceptor), caller_(caller), answer_(answer) {}

  void framed() override { framed_ = true; }

  void head(int status, std::vector<Header> headers) override {
    answer_.status = status;
    answer_.headers = std::move(headers);
    page_ = is_page(status);
    const std::string* encoding = answer_.header("Content-Encoding");
    const std::size_t length = content_length(answer_);
    streams_ = page_ && acceptor_.streams();
    if (length > settings_.max_body && encoding == nullptr && !streams_) {
      throw TransportError{TransportError::Why::too_large,
                           "the body of " + std::to_string(length) + " bytes is larger than max_body (" +
                               std::to_string(settings_.max_body) + ")",
                           true};
    }
    try {
      decoder_.emplace(encoding == nullptr ? std::string_view() : std::string_view(*encoding),
                       DecodeLimits{.max_body = streams_ ? kNoLimit : settings_.max_body, .brotli = settings_.brotli});
    } catch (const TransportError&) {
      if (page_) throw;
    }
    const bool plain = !decoder_ || decoder_->identity();
    const std::size_t expected = streams_ ? kStreamed : plain ? length : length * 4;
    answer_.body = pool_.take(std::min(expected, kMostReserved));
    answer_.delimited = framed_ || has_told_end(answer_) || !plain;
    if (page_) acceptor_.head(answer_);
    more_ = [this] {
      if (page_) acceptor_.more(*answer_.body);
    };
  }

  void piece(std::string_view bytes) override {
    add(caller_, &StreamCounters::received_bytes, bytes.size());
    if (!decoder_) return;
    try {
      decoder_->feed(bytes, *answer_.body, more_);
    } catch (const TransportError& error) {
      if (page_) throw;
      if (error.why == TransportError::Why::too_large) throw Enough{};
      decoder_.reset();  // what follows is read and left
    }
  }

  void finish() {
    if (answer_.status == 0) throw TransportError{TransportError::Why::reset, "the answer has no head", false};
    if (page_) decoder_->finish();
    std::string& body = *answer_.body;
    if (body.capacity() < body.size() + kSpareCapacity) body.reserve(body.size() + kSpareCapacity);
  }

 private:
  const Settings& settings_;
  BufferPool& pool_;
  Acceptor& acceptor_;
  const Caller& caller_;
  Answer& answer_;
  std::optional<Decoder> decoder_;  // none: unreadable
  std::function<void()> more_;
  bool framed_ = false;
  bool page_ = false;
  bool streams_ = false;
};

void Sender::hop(const Request& request, Acceptor& acceptor, const Caller& caller, const Cancellation& cancellation,
                 Sent& sent) {
  Attempt attempt;
  attempt.request = &request;
  attempt.total = request.timeout;
  attempt.first_byte = request.timeout.count() > 0 ? std::min(request.timeout, settings_.first_byte_timeout)
                                                   : settings_.first_byte_timeout;
  // libcurl sends again by itself when a reused connection turns out dead: not what may not be repeated.
  attempt.fresh_connection = !repeatable(request);
  for (bool again = false;; again = true) {
    acceptor.begin();
    sent.answer = Answer{};
    sent.answer.url = request.url;
    add(caller, &StreamCounters::requests, 1);
    PageReceiver receiver(settings_, pool_, acceptor, caller, sent.answer);
    try {
      transport_.perform(attempt, receiver, cancellation);
      receiver.finish();
      break;
    } catch (const Enough&) {
      break;  // what is there will be judged
    } catch (const TransportError& error) {
      if (sent.answer.status != 0 &&
          !is_page(sent.answer.status)) {  // status and headers decide, whatever its body was
        if (!sent.answer.body) sent.answer.body = pool_.take(0);
        break;
      }
      const bool dead = error.why == TransportError::Why::reset_early && sent.answer.status == 0;
      if (!dead || again || attempt.fresh_connection) throw;
      attempt.fresh_connection = true;
    }
  }
  sent.answer.received_at_ms = clock_.unix_ms();
}

void Sender::send(const Request& request, const Url& url, Acceptor& acceptor, const Caller& caller,
                  const Cancellation& cancellation, Hops& hops, Sent& sent) {
  sent = Sent{};
  Request base = request;        // what goes on over hops: without what completes one of them
  std::optional<Request> whole;  // with what was left out for another origin
  Url at = url;
  for (int redirects = 0;; ++redirects) {
    base.url = at.text();
    Request outgoing = base;
    const std::string cookies = cookies_.header_for(at, clock_.unix_ms());
    if (!cookies.empty()) (sent.cookies += sent.cookies.empty() ? "" : "; ") += cookies;
    complete(outgoing, user_agent_, cookies, settings_.brotli);
    hop(outgoing, acceptor, caller, cancellation, sent);
    cookies_.remember(at, sent.answer.headers, clock_.unix_ms());
    hops.answered(sent.answer, at.origin());
    if (!is_redirect(sent.answer)) return;

    if (redirects >= settings_.max_redirects) {
      throw Error::of_status(INTEG_E_HTTP, "more than " + std::to_string(settings_.max_redirects) + " redirects",
                             sent.answer.status);
    }
    Url next = router_.redirect(at, *sent.answer.header("Location"), url);
    follow(base, sent.answer.status);
    if (whole) follow(*whole, sent.answer.status);
    if (next.same_origin(url)) {
      if (whole) base = *whole;
      sent.led_to.clear();
      sent.withheld = false;
    } else if (!next.same_origin(at)) {
      if (!whole) whole = base;
      keep_secret_body(base, at, next, secrets_);
      const bool left_out = strip_secrets(base, next, secrets_);
      sent.withheld = sent.withheld || left_out || !url.userinfo.empty();
      sent.led_to = next.origin();
    }
    at = std::move(next);
    sent.hops.push_back(at.text());
    sent.redirected = true;
    hops.pass(at.origin());
  }
}

}  // namespace integ::http
