// What goes out and what comes back. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::http {

struct Header {
  std::string name;
  std::string value;
  bool secret = false;
  bool operator==(const Header&) const = default;
};

struct Request {
  std::string method = "GET";
  std::string url;  // complete, query included; sent as given
  std::vector<Header> headers;
  std::string body;
  std::chrono::milliseconds timeout{0};  // of one attempt; 0: the settings'
  bool retry_safe = false;               // POST or PATCH may be repeated
  bool rebuild = false;                  // one attempt a call; see Client::exchange
  bool login = false;                    // its answer is a secret: no piece of a good one is ever shown
  bool operator==(const Request&) const = default;
};

// A page's bytes. Shared because records are slices of it and outlive the answer; the buffer goes back
// to its pool when the last holder lets go.
using Body = std::shared_ptr<std::string>;

// The answer to one exchange; status 0: none came.
struct Answer {
  int status = 0;
  std::string url;  // after redirects
  std::vector<Header> headers;
  Body body;  // decoded
  std::int64_t received_at_ms = 0;
  bool ignored = false;  // a rule says that this failed answer is none: nothing to emit
  // The body's end was told: by its length, its chunks, or the end marker of its encoding. Else it ended with the
  // connection, and nobody knows whether that was all.
  bool delimited = false;

  // The nth header of that name (any case), or nullptr.
  const std::string* header(std::string_view name, std::uint32_t nth = 0) const noexcept;
};

// The URL of `page` when that page names the origin that `url` leads to and is not of it itself, else "": a request
// that follows a link to somewhere else. Looks into the page only where the origins differ; `beside` are values of it
// that its body no longer has.
std::string linked_from(const Answer& page, std::string_view url, const std::vector<std::string>& beside = {});

// A success that has a body.
bool is_page(int status) noexcept;

// Thrown by Acceptor::more() when the rest of the body is of no use: the transfer ends, its connection is closed, and
// what is there is judged as if it were all.
struct Enough {};

// Judges whole exchanges, so that http knows no slicer and no JSON. Called on the task's own thread.
class Acceptor {
 public:
  enum class Verdict {
    accept,
    cut,        // the document ends too early: transient
    malformed,  // not what was asked for: tried twice
    html,       // a page for people where data was asked for: transient, an auth error after a redirect
    changed,    // not the body that an earlier attempt began with, of which parts are in use: final
    refuse,     // final at once
    too_large,  // the same, as a limit that was exceeded
  };
  struct Judgement {
    Verdict verdict = Verdict::accept;
    std::string message;
    std::string piece{};  // of the body, raw, to be shown behind the message: masked first, then cut
  };
  virtual ~Acceptor() = default;
  // A new attempt begins: forget what was seen.
  virtual void begin() = 0;
  // Status and headers of a 2xx answer; its body is to come.
  virtual void head(const Answer&) {}
  // Bytes of a 2xx body that were decoded so far; `body` grows at its end and may move.
  virtual void more(std::string& body) = 0;
  // Whether more() takes bytes off the front of the body: then `max_body` is no limit on the whole of it, and
  // the acceptor keeps what it leaves there small.
  virtual bool streams() const noexcept { return false; }
  // A 2xx answer is complete. 204 and 205 do not come here.
  virtual Judgement judge(Answer& answer) = 0;
  // The answer's JSON text at a pointer, for rules; "" where there is none.
  virtual std::string value_at(const Answer& answer, std::string_view pointer) = 0;
};

// Shows an acceptor an answer that is there already, as a transfer would: head and body of a 2xx one, in pieces where
// it takes bytes off. What more() throws goes on, but for Enough.
void show(Answer& answer, Acceptor& acceptor);

}  // namespace integ::http
