// Page buffers that are used again. A page of a sync is as large as the one before it, so the buffer of a
// page that was written fits the next one without an allocation.
//
//   Body body = pool.take(content_length);    // empty, with room; goes back when the last holder lets go
//
// Safe from every thread; buffers may outlive the pool. What it keeps is bounded by number and by bytes.
#pragma once

#include "http/exchange.hpp"

#include <cstddef>
#include <memory>

namespace integ::http {

// Behind the page's end: readers of a whole vector may look past it.
inline constexpr std::size_t kSpareCapacity = 64;

class BufferPool {
 public:
  // 16 MiB hold three of the largest pages that are usual (5 MiB).
  explicit BufferPool(std::size_t max_kept_bytes = 16u << 20, std::size_t max_kept = 32);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  Body take(std::size_t expected = 0);
  std::size_t kept() const;

 private:
  struct Shelf;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace integ::http
