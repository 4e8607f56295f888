#include "http/buffer_pool.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace integ::http {

struct BufferPool::Shelf {
  mutable std::mutex mutex;
  std::size_t max_bytes = 0;
  std::size_t max_count = 0;
  std::size_t bytes = 0;                              // guarded by mutex, of `buffers`
  std::vector<std::unique_ptr<std::string>> buffers;  // guarded by mutex

  std::unique_ptr<std::string> find(std::size_t expected) {
    const std::lock_guard lock(mutex);
    if (buffers.empty()) return nullptr;
    // The smallest that is large enough, else the largest: a big page's buffer is not spent on a small one.
    auto best = buffers.begin();
    for (auto each = buffers.begin() + 1; each != buffers.end(); ++each) {
      const std::size_t have = (*best)->capacity();
      const std::size_t size = (*each)->capacity();
      if (have < expected ? size > have : size >= expected && size < have) best = each;
    }
    std::unique_ptr<std::string> found = std::move(*best);
    bytes -= found->capacity();
    buffers.erase(best);
    return found;
  }

  void put(std::unique_ptr<std::string> buffer) {
    buffer->clear();
    const std::lock_guard lock(mutex);
    if (buffers.size() >= max_count || bytes + buffer->capacity() > max_bytes) return;
    bytes += buffer->capacity();
    buffers.push_back(std::move(buffer));
  }
};

BufferPool::BufferPool(std::size_t max_kept_bytes, std::size_t max_kept) : shelf_(std::make_shared<Shelf>()) {
  shelf_->max_bytes = max_kept_bytes;
  shelf_->max_count = max_kept;
  shelf_->buffers.reserve(max_kept);  // so that put() needs no memory
}

BufferPool::~BufferPool() = default;

Body BufferPool::take(std::size_t expected) {
  std::unique_ptr<std::string> buffer = shelf_->find(expected + kSpareCapacity);
  if (!buffer) buffer = std::make_unique<std::string>();
  if (buffer->capacity() < expected + kSpareCapacity) buffer->reserve(expected + kSpareCapacity);
  return {buffer.release(), [shelf = shelf_](std::string* used) { shelf->put(std::unique_ptr<std::string>(used)); }};
}

std::size_t BufferPool::kept() const {
  const std::lock_guard lock(shelf_->mutex);
  return shelf_->buffers.size();
}

}  // namespace integ::http
