// One transfer at a time over libcurl, driven by the thread that waits for it.
//
// Each Transfer has a multi handle of its own, and with it the connections that its requests left open. The
// thread in run() is the one that receives, decodes and slices: a page's bytes are in the cache of the core
// that works on them, and no thread wakes another (against one thread that receives for all, measured with
// pages of 185 KB: host/README.md). That a sync's requests overlap is the work of its many threads; a
// multi handle instead of curl_easy_perform is what lets a cancellation or a time-out end every wait.
//
// A Transfer belongs to one thread at a time and is used again, for the same server when it can be.
#pragma once

#include "base/cancellation.hpp"
#include "http/curl_handles.hpp"
#include "http/head_parser.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <cstddef>
#include <exception>
#include <string_view>
#include <vector>

namespace integ::http {

class Transfer {
 private:
  std::vector<curl_socket_t> idle_;  // left open by whole answers of HTTP/1; outlives the handles, which close them

 public:
  Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes it as new, keeping handles and connections.
  void reset();

  // Whether its connections are as their last answers left them. Bytes that came since would be taken for the next
  // answer, and libcurl 7.88 does not look for them. Those of HTTP/2 may say something at any time.
  bool is_quiet() const;

  // Runs what curl_setup.hpp's set_up() prepared, to the end of the answer, and shows it to the receiver. The result is
  // libcurl's. Throws what the receiver threw, TransportError when a time-out passed, and Error of kind
  // cancelled within 50 ms of a cancellation.
  CURLcode run(Receiver& receiver, const Cancellation& cancellation);

  // ---- called by libcurl, inside of run() ----
  // False: the transfer ends, and run() throws.
  bool received(std::string_view bytes) noexcept;
  bool received_header(std::string_view line) noexcept;

  // Called by libcurl, also where it closes what is left in the destructor.
  void closed(curl_socket_t socket) noexcept;

  // Set before run(), then only read.
  EasyHandle easy;
  HeaderList request_headers;
  std::size_t max_head = 0;
  std::chrono::milliseconds first_byte{0};  // limits on waits; 0 of total: none
  std::chrono::milliseconds silence{0};
  std::chrono::milliseconds total{0};

  // What is known when run() returned or threw.
  HeadParser head;
  char error_text[CURL_ERROR_SIZE] = {};
  bool head_too_large = false;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Limit {
    Time when;
    const char* missed;  // what did not happen in time, with {} for the seconds it had
    std::chrono::milliseconds within;
  };

  void note_connection();
  void wait(const Cancellation& cancellation);
  Limit next_limit() const;
  // What comes is no page: its status and headers are there and decide.
  bool is_message() const;
  void show_head();

  MultiHandle multi_;
  Receiver* receiver_ = nullptr;  // while in run()
  bool head_shown_ = false;
  bool progress_ = false;  // something came since last_progress_
  Time started_;
  Time last_progress_;
  Time headed_;                // when the head was complete
  std::exception_ptr thrown_;  // by the receiver; libcurl is C, nothing may unwind through it
};

}  // namespace integ::http
