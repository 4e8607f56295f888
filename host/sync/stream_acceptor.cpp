#include "sync/stream_acceptor.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/transport.hpp"
#include "json/unpack.hpp"
#include "sync/acceptors.hpp"
#include "sync/repeat_guard.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using Judgement = http::Acceptor::Judgement;
using Verdict = http::Acceptor::Verdict;

// Handed on at once: enough that neither the queue nor the output notices the number of batches.
constexpr std::size_t kBatch = 128u << 10;
// With this a batch and the piece that completes it fit in one buffer.
constexpr std::size_t kBuffer = 256u << 10;
// A server that sends a record now and then is not held up until a batch is full.
constexpr std::chrono::seconds kLongestHold{1};
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max() / 2;

// What keeps a batch's views alive.
struct Held {
  http::Body text;
  std::vector<std::string> made;
};

bridge::Streamed with(bridge::Streamed streamed, std::string_view record) noexcept {
  return {streamed.records + 1, fingerprint(record, streamed.hash)};
}

}  // namespace

StreamAcceptor::StreamAcceptor(Options options, bridge::Streamed out, Clock& clock, Sink sink)
    : options_(std::move(options)), clock_(clock), sink_(std::move(sink)), out_(out) {}

void StreamAcceptor::begin() {
  slicer_.reset();
  unpacker_.reset();
  sniffed_ = !options_.format.gzip;
  unpacked_.clear();
  seen_ = {};
  failed_.reset();
  enough_ = changed_ = false;
  rest_.reset();
  last_ = clock_.steady();
}

void StreamAcceptor::head(const http::Answer& answer) {
  lines_ = options_.format.is_lines(answer);
  json::SliceOptions slice = options_.slice;
  slice.lines = lines_;
  slicer_.emplace(std::move(slice));
}

void StreamAcceptor::more(std::string& body) {
  if (!sniffed_) {
    // Some servers call such a file encoded, too: then it has been unpacked already.
    if (body.size() < json::kGzipMark.size()) return;
    if (json::is_gzip(body)) unpacker_.emplace("gzip", http::DecodeLimits{.max_body = kNoLimit});
    sniffed_ = true;
  }
  if (!unpacker_) return look_at(body);
  unpacker_->feed(body, unpacked_, [this] { look_at(unpacked_); });
  body.clear();
}

void StreamAcceptor::look_at(std::string& page) {
  try {
    slicer_->feed(page);
  } catch (const json::SliceError& error) {
    failed_ = error;
    throw http::Enough{};
  }
  if (is_due()) hand_on(page);
  if (page.size() - slicer_->closed_bytes() > options_.max_record) {
    throw http::TransportError{http::TransportError::Why::too_large,
                               "record " + std::to_string(seen_.records + slicer_->closed() + 1) +
                                   ", or what stands around the records, is larger than max_body (" +
                                   std::to_string(options_.max_record) + " bytes)",
                               true};
  }
}

bool StreamAcceptor::is_due() {
  if (slicer_->closed() == 0) return false;
  return slicer_->closed_bytes() >= kBatch || seen_.records + slicer_->closed() >= options_.enough_at ||
         clock_.steady() - last_ >= kLongestHold;
}

// How many of them are out already.
std::size_t StreamAcceptor::pass_over(const std::vector<std::string_view>& records) {
  std::size_t passed = 0;
  while (passed < records.size() && seen_.records < out_.records) seen_ = with(seen_, records[passed++]);
  if (seen_.records == out_.records && seen_.hash != out_.hash) {
    changed_ = true;
    throw http::Enough{};
  }
  return passed;
}

void StreamAcceptor::hand_on(std::string& page) {
  auto held = std::make_shared<Held>();
  held->text = buffers_.take(kBuffer);
  std::vector<std::string_view> records = slicer_->take(page, *held->text);
  last_ = clock_.steady();
  records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(pass_over(records)));
  if (records.empty()) return;
  bridge::Streamed with_these = seen_;
  for (const std::string_view record : records) with_these = with(with_these, record);
  json::Slices slices = slicer_->placed(std::move(records));
  held->made = std::move(slices.made);
  if (!options_.slice.extra.empty()) held->text.reset();  // all of them are copies
  std::size_t bytes = held->text ? held->text->capacity() : 0;
  for (const std::string& made : held->made) bytes += made.capacity();
  try {
    enough_ = !sink_(std::move(slices), std::move(held), bytes);
  } catch (...) {
    thrown_ = std::current_exception();  // no fault of the exchange: it goes around the client
    throw http::Enough{};
  }
  seen_ = out_ = with_these;
  if (enough_) throw http::Enough{};
}

http::Acceptor::Judgement StreamAcceptor::judge(http::Answer& answer) {
  if (!thrown_ && !enough_ && !changed_ && !failed_) {
    try {
      if (!unpacker_) {
        rest_.reset();
        return judge_page(answer, *answer.body);
      }
      unpacker_->finish();
      return judge_page(answer, unpacked_);
    } catch (const http::Enough&) {
    } catch (const http::TransportError& error) {
      return {Verdict::cut, error.message};
    } catch (const json::SliceError& error) {
      failed_ = error;
    }
  }
  if (thrown_ || enough_) return {};
  if (changed_) {
    return {Verdict::changed, "the body is another one than before: " + with_separators(out_.records) +
                                  " records of it were read and passed on when the connection broke, and it no longer "
                                  "begins with these"};
  }
  const std::string& page = unpacker_ ? unpacked_ : *answer.body;
  const std::size_t dropped = slicer_->dropped();
  if (failed_->why == json::SliceError::Why::cut && dropped > 0) {
    return {Verdict::cut, "the body ends too early: " + failed_->message};
  }
  json::SliceError error = *failed_;
  error.offset -= std::min(error.offset, dropped);
  return judgement_of(error, page);
}

http::Acceptor::Judgement StreamAcceptor::judge_page(const http::Answer& answer, std::string& page) {
  const bool nothing_kept = page.empty() && slicer_->dropped() > 0;  // it ended with a line's end
  if (lines_ && !unpacker_ && !nothing_kept && is_torn(answer, page)) return torn_judgement();
  slicer_->end(page);
  if (slicer_->closed() > 0) hand_on(page);
  if (seen_.records < out_.records) {
    changed_ = true;
    throw http::Enough{};
  }
  rest_ = slicer_->rest(page);
  return {};
}

std::string StreamAcceptor::value_at(const http::Answer& answer, std::string_view pointer) {
  if (!rest_) return BodyReader().value_at(answer, pointer);
  try {
    const json::Node* node = rest_->skeleton.find(pointer);
    return node == nullptr ? std::string() : std::string(node->text);
  } catch (const Error&) {
    return {};  // no pointer
  }
}

void StreamAcceptor::rethrow() const {
  if (thrown_) std::rethrow_exception(thrown_);
}

}  // namespace integ::sync
