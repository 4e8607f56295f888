#include "sync/prefetch.hpp"

#include "base/error.hpp"
#include "sync/acceptors.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace integ::sync {

// What a task of the pool and the run's own thread both know.
struct Prefetch::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t under_way = 0;  // guarded by mutex, as is the state of each entry
};

struct Prefetch::Entry {
  enum class State {
    waiting,  // for its thread
    under_way,
    not_sent,  // there was no room for it, or it can't be sent: as if nobody had hinted at it
    failed,
    got,
    unwanted,  // before it began
  };
  explicit Entry(const bridge::Request& asked) : request(asked) {}

  const bridge::Request request;
  State state = State::waiting;
  // While it is under way, the sender's own; then the run's.
  std::optional<http::Early> early;
  std::size_t bytes = 0;  // of the room
  StreamCounters counters;
};

// Keeps the body as it is, as long as there is room: what it is worth is judged by who claims it.
class Prefetch::Keeper final : public http::Acceptor {
 public:
  Keeper(Prefetch& prefetch, Entry& entry, BodyReader reader)
      : prefetch_(prefetch), entry_(entry), reader_(std::move(reader)) {}

  void begin() override {}
  void head(const http::Answer& answer) override { keep(*answer.body); }
  void more(std::string& body) override { keep(body); }
  Judgement judge(http::Answer&) override { return {}; }
  std::string value_at(const http::Answer& answer, std::string_view pointer) override {
    return reader_.value_at(answer, pointer);
  }

 private:
  void keep(const std::string& body) {
    if (!prefetch_.has_room(entry_, body)) throw Error::of_status(INTEG_E_LIMIT, "no room for another body ahead");
  }

  Prefetch& prefetch_;
  Entry& entry_;
  const BodyReader reader_;
};

Prefetch::Prefetch(Connection& connection, Room& room, http::Caller who)
    : connection_(connection), room_(room), who_(std::move(who)), shared_(std::make_shared<Shared>()) {
  if (who_.cancellation == nullptr) return;
  hook_ = who_.cancellation->on_cancel([this] { stop_.cancel(CancelReason::interrupted); });
}

Prefetch::~Prefetch() {
  stop_.cancel(CancelReason::interrupted);
  std::unique_lock lock(shared_->mutex);
  for (const std::shared_ptr<Entry>& entry : entries_) {
    if (entry->state == Entry::State::waiting) entry->state = Entry::State::unwanted;
  }
  shared_->changed.wait(lock, [this] { return shared_->under_way == 0; });
  for (const std::shared_ptr<Entry>& entry : entries_) let_go(*entry);
}

void Prefetch::hint(const bridge::Request& request, std::size_t most) {
  const bool safe = request.http.method == "GET" || request.http.method == "HEAD";
  if (!safe || request.http.rebuild || room_.bytes.load() >= room_.most_bytes) return;
  {
    const std::lock_guard lock(shared_->mutex);
    std::erase_if(entries_, [](const auto& entry) { return entry->state == Entry::State::not_sent; });
    if (entries_.size() >= std::min(most, room_.pool.most())) return;
    for (const std::shared_ptr<Entry>& entry : entries_) {
      if (entry->state == Entry::State::failed || entry->request == request) return;
    }
  }
  auto entry = std::make_shared<Entry>(request);
  entries_.push_back(entry);
  const bool begun = room_.pool.try_add([this, entry, shared = shared_] {
    {
      const std::lock_guard lock(shared->mutex);
      if (entry->state != Entry::State::waiting) return;  // whom it is for asked for it himself, or has ended
      entry->state = Entry::State::under_way;
      ++shared->under_way;
    }
    send(*entry);  // this is there as long as it is under way
  });
  if (!begun) entries_.pop_back();
}

void Prefetch::send(Entry& entry) {
  http::Client::Ahead ahead;
  if (!stop_.cancelled()) {
    http::Caller who = who_;
    who.cancellation = &stop_;
    who.counters = &entry.counters;
    Keeper keeper(*this, entry, {entry.request.reader, connection_.read_limits()});
    ahead = connection_.send_ahead(entry.request, keeper, who);
  }
  // The keeper is shown successes alone, and a rule may take others for one.
  if (ahead.early && ahead.early->answer.body && !has_room(entry, *ahead.early->answer.body)) ahead.early.reset();
  if (!ahead.early) let_go(entry);
  if (who_.counters != nullptr) who_.counters->requests.fetch_add(entry.counters.requests, std::memory_order_relaxed);
  const std::lock_guard lock(shared_->mutex);
  entry.early = std::move(ahead.early);
  entry.state = entry.early ? Entry::State::got : ahead.sent ? Entry::State::failed : Entry::State::not_sent;
  --shared_->under_way;
  shared_->changed.notify_all();
}

std::optional<http::Early> Prefetch::claim(const bridge::Request& request) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const std::shared_ptr<Entry>& entry) { return entry->request == request; });
  if (found == entries_.end()) return std::nullopt;
  const std::shared_ptr<Entry> entry = *found;
  entries_.erase(found);
  std::unique_lock lock(shared_->mutex);
  if (entry->state == Entry::State::waiting) entry->state = Entry::State::unwanted;
  shared_->changed.wait(lock, [&] { return entry->state != Entry::State::under_way; });
  if (entry->early && who_.counters != nullptr) {
    who_.counters->received_bytes.fetch_add(entry->counters.received_bytes, std::memory_order_relaxed);
  }
  let_go(*entry);
  return std::exchange(entry->early, std::nullopt);
}

bool Prefetch::has_room(Entry& entry, const std::string& body) noexcept {
  if (body.capacity() <= entry.bytes) return true;
  const std::size_t more = body.capacity() - entry.bytes;
  entry.bytes += more;
  return room_.bytes.fetch_add(more) + more <= room_.most_bytes;
}

void Prefetch::let_go(Entry& entry) noexcept { room_.bytes.fetch_sub(std::exchange(entry.bytes, 0)); }

}  // namespace integ::sync
