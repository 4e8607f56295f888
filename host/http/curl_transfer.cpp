#include "http/curl_transfer.hpp"

#include <utility>

namespace integ::http {

void Transfer::reset() {
  request_headers.reset();
  body.clear();
  head.reset();
  error_text[0] = '\0';
  active = paused = progress = head_too_large = false;
  filling_.clear();
  head_published_ = false;
  const std::lock_guard lock(mutex_);
  std::vector<std::string> spares = std::move(shared_.spares);
  shared_ = Shared{};
  shared_.spares = std::move(spares);
}

bool Transfer::received(std::string_view bytes) {
  progress = true;
  if (filling_.size() + bytes.size() > kPublishAt) {
    publish(true);
    const std::lock_guard lock(mutex_);
    if (shared_.untaken > kUntakenLimit) {
      shared_.paused = true;
      paused = true;
      return false;
    }
  }
  if (filling_.capacity() < kPublishAt) filling_.reserve(kPublishAt);
  filling_.append(bytes);
  return true;
}

// Under the lock: moves, no copies.
void Transfer::hand_over(Shared& shared) {
  if (head.complete() && !head_published_) {
    head_published_ = true;
    shared.head = true;
    shared.status = head.status();
    shared.headers = std::move(head.headers());
  }
  if (filling_.empty()) return;
  shared.untaken += filling_.size();
  shared.chunks.push_back(std::move(filling_));
  filling_ = std::string();
  if (!shared.spares.empty()) {
    filling_ = std::move(shared.spares.back());
    shared.spares.pop_back();
  }
}

void Transfer::publish(bool all) {
  if (filling_.empty() || (!all && filling_.size() < kPublishAt)) return;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    hand_over(shared_);
    wake = std::exchange(shared_.waiting, false);
  }
  if (wake) changed_.notify_one();
}

void Transfer::finish(std::optional<TransportError> error) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    hand_over(shared_);
    shared_.error = std::move(error);
    shared_.done = true;
    wake = std::exchange(shared_.waiting, false);
  }
  if (wake) changed_.notify_one();
}

void Transfer::reclaim(std::vector<std::string>& chunks) {
  for (std::string& chunk : chunks) {
    if (shared_.spares.size() >= kSpares) break;
    chunk.clear();
    shared_.spares.push_back(std::move(chunk));
  }
  chunks.clear();
}

void Transfer::recycle(Taken& taken) {
  const std::lock_guard lock(mutex_);
  reclaim(taken.chunks);
}

void Transfer::take(Taken& taken) {
  taken.head = taken.done = taken.resume = false;
  std::unique_lock lock(mutex_);
  reclaim(taken.chunks);
  while (shared_.chunks.empty() && !shared_.done && !shared_.interrupted) {
    shared_.waiting = true;
    changed_.wait(lock);
  }
  shared_.waiting = false;
  if (std::exchange(shared_.interrupted, false)) return;
  taken.head = std::exchange(shared_.head, false);
  if (taken.head) {
    taken.status = shared_.status;
    taken.headers = std::move(shared_.headers);
  }
  taken.chunks.swap(shared_.chunks);
  shared_.untaken = 0;
  taken.resume = std::exchange(shared_.paused, false);
  taken.done = shared_.done;
  taken.error = shared_.error;
}

void Transfer::interrupt() {
  {
    const std::lock_guard lock(mutex_);
    shared_.interrupted = true;
    shared_.waiting = false;
  }
  changed_.notify_one();
}

}  // namespace integ::http
