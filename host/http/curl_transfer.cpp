#include "http/curl_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <poll.h>
#include <utility>

namespace integ::http {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Of one transfer: an idle connection to each of the origins that redirects go between.
constexpr long kConnections = 4;
constexpr milliseconds kLongestPoll{60'000};
// What an answer that is no page has to say is waited for no longer: status and headers decide.
constexpr milliseconds kSilenceInMessage{5'000};
constexpr milliseconds kWholeMessage{30'000};

// The easy handle is in the multi handle for as long as this lives. Taken out in the middle of an answer, libcurl
// closes the connection.
class Added {
 public:
  Added(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    const CURLMcode code = curl_multi_add_handle(multi, easy);
    if (code != CURLM_OK) throw TransportError{TransportError::Why::other, curl_multi_strerror(code), true};
  }
  ~Added() { curl_multi_remove_handle(multi_, easy_); }
  Added(const Added&) = delete;
  Added& operator=(const Added&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

// The result, once the transfer has ended.
bool ended(CURLM* multi, CURLcode& result) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    result = message->data.result;
    return true;
  }
  return false;
}

}  // namespace

Transfer::Transfer() : easy(curl_easy_init()), multi_(curl_multi_init()) {
  if (easy == nullptr || multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kConnections);
}

void Transfer::reset() {
  request_headers.reset();
  head.reset();
  error_text[0] = '\0';
  head_too_large = head_shown_ = progress_ = false;
  thrown_ = nullptr;
}

CURLcode Transfer::run(Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  receiver_ = &receiver;
  CURLM* const multi = multi_.get();
  const Cancellation::Hook hook = cancellation.on_cancel([multi] { curl_multi_wakeup(multi); });
  const Added added(multi, easy.get());
  started_ = last_progress_ = SteadyClock::now();
  CURLcode result = CURLE_OK;
  for (;;) {
    int running = 0;
    const CURLMcode code = curl_multi_perform(multi, &running);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (code != CURLM_OK) throw TransportError{TransportError::Why::other, curl_multi_strerror(code), false};
    if (running == 0 && ended(multi, result)) break;
    wait(cancellation);
  }
  note_connection();
  if (head.complete()) show_head();  // of an answer without a body
  return result;
}

// While the handle is in the multi handle: libcurl does not know its connection any more afterwards.
void Transfer::note_connection() {
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (head.framed() || curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK) return;
  if (socket == CURL_SOCKET_BAD || std::find(idle_.begin(), idle_.end(), socket) != idle_.end()) return;
  idle_.push_back(socket);
}

void Transfer::closed(curl_socket_t socket) noexcept { std::erase(idle_, socket); }

// Under TLS, too, as libcurl does it from version 8 on: the tickets that follow a handshake were read with the first
// answer, so what comes later is an answer or the end, or at worst costs a connection that is resumed.
bool Transfer::is_quiet() const {
  return std::all_of(idle_.begin(), idle_.end(), [](curl_socket_t socket) {
    pollfd look{socket, POLLIN, 0};
    return ::poll(&look, 1, 0) == 0;
  });
}

// Until something came, a time-out of libcurl's own is due, or a limit passed.
void Transfer::wait(const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  const Time now = SteadyClock::now();
  if (std::exchange(progress_, false)) last_progress_ = now;
  const Limit limit = next_limit();
  if (now >= limit.when) {
    if (is_message()) show_head();
    throw TransportError{TransportError::Why::timeout,
                         fmt::format(fmt::runtime(limit.missed), static_cast<double>(limit.within.count()) / 1000.0),
                         false};
  }
  const auto left = std::min(std::chrono::ceil<milliseconds>(limit.when - now), kLongestPoll);
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr);
}

bool Transfer::is_message() const { return head.complete() && !is_page(head.status()); }

Transfer::Limit Transfer::next_limit() const {
  const bool message = is_message();
  const milliseconds patience = message ? std::min(silence, kSilenceInMessage) : silence;
  Limit next = head.empty()
                   ? Limit{started_ + first_byte, "no answer within {:g} s", first_byte}
                   : Limit{last_progress_ + patience, "nothing came for {:g} s in the middle of the answer", patience};
  const auto whole = [&next](Time from, milliseconds within) {
    if (from + within < next.when) next = {from + within, "the answer was not whole after {:g} s", within};
  };
  if (message) whole(headed_, kWholeMessage);
  if (total.count() != 0) whole(started_, total);
  return next;
}

void Transfer::show_head() {
  if (std::exchange(head_shown_, true)) return;
  if (head.framed()) receiver_->framed();
  receiver_->head(head.status(), std::move(head.headers()));
}

bool Transfer::received(std::string_view bytes) noexcept {
  progress_ = true;
  try {
    show_head();
    receiver_->piece(bytes);
    return true;
  } catch (...) {
    thrown_ = std::current_exception();
    return false;
  }
}

bool Transfer::received_header(std::string_view line) noexcept {
  progress_ = true;
  try {
    head_too_large = !head.line(line, max_head);
    if (!head.complete()) headed_ = SteadyClock::now();
    return !head_too_large;
  } catch (...) {
    thrown_ = std::current_exception();
    return false;
  }
}

}  // namespace integ::http
