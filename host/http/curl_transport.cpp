#include "http/curl_transport.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "http/curl_handles.hpp"
#include "http/curl_setup.hpp"
#include "http/curl_transfer.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace integ::http {

namespace {

constexpr std::size_t kIdleTransfers = 64;  // kept for reuse, each with its connections

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

// Transfers that wait for their next request, those used last at the back.
class IdleTransfers {
 public:
  // The one used last for this origin, its connection the likeliest to be alive; else a new one. Those whose
  // connections ended or said something unasked go.
  std::unique_ptr<Transfer> take(const std::string& origin) {
    while (std::unique_ptr<Transfer> transfer = take_last(origin)) {
      if (transfer->is_quiet()) return transfer;
    }
    return std::make_unique<Transfer>();
  }

  void give_back(std::string origin, std::unique_ptr<Transfer> transfer) {
    Idle oldest;  // closed outside of the lock
    const std::lock_guard lock(mutex_);
    if (idle_.size() == kIdleTransfers) {
      oldest = std::move(idle_.front());
      idle_.pop_front();
    }
    idle_.push_back({std::move(origin), std::move(transfer)});
  }

 private:
  struct Idle {
    std::string origin;
    std::unique_ptr<Transfer> transfer;
  };

  std::unique_ptr<Transfer> take_last(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& each) { return each.origin == origin; });
    if (found == idle_.rend()) return nullptr;
    std::unique_ptr<Transfer> transfer = std::move(found->transfer);
    idle_.erase(std::next(found).base());
    return transfer;
  }

  std::mutex mutex_;
  std::deque<Idle> idle_;  // guarded by mutex_
};

// What a transfer's connections can be used again for. Libcurl has the last word on a URL that is none.
std::string origin_of(const std::string& url) {
  try {
    return Url::parse(url).origin();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

struct CurlTransport::Impl {
  explicit Impl(const Settings& given) : settings(given), trust(trust_store(given)) {}

  const Settings settings;
  const TrustStore trust;
  Share share;  // outlives the transfers that use it
  IdleTransfers idle;
};

CurlTransport::CurlTransport(const Settings& settings) {
  initialise_curl();
  impl_ = std::make_unique<Impl>(settings);
}
CurlTransport::~CurlTransport() = default;

void CurlTransport::perform(const Attempt& attempt, Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  std::string origin = origin_of(attempt.request->url);
  std::unique_ptr<Transfer> transfer = impl_->idle.take(origin);
  transfer->reset();
  set_up(*transfer, attempt, {impl_->settings, impl_->trust, impl_->share.get()});
  const CURLcode code = transfer->run(receiver, cancellation);  // where it throws, its connection is of no use any more
  // One that failed is not used again: after a look-up that failed libcurl 7.88 refuses to have its options set anew.
  if (std::optional<TransportError> error = error_of(*transfer, code, impl_->trust)) throw TransportError(*error);
  impl_->idle.give_back(std::move(origin), std::move(transfer));
}

}  // namespace integ::http
