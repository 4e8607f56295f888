#include "http/recorder.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/decode.hpp"

#include <algorithm>
#include <utility>

namespace integ::http {

namespace {

// Hands an answer on while it keeps a copy.
class Tee final : public Receiver {
 public:
  Tee(Receiver& to, Recorded& copy) : to_(to), copy_(copy) {}
  void framed() override {
    framed_ = true;
    to_.framed();
  }
  void head(int status, std::vector<Header> headers) override {
    copy_.status = status;
    copy_.headers = headers;
    to_.head(status, std::move(headers));
  }
  void piece(std::string_view bytes) override {
    copy_.body.append(bytes);
    to_.piece(bytes);
  }
  // Where the frames told the end, a length tells it to who reads the recording.
  void finish() {
    const bool told = std::any_of(copy_.headers.begin(), copy_.headers.end(), [](const Header& header) {
      return equal_ignoring_case(header.name, "Content-Length");
    });
    if (framed_ && !told) copy_.headers.push_back({"Content-Length", std::to_string(copy_.body.size())});
  }

 private:
  Receiver& to_;
  Recorded& copy_;
  bool framed_ = false;
};

// Readable, and masked where a secret stands in it; left as it came where it can't be unpacked.
void unpack(Recorded& exchange, std::size_t most) {
  const auto named = [](std::string_view name) {
    return [name](const Header& header) { return equal_ignoring_case(header.name, name); };
  };
  std::string encoding;
  for (const Header& header : exchange.headers) {
    if (named("Content-Encoding")(header)) encoding = header.value;
  }
  if (encoding.empty() || exchange.body.empty()) return;
  std::string plain;
  try {
    Decoder decoder(encoding, {.max_body = most});
    decoder.feed(exchange.body, plain, [] {});
    decoder.finish();
  } catch (const TransportError&) {
    return;
  }
  exchange.body = std::move(plain);
  std::erase_if(exchange.headers, named("Content-Encoding"));
  std::erase_if(exchange.headers, named("Content-Length"));
  exchange.headers.push_back({"Content-Length", std::to_string(exchange.body.size())});  // its end was told
}

}  // namespace

void Recorder::add(Recorded exchange) {
  unpack(exchange, most_);
  const std::size_t bytes = exchange.body.size() + exchange.request.body.size();
  const std::lock_guard lock(mutex_);
  if (bytes > most_ - bytes_) {
    throw Error(Kind::config, "the recording holds more than " + human_bytes(static_cast<double>(most_)) +
                                  "; record fewer streams or a smaller account");
  }
  bytes_ += bytes;
  exchanges_.push_back(std::move(exchange));
}

std::string Recorder::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  LinkMasks links;
  for (const Recorded& exchange : exchanges_) (out += cassette_line(exchange, secrets_, links)) += '\n';
  return out;
}

std::size_t Recorder::size() const {
  const std::lock_guard lock(mutex_);
  return exchanges_.size();
}

void RecordingTransport::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  Recorded exchange;
  exchange.request = *attempt.request;
  Tee tee(receiver, exchange);
  try {
    under_->perform(attempt, tee, cancellation);
    tee.finish();
  } catch (const TransportError& error) {
    // Of an answer that is no page the status decides, whatever became of its body.
    if (exchange.status == 0 || is_page(exchange.status)) exchange.failure = error;
    recorder_.add(std::move(exchange));
    throw;
  } catch (const Enough&) {  // as much as this run needed is as much as its replay will
    recorder_.add(std::move(exchange));
    throw;
  }
  recorder_.add(std::move(exchange));
}

}  // namespace integ::http
