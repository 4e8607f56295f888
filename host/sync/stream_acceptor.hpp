// For emit_batch with STREAMING: hands records on as they close, while the rest of the body is still to come.
//
// An exchange that breaks after some of them went out is repeated like any other, and what is out already is passed
// over: the repeat has to bring the same records, byte for byte, up to there (a running hash tells), or the exchange
// ends as failed for good. Memory is a record, a batch and what the output's queue holds; while the queue is full
// more() waits, and the server with it.
//
// One for each emission, on the task's thread.
#pragma once

#include "base/clock.hpp"
#include "bridge/backend.hpp"
#include "http/buffer_pool.hpp"
#include "http/decode.hpp"
#include "http/exchange.hpp"
#include "json/stream_slicer.hpp"
#include "sync/body_format.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::sync {

class StreamAcceptor final : public http::Acceptor {
 public:
  // Takes records for good, all of them or, where it throws, none. False: no more are wanted.
  using Sink = std::function<bool(json::Slices records, std::shared_ptr<const void> owner, std::size_t bytes)>;

  struct Options {
    json::SliceOptions slice;
    BodyFormat format;
    std::size_t max_record = 0;  // bytes of one record, and of what stands in front of the first or behind the last
    std::uint64_t enough_at = std::numeric_limits<std::uint64_t>::max();  // so many records are looked at at once
  };
  // `out`: what earlier attempts handed on, of the same request.
  StreamAcceptor(Options options, bridge::Streamed out, Clock& clock, Sink sink);

  void begin() override;
  void head(const http::Answer& answer) override;
  void more(std::string& body) override;
  bool streams() const noexcept override { return true; }
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  // What was handed on by now, earlier attempts included.
  const bridge::Streamed& out() const noexcept { return out_; }
  // Throws what the sink threw.
  void rethrow() const;
  // Everything of the accepted answer but its records; nothing where the sink had enough, or there was no body.
  std::optional<json::Slices> take() { return std::move(rest_); }

 private:
  void look_at(std::string& page);
  bool is_due();
  void hand_on(std::string& page);
  std::size_t pass_over(const std::vector<std::string_view>& records);
  Judgement judge_page(const http::Answer& answer, std::string& page);

  const Options options_;
  Clock& clock_;
  const Sink sink_;
  http::BufferPool buffers_;
  bridge::Streamed out_;

  // Of this attempt.
  bool lines_ = false;
  std::optional<json::StreamSlicer> slicer_;
  std::optional<http::Decoder> unpacker_;  // of a gzip file
  bool sniffed_ = false;                   // it is one, or not
  std::string unpacked_;
  bridge::Streamed seen_;  // records of this body so far
  Steady::time_point last_{};
  std::optional<json::SliceError> failed_;

  // Why no more is wanted.
  bool enough_ = false;
  bool changed_ = false;
  std::exception_ptr thrown_;
  std::optional<json::Slices> rest_;
};

}  // namespace integ::sync
