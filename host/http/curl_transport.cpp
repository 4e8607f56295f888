#include "http/curl_transport.hpp"

#include "http/curl_handles.hpp"
#include "http/curl_setup.hpp"
#include "http/curl_transfer.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <new>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

namespace integ::http {

namespace {

using Shared = std::shared_ptr<Transfer>;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr long kConnections = 128;          // kept open at most, over all hosts
constexpr std::size_t kIdleTransfers = 64;  // kept for reuse
constexpr milliseconds kSweep{50};          // how exact time-outs are
constexpr milliseconds kIdle{60'000};

// libcurl's global state: set up before the first handle, kept for the process's life.
void initialise_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw TransportError{TransportError::Why::other, curl_easy_strerror(code), true};
}

// Names and TLS sessions known to all handles; never connections, which libcurl can't share across threads.
class Share {
 public:
  Share() : handle_(curl_share_init()) {
    if (handle_ == nullptr) throw std::bad_alloc();
    curl_share_setopt(handle_, CURLSHOPT_LOCKFUNC, &Share::lock);
    curl_share_setopt(handle_, CURLSHOPT_UNLOCKFUNC, &Share::unlock);
    curl_share_setopt(handle_, CURLSHOPT_USERDATA, static_cast<void*>(this));
    curl_share_setopt(handle_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl_share_setopt(handle_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  ~Share() { curl_share_cleanup(handle_); }
  CURLSH* get() const noexcept { return handle_; }

 private:
  static void lock(CURL*, curl_lock_data what, curl_lock_access, void* self) {
    static_cast<Share*>(self)->mutexes_[static_cast<std::size_t>(what)].lock();
  }
  static void unlock(CURL*, curl_lock_data what, void* self) {
    static_cast<Share*>(self)->mutexes_[static_cast<std::size_t>(what)].unlock();
  }

  std::array<std::mutex, CURL_LOCK_DATA_LAST> mutexes_;
  CURLSH* handle_;
};

}  // namespace

struct CurlTransport::Impl {
  explicit Impl(const Settings& settings) : settings_(settings), trust_(trust_store(settings)) {
    initialise_curl();
    share_ = std::make_unique<Share>();
    multi_.reset(curl_multi_init());
    if (multi_ == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kConnections);
    thread_ = std::thread([this] { run(); });
  }

  ~Impl() {
    post({Command::What::stop, nullptr});
    thread_.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation);

 private:
  struct Command {
    enum class What { start, resume, abandon, stop } what;
    Shared transfer;
  };

  // ---- any thread ----
  void post(Command command);
  Shared acquire();
  void give_back(Shared transfer);

  // ---- I/O thread ----
  void run();
  bool obey(std::vector<Command>& commands);
  void start(const Shared& transfer);
  void remove(Transfer& transfer, std::optional<TransportError> error);
  void collect();
  void publish();
  void sweep(SteadyClock::time_point now);

  const Settings settings_;
  const TrustStore trust_;
  std::unique_ptr<Share> share_;

  std::mutex pool_mutex_;
  std::vector<Shared> pool_;  // guarded by pool_mutex_

  std::mutex command_mutex_;
  std::vector<Command> commands_;  // guarded by command_mutex_

  // I/O thread alone, but for curl_multi_wakeup.
  MultiHandle multi_;
  std::vector<Shared> active_;
  SteadyClock::time_point next_sweep_ = SteadyClock::time_point::max();
  std::thread thread_;
};

void CurlTransport::Impl::post(Command command) {
  bool first = false;
  {
    const std::lock_guard lock(command_mutex_);
    first = commands_.empty();
    commands_.push_back(std::move(command));
  }
  if (first) curl_multi_wakeup(multi_.get());  // else the thread was woken and has not looked yet
}

Shared CurlTransport::Impl::acquire() {
  {
    const std::lock_guard lock(pool_mutex_);
    if (!pool_.empty()) {
      Shared transfer = std::move(pool_.back());
      pool_.pop_back();
      return transfer;
    }
  }
  EasyHandle easy(curl_easy_init());
  if (easy == nullptr) throw std::bad_alloc();
  return std::make_shared<Transfer>(std::move(easy));
}

void CurlTransport::Impl::give_back(Shared transfer) {
  const std::lock_guard lock(pool_mutex_);
  if (pool_.size() < kIdleTransfers) pool_.push_back(std::move(transfer));
}

void CurlTransport::Impl::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  Shared transfer = acquire();
  transfer->reset();
  set_up(*transfer, attempt, {settings_, trust_, share_->get()});

  // Listening changes nothing that the caller sees of it.
  const Cancellation::Hook hook = cancellation.on_cancel([&transfer] { transfer->interrupt(); });
  post({Command::What::start, transfer});
  Transfer::Taken taken;
  try {
    while (!taken.done) {
      transfer->take(taken);
      cancellation.throw_if_cancelled();
      if (taken.resume) post({Command::What::resume, transfer});
      if (taken.head) receiver.head(taken.status, std::move(taken.headers));
      for (const std::string& chunk : taken.chunks) receiver.piece(chunk);
    }
  } catch (...) {
    // The I/O thread takes the handle out and gives it back; nobody waits for that.
    post({Command::What::abandon, transfer});
    throw;
  }
  transfer->recycle(taken);
  std::optional<TransportError> error = std::move(taken.error);
  give_back(transfer);
  if (error) throw TransportError(std::move(*error));
}

void CurlTransport::Impl::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the threads that expect them

  std::vector<Command> commands;
  for (;;) {
    {
      const std::lock_guard lock(command_mutex_);
      commands.swap(commands_);
    }
    if (!obey(commands)) break;
    commands.clear();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    collect();
    publish();
    const auto now = SteadyClock::now();
    if (now >= next_sweep_) sweep(now);
    const auto wait = active_.empty() ? kIdle : std::chrono::ceil<milliseconds>(next_sweep_ - now);
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::clamp(wait, milliseconds{1}, kIdle).count()),
                    nullptr);
  }
  while (!active_.empty()) {
    remove(*active_.back(), TransportError{TransportError::Why::other, "the transport ended", true});
  }
}

bool CurlTransport::Impl::obey(std::vector<Command>& commands) {
  for (Command& command : commands) {
    switch (command.what) {
      case Command::What::start:
        start(command.transfer);
        break;
      case Command::What::resume:
        if (command.transfer->active && std::exchange(command.transfer->paused, false)) {
          command.transfer->last_progress = SteadyClock::now();
          curl_easy_pause(command.transfer->easy.get(), CURLPAUSE_CONT);
        }
        break;
      case Command::What::abandon:
        if (command.transfer->active) remove(*command.transfer, std::nullopt);
        give_back(std::move(command.transfer));
        break;
      case Command::What::stop:
        return false;
    }
  }
  return true;
}

void CurlTransport::Impl::start(const Shared& transfer) {
  const CURLMcode code = curl_multi_add_handle(multi_.get(), transfer->easy.get());
  if (code != CURLM_OK) {
    transfer->finish(TransportError{TransportError::Why::other, curl_multi_strerror(code), true});
    return;
  }
  transfer->active = true;
  transfer->started = transfer->last_progress = SteadyClock::now();
  next_sweep_ = std::min(next_sweep_, transfer->started + kSweep);
  active_.push_back(transfer);
}

void CurlTransport::Impl::remove(Transfer& transfer, std::optional<TransportError> error) {
  curl_multi_remove_handle(multi_.get(), transfer.easy.get());
  transfer.active = false;
  const auto found =
      std::find_if(active_.begin(), active_.end(), [&](const Shared& each) { return each.get() == &transfer; });
  Shared keep = std::move(*found);  // finish() notifies after the other side may have let go
  *found = std::move(active_.back());
  active_.pop_back();
  if (active_.empty()) next_sweep_ = SteadyClock::time_point::max();
  keep->finish(std::move(error));
}

void CurlTransport::Impl::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    Transfer& transfer = *static_cast<Transfer*>(self);
    std::optional<TransportError> error = error_of(transfer, message->data.result, trust_);
    remove(transfer, std::move(error));
  }
}

void CurlTransport::Impl::publish() {
  for (const Shared& transfer : active_) transfer->publish(false);
}

void CurlTransport::Impl::sweep(SteadyClock::time_point now) {
  using Why = TransportError::Why;
  std::vector<std::pair<Shared, std::string>> late;
  for (const Shared& transfer : active_) {
    Transfer& each = *transfer;
    each.publish(true);  // a slow server's bytes, too, are handed over
    if (std::exchange(each.progress, false)) each.last_progress = now;
    const auto seconds = [](milliseconds time) { return std::to_string(static_cast<double>(time.count()) / 1000.0); };
    if (each.total.count() > 0 && now - each.started >= each.total) {
      late.emplace_back(transfer, "the answer was not whole after " + seconds(each.total) + " s");
    } else if (each.head.empty()) {
      if (now - each.started >= each.first_byte) {
        late.emplace_back(transfer, "no answer within " + seconds(each.first_byte) + " s");
      }
    } else if (!each.paused && now - each.last_progress >= each.silence) {
      late.emplace_back(transfer, "nothing came for " + seconds(each.silence) + " s in the middle of the answer");
    }
  }
  for (auto& [transfer, message] : late) {
    remove(*transfer, TransportError{Why::timeout, std::move(message), false});
  }
  next_sweep_ = now + kSweep;
}

CurlTransport::CurlTransport(const Settings& settings) : impl_(std::make_unique<Impl>(settings)) {}
CurlTransport::~CurlTransport() = default;

void CurlTransport::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  impl_->perform(attempt, receiver, cancellation);
}

}  // namespace integ::http
