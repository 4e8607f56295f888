#include "fixture_api/listener.hpp"

#include "fixture_api/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <list>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <utility>

namespace fixture_api {

using boost::asio::ip::tcp;

class Listener::Impl {
 public:
  Impl(std::uint16_t port, Answerer answerer)
      : answerer_(std::move(answerer)),
        acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), port)),
        port_(acceptor_.local_endpoint().port()),
        accepting_([this] { accept(); }) {}

  ~Impl() { stop(); }

  std::uint16_t port() const { return port_; }
  std::size_t accepted() const { return accepted_; }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(stopping_, true)) return;
      // shutdown(2), not close: it wakes the threads that wait on these sockets and leaves the descriptors to them.
      ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
      for (Connection& connection : connections_) {
        if (!connection.done) ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
      }
    }
    accepting_.join();
    for (Connection& connection : connections_) connection.thread.join();
    connections_.clear();
    acceptor_.close();
  }

 private:
  struct Connection {
    explicit Connection(tcp::socket accepted) : socket(std::move(accepted)) {}
    tcp::socket socket;
    bool done = false;  // guarded by mutex_: the socket is closed, the thread about to end
    std::thread thread;
  };

  void accept() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket(context_);
      acceptor_.accept(socket, error);
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      if (error) continue;  // that client is gone again; the next one is not
      socket.set_option(tcp::no_delay(true), error);
      reap();
      Connection& connection = connections_.emplace_back(std::move(socket));
      const std::uint64_t number = ++accepted_;
      connection.thread = std::thread([this, &connection, number] {
        serve(connection.socket, number, answerer_);
        const std::lock_guard done_lock(mutex_);
        boost::system::error_code ignored;  // the client may have closed first
        connection.socket.shutdown(tcp::socket::shutdown_both, ignored);
        connection.socket.close(ignored);
        connection.done = true;
      });
    }
  }

  // Called with mutex_ held. A connection that is done needs the mutex no more, so joining it here can't block for
  // long.
  void reap() {
    connections_.remove_if([](Connection& connection) {
      if (connection.done) connection.thread.join();
      return connection.done;
    });
  }

  Answerer answerer_;
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::atomic<std::size_t> accepted_ = 0;
  std::thread accepting_;  // last: it uses all of the above
};

Listener::Listener(std::uint16_t port, Answerer answerer) : impl_(std::make_unique<Impl>(port, std::move(answerer))) {}
Listener::~Listener() = default;
std::uint16_t Listener::port() const { return impl_->port(); }
std::size_t Listener::accepted() const { return impl_->accepted(); }
void Listener::stop() { impl_->stop(); }

}  // namespace fixture_api
