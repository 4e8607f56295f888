#include "sync/output.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace integ::sync {
namespace {

constexpr auto kStateInterval = std::chrono::seconds(1);
// How long the queue has to be empty before what is buffered goes out: long enough that a busy run writes
// whole buffers, short enough that a reader sees a slow one move.
constexpr auto kIdle = std::chrono::milliseconds(50);
// Waking the writer for each page costs more than writing it where pages are small (measured with pages of 93 KB: a
// fifth of all CPU time), so it sleeps on until there is a buffer's worth to write, or this long.
constexpr std::size_t kGatherBytes = 1u << 20;
constexpr auto kGather = std::chrono::milliseconds(2);
// A queue that is never empty must not keep states from being confirmed, nor a database from committing.
constexpr auto kFlushInterval = std::chrono::seconds(1);

}  // namespace

Output::Output(protocol::Session& session, Services services, Commit commit, std::uint64_t last_ticket,
               std::size_t capacity_bytes)
    : session_(session),
      services_(services),
      commit_(std::move(commit)),
      capacity_(capacity_bytes),
      ticket_(last_ticket) {
  hook_ = services_.cancellation.on_cancel([this] {
    const std::lock_guard lock(mutex_);
    room_.notify_all();
  });
  next_flush_ = services_.clock.steady() + kFlushInterval;
  writer_ = std::thread([this] { write_all(); });
}

Output::~Output() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    work_.notify_all();
  }
  if (writer_.joinable()) writer_.join();
}

void Output::push(Batch batch) {
  std::unique_lock lock(mutex_);
  // One batch always fits, however large its page is.
  room_.wait(lock, [&] {
    return failed_ || services_.cancellation.cancelled() || queued_bytes_ == 0 ||
           queued_bytes_ + batch.bytes <= capacity_;
  });
  if (failed_) throw Error(*failed_);
  services_.cancellation.throw_if_cancelled();
  queued_bytes_ += batch.bytes;
  queue_.emplace_back(std::move(batch));
  wake_writer();
}

void Output::push_state(const Stream& stream, std::string json) {
  std::unique_lock lock(mutex_);
  // Also of a cancelled run: its records are on their way already.
  room_.wait(lock, [&] {
    return failed_ || services_.cancellation.cancelled() || queued_bytes_ == 0 ||
           queued_bytes_ + json.size() <= capacity_;
  });
  if (failed_) throw Error(*failed_);
  queued_bytes_ += json.size();
  queue_.emplace_back(StateItem{&stream, std::move(json)});
  wake_writer();
}

bool Output::push_event(protocol::Event kind, std::string json, const Stream* stream) {
  const std::lock_guard lock(mutex_);
  if (failed_ || ending_) return false;
  queue_.emplace_back(EventItem{kind, std::move(json), stream});
  hurry_ = true;
  wake_writer();
  return true;
}

void Output::say(protocol::Event kind, std::string json) {
  const auto heard = std::make_shared<bool>(false);
  std::unique_lock lock(mutex_);
  if (failed_) throw Error(*failed_);
  // The writer empties the queue before it ends, and takes nothing more after that.
  if (ending_) throw Error(Kind::output, "the output has been closed already");
  queue_.emplace_front(EventItem{kind, std::move(json), nullptr, heard});
  hurry_ = true;
  wake_writer();
  heard_.wait(lock, [&] { return *heard || failed_; });
  if (!*heard) throw Error(*failed_);
}

void Output::finish() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    work_.notify_all();
  }
  if (writer_.joinable()) writer_.join();
  if (failed_) throw Error(*failed_);
}

bool Output::urgent() const { return ending_ || hurry_ || queued_bytes_ >= std::min(kGatherBytes, capacity_ / 2); }

void Output::wake_writer() {
  if (waits_for_ == WaitsFor::anything || (waits_for_ == WaitsFor::enough && urgent())) work_.notify_one();
}

void Output::gather(std::unique_lock<std::mutex>& lock) {
  waits_for_ = WaitsFor::enough;
  work_.wait_for(lock, kGather, [this] { return urgent(); });
  waits_for_ = WaitsFor::anything;
}

void Output::write_all() {
  try {
    std::optional<Steady::time_point> due;
    bool gathered = false;  // since the queue was empty
    for (;;) {
      std::unique_lock lock(mutex_);
      const auto ready = [this] { return !queue_.empty() || ending_; };
      if (unflushed_ && !work_.wait_for(lock, kIdle, ready)) {  // what was written goes out, its states are stored
        lock.unlock();
        flush(protocol::Flush::ask);
        continue;
      }
      if (due) {
        work_.wait_for(lock, *due - services_.clock.steady(), ready);  // as long as that clock says
      } else {
        work_.wait(lock, ready);
      }
      if (queue_.empty() && ending_) break;
      if (!queue_.empty()) {
        if (!std::exchange(gathered, true)) gather(lock);
        Item item = std::move(queue_.front());
        queue_.pop_front();
        if (queue_.empty()) gathered = hurry_ = false;
        lock.unlock();
        const std::size_t bytes = bytes_of(item);
        write_item(item);
        item = EventItem{};  // lets the page go before room is said to be there
        if (bytes > 0) {
          lock.lock();
          queued_bytes_ -= bytes;
          room_.notify_all();
          lock.unlock();
        }
      } else {
        lock.unlock();
      }
      due = write_due_states(false);
      if (unflushed_ && services_.clock.steady() >= next_flush_) flush(protocol::Flush::ask);
    }
    write_due_states(true);
    commit_up_to(session_.finish());
  } catch (const Error& error) {
    fail(error);
  } catch (const std::exception& error) {
    fail(Error(Kind::internal, std::string("while writing: ") + error.what()));
  }
}

std::size_t Output::bytes_of(const Item& item) {
  if (const auto* batch = std::get_if<Batch>(&item)) return batch->bytes;
  if (const auto* state = std::get_if<StateItem>(&item)) return state->json.size();
  return 0;
}

void Output::write_item(Item& item) {
  unflushed_ = true;
  if (auto* batch = std::get_if<Batch>(&item)) {
    session_.records(*batch);
    services_.counters.stream(batch->stream->name).written.fetch_add(batch->records.size(), std::memory_order_relaxed);
  } else if (auto* state = std::get_if<StateItem>(&item)) {
    Pending& pending = pending_[state->stream];
    pending.json = std::move(state->json);
    if (services_.clock.steady() >= pending.next) write_state(*state->stream, pending);
  } else {
    const auto& event = std::get<EventItem>(item);
    if (const auto found = pending_.find(event.stream); found != pending_.end() && found->second.json) {
      write_state(*event.stream, found->second);
    }
    session_.event(event.kind, event.json);
    if (event.heard) {
      flush(protocol::Flush::now);
      const std::lock_guard lock(mutex_);
      *event.heard = true;
      heard_.notify_all();
    }
  }
}

void Output::write_state(const Stream& stream, Pending& pending) {
  session_.state(stream, *pending.json, ++ticket_);
  unconfirmed_.emplace_back(ticket_, StateItem{&stream, std::move(*pending.json)});
  pending.json.reset();
  pending.next = services_.clock.steady() + kStateInterval;
  unflushed_ = true;
}

std::optional<Steady::time_point> Output::write_due_states(bool all) {
  std::optional<Steady::time_point> due;
  const Steady::time_point now = services_.clock.steady();
  for (auto& [stream, pending] : pending_) {
    if (!pending.json) continue;
    if (all || now >= pending.next) {
      write_state(*stream, pending);
    } else if (!due || pending.next < *due) {
      due = pending.next;
    }
  }
  return due;
}

void Output::flush(protocol::Flush how) { commit_up_to(session_.flush(how)); }

void Output::commit_up_to(std::uint64_t confirmed) {
  unflushed_ = false;
  next_flush_ = services_.clock.steady() + kFlushInterval;
  // Only the newest confirmed state of each stream is worth storing.
  std::map<const Stream*, std::string> newest;
  while (!unconfirmed_.empty() && unconfirmed_.front().first <= confirmed) {
    newest[unconfirmed_.front().second.stream] = std::move(unconfirmed_.front().second.json);
    unconfirmed_.pop_front();
  }
  if (!commit_) return;
  for (const auto& [stream, json] : newest) commit_(*stream, json);
}

void Output::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    failed_ = error;
    queue_.clear();
    queued_bytes_ = 0;
    room_.notify_all();
    heard_.notify_all();
  }
  services_.cancellation.cancel(CancelReason::output_failed);
}

}  // namespace integ::sync
