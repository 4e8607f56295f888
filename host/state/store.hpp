// Where pipelines keep their bookmarks: by (pipeline, stream).
//
//   auto store = open_sqlite_store(".integ/state.db");
//   auto lease = store->lease("orders");                  // refused while another run holds it
//   store->commit("orders", lease->token(), id, json);    // an older token never overwrites
//
// A store is an interface, so that one on a server can follow; the token is what fences off a run that
// has lost its lease. Safe from every thread. Errors are of kind state and name the file.
#pragma once

#include "model/state.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace integ::state {

// The right to write one pipeline's state, held for one run and given back when destroyed. A lease whose
// process is gone is taken over.
class Lease {
 public:
  virtual ~Lease() = default;
  virtual std::int64_t token() const = 0;
};

struct Entry {
  StreamId stream;
  std::string json;
  std::int64_t updated_at_ms = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // Throws Error (kind state) with owner and pid when another live run has it.
  virtual std::unique_ptr<Lease> lease(const std::string& pipeline) = 0;
  virtual std::vector<Entry> load(const std::string& pipeline) = 0;
  // On the disk when it returns. Throws when the token is older than what the store has seen.
  virtual void commit(const std::string& pipeline, std::int64_t token, const StreamId& stream,
                      const std::string& json) = 0;
  // What a person set (or cleared: "null") since the last run. It goes before what a destination says is
  // durable there, until that pipeline's next commit for the stream.
  virtual void correct(const std::string& pipeline, std::int64_t token, const StreamId& stream,
                       const std::string& json) = 0;
  virtual std::vector<Entry> corrections(const std::string& pipeline) = 0;
  // What a connector changed in its configuration (a rotated token), one text a pipeline whose meaning is the
  // caller's; "" where there is none. Not touched by clear(): credentials outlive a bookmark.
  struct Config {
    std::string json;
    std::int64_t updated_at_ms = 0;
  };
  virtual Config config(const std::string& pipeline) = 0;
  // As commit().
  virtual void keep_config(const std::string& pipeline, std::int64_t token, const std::string& json) = 0;
  // That have a state or a changed configuration.
  virtual std::vector<std::string> pipelines() = 0;
  // Corrects one stream, or all of them, to no state; how many had one.
  virtual std::size_t clear(const std::string& pipeline, const std::optional<StreamId>& stream) = 0;
};

// Makes the file and its folder when they are missing; with `must_exist` a missing file is an error
// (kind config) and nothing is made.
std::unique_ptr<Store> open_sqlite_store(const std::string& path, bool must_exist = false);

}  // namespace integ::state
