// A connector of one stream over a real server on loopback, with the page N at /p/N: three records, 10N to 10N+2.
#pragma once

#include "fixture_api/server.hpp"
#include "http/curl_transport.hpp"
#include "support.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace integ::sync::testing {

using fixture_api::Fault;
using fixture_api::FixtureApi;

// How long anything may take before a test calls it a hang.
inline constexpr std::chrono::seconds kPatience{60};

inline std::string path_of(int page) { return "/p/" + std::to_string(page); }

class Loopback {
 public:
  explicit Loopback(int pages = 20, http::Settings with = {}) : settings(std::move(with)) {
    connector.loaded.info.allowed_hosts = {"127.0.0.1"};
    for (int page = 1; page <= pages; ++page) api.set_page(path_of(page), items(10 * page, 10 * page + 2));
  }

  std::string url(int page) const { return api.url(path_of(page)); }
  std::size_t asked(int page) const { return api.count(path_of(page)); }
  // False when the server was not asked for it for a long time.
  bool is_asked(int page, std::size_t times = 1) const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (asked(page) < times) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  integ_status hint(const integ_host& host, integ_http_context* context, int page) const {
    integ_request request{};
    request.size = sizeof request;
    const std::string text = url(page);
    request.url = str(text);
    return host.prefetch(context, &request);
  }
  // From the second page on, hints at so many before each.
  Function pages(int last, int window) const {
    return [this, last, window](const integ_host& host, integ_http_context* context) -> integ_status {
      for (int page = 1; page <= last; ++page) {
        for (int soon = 1; page > 1 && soon <= window; ++soon) EXPECT_EQ(hint(host, context, page + soon), INTEG_OK);
        if (const integ_status status = emit(host, context, url(page)); status != INTEG_OK) return status;
      }
      return INTEG_OK;
    };
  }

  // One read of the stream "orders", and of whatever was declared before.
  ReadResult run(Function function) {
    connector.stream("orders", {.run = std::move(function)});
    const Connected connected(*this);
    return read(*connected.connection, {}, session, request(), {});
  }
  ReadRequest request() const {
    ReadRequest out = everything(connector);
    out.concurrency = concurrency;
    out.limit = limit;
    return out;
  }
  const StreamCounters& counters() { return world.counters.stream("orders"); }
  // Those of "orders", in their order.
  std::vector<std::string> records() const {
    std::vector<std::string> out = session.of("orders");
    std::erase_if(out, [](const std::string& call) { return !call.starts_with("records"); });
    return out;
  }
  static std::vector<std::string> up_to(int last) {
    std::vector<std::string> out;
    for (int page = 1; page <= last; ++page) {
      const std::string id = std::to_string(page);
      out.push_back("records " + id + "0 " + id + "1 " + id + "2");
    }
    return out;
  }

  // The connector's connection, as long as it is needed.
  struct Connected {
    explicit Connected(Loopback& in)
        : transport(in.settings),
          connection(std::make_unique<Connection>(std::make_shared<plugin::Plugin>(), in.connector.loaded, "{}",
                                                  in.settings, transport, in.world.services())) {}
    http::CurlTransport transport;
    std::unique_ptr<Connection> connection;
  };

  World world;
  TestConnector connector;
  http::Settings settings;
  Recorder session;
  int concurrency = 4;
  std::uint64_t limit = 0;
  FixtureApi api;
};

// A handler of the server's that answers nobody until it is let go, or is destroyed.
class Hold {
 public:
  ~Hold() { let_go(); }
  void let_go() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  FixtureApi::Handler handler() {
    return [this](const fixture_api::Request&) {
      std::unique_lock lock(mutex_);
      ++asked_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
      return fixture_api::Response{};
    };
  }
  // False when nobody asked for a long time.
  bool is_asked() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return asked_ > 0; });
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int asked_ = 0;
};

}  // namespace integ::sync::testing
