// BATCH of a Singer tap, by option: records in files of JSON Lines that a message names, instead of a RECORD line each.
//
//   SingerBatches batches(*options.member("batch_config"), sinks, folder);
//   batches.records("orders", lines);
//   batches.state("orders", R"({"updated_at":"2024-01-02"})", 7);
//   SingerBatches::Due due = batches.due();   // BATCH lines to write, then the bookmarks they bring with them
//   batches.safe();                           // 7, once the file with the last record before that state was named
//
// A file is `ROOT/PREFIX` stream `-` run `-` number `.jsonl`, `.jsonl.gz` or `.jsonl.zst`, bare records; a number of
// 64 random bits tells runs apart. It comes into its place, whole, when it holds `batch_size` records or when it is
// asked for; nobody of ours takes it away. A state waits for the file that has the last record which it covers, so that
// a reader who stored a state has stored, or can find, every record before it.
//
// The option is the Singer SDK's `batch_config`, member by member, and zstd beside its gzip. Not thread-safe; owned by
// a session. Errors: kind config for a root that is no folder's name, output for what can't be written.
#pragma once

#include "json/document.hpp"
#include "protocol/sink.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace integ::protocol {

class SingerBatches {
 public:
  struct Due {
    std::string lines;                                           // BATCH messages
    std::vector<std::pair<std::string, std::string>> bookmarks;  // of streams, now that those lines are written
  };

  // `config` was validated; a relative root is below `folder` ("" the working directory), which must exist.
  SingerBatches(const json::Node& config, Sinks& sinks, const std::string& folder);

  void records(const std::string& id, std::span<const std::string_view> lines);
  void state(const std::string& id, std::string_view json, std::uint64_t ticket);
  // No record of the stream, or of any, need be waited for: the file is complete as it is.
  void finish(const std::string& id);
  void finish_all();

  // What has become due since the last call.
  Due due();
  // The highest ticket that no state waits below.
  std::uint64_t safe() const { return waiting_.empty() ? last_ticket_ : *waiting_.begin() - 1; }

 private:
  struct Stream {
    std::unique_ptr<Sink> file;  // nullptr: none is open
    std::string path;
    std::uint64_t records = 0;            // in that file
    std::optional<std::string> held;      // the last state that waits for that file
    std::uint64_t first_held_ticket = 0;  // of those that wait
  };
  void open(const std::string& id, Stream& stream);
  void finish(const std::string& id, Stream& stream);

  Sinks& sinks_;
  std::string start_;  // of every file's path: root and prefix
  std::string run_;
  std::string compression_;
  std::string encoding_;  // as a BATCH tells it
  FileShape shape_;
  std::uint64_t batch_size_;
  std::uint64_t files_ = 0;
  std::map<std::string, Stream> streams_;
  std::set<std::uint64_t> waiting_;  // the first ticket of each stream that holds a state
  std::uint64_t last_ticket_ = 0;
  Due due_;
};

// The property of an adapter's options schema.
std::string batch_option_schema();

}  // namespace integ::protocol
