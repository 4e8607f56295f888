// One transfer under way, and the hand-over of its bytes from the I/O thread to the task's thread.
//
// libcurl calls back with 16 KiB at a time. The I/O thread gathers these in a chunk of its own without a
// lock, and publishes a chunk when it holds kPublishAt bytes or the answer is whole; only then is the lock
// taken and the waiting thread woken, so a small page costs one wake-up. Nothing is copied under the lock.
//
//   task thread:  setup -> (submitted) -> take ... take -> done
//   I/O thread:   received* -> publish* -> finish
//
// Invariants:
//   1. Members under "I/O thread" are touched by it alone between submission and `done`.
//   2. `shared_` is guarded by mutex_.
//   3. Bytes published and not taken, plus the chunk being filled, stay under kUntakenLimit and one
//      libcurl buffer: above it the transfer pauses.
#pragma once

#include "http/curl_handles.hpp"
#include "http/head_parser.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace integ::http {

class Transfer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kPublishAt = 64u << 10;
  static constexpr std::size_t kUntakenLimit = 4u << 20;

  explicit Transfer(EasyHandle handle) : easy(std::move(handle)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes it as new, keeping handle and buffers.
  void reset();

  // ---- I/O thread ----
  // Bytes of the body. False: not now, the transfer is to pause.
  bool received(std::string_view bytes);
  // Hands over what was gathered, when that is worth a wake-up or `all` is asked for.
  void publish(bool all);
  // The answer is whole, or failed.
  void finish(std::optional<TransportError> error);

  // ---- task thread ----
  struct Taken {
    bool head = false;  // `status` and `headers` are set, once
    int status = 0;
    std::vector<Header> headers;
    std::vector<std::string> chunks;
    bool done = false;
    bool resume = false;  // the transfer had paused, and there is room again
    std::optional<TransportError> error;
  };
  // Waits for something new; takes the chunks of the last call back for reuse. An empty result: interrupted.
  void take(Taken& taken);
  // After the last take: the chunks go back, for the next transfer.
  void recycle(Taken& taken);
  // Makes take() return; any thread.
  void interrupt();

  // Set before submission, then only read.
  EasyHandle easy;
  HeaderList request_headers;
  std::string body;
  std::size_t max_head = 0;
  std::chrono::milliseconds first_byte{0};
  std::chrono::milliseconds silence{0};
  std::chrono::milliseconds total{0};

  // ---- I/O thread ----
  HeadParser head;
  char error_text[CURL_ERROR_SIZE] = {};
  bool active = false;  // added to the multi handle
  bool paused = false;
  bool progress = false;  // something came since the last look at time-outs
  bool head_too_large = false;
  Time started;
  Time last_progress;

 private:
  static constexpr std::size_t kSpares = 3;

  struct Shared;
  void hand_over(Shared& shared);
  void reclaim(std::vector<std::string>& chunks);

  std::string filling_;  // I/O thread
  bool head_published_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  struct Shared {
    bool head = false;
    int status = 0;
    std::vector<Header> headers;
    std::vector<std::string> chunks;
    std::vector<std::string> spares;
    std::size_t untaken = 0;
    bool paused = false;
    bool done = false;
    bool interrupted = false;
    bool waiting = false;
    std::optional<TransportError> error;
  } shared_;
};

}  // namespace integ::http
