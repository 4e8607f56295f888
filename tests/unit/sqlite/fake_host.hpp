// A host in a few lines: the functions that an adapter without a sink may call, a clock that stands still until it is
// told, and a run that calls the adapter's table in the host's order.
#pragma once

#include "support/folder.hpp"

#include <integ/abi.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sqlite_test {

// The adapter in the built library.
const integ_adapter* adapter();

// Behind the opaque context.
struct FakeContext {
  std::map<std::string, std::string> options;  // text by pointer
  std::vector<std::string> warnings;
  std::string error;
  std::int64_t now_ns = 1'700'000'000'000'000'000;
  bool cancelled = false;
};
const integ_host* fake_host();

struct StreamSpec {
  std::string name = "pokemon";
  std::string schema = R"({"properties":{"name":{"type":"string"},"url":{"type":["null","string"]}}})";
  std::vector<std::string> keys = {"/name"};
  std::string name_space = {};
  std::uint32_t flags = 0;
};

inline constexpr const char* fresh = R"({"sync_mode":"full_refresh","resumes":false})";
inline constexpr const char* incremental = R"({"sync_mode":"incremental","resumes":false})";
inline constexpr const char* resumed = R"({"sync_mode":"incremental","resumes":true})";

// One session. Every call must succeed unless it is one of try_.
class FakeRun {
 public:
  explicit FakeRun(const std::string& path, std::map<std::string, std::string> options = {});
  FakeRun(const FakeRun&) = delete;
  FakeRun& operator=(const FakeRun&) = delete;
  ~FakeRun();  // closes what is open, as after an error

  // Answers the handle that the other calls name the stream by; `again` tells it anew with another schema.
  const integ_stream* stream(const StreamSpec& spec, const std::string& entry = fresh);
  void again(const integ_stream* stream, const std::string& schema, const std::string& entry = fresh);
  std::string restore(const integ_stream* stream);
  void records(const integ_stream* stream, const std::vector<std::string>& records);
  integ_status try_records(const integ_stream* stream, const std::vector<std::string>& records);
  void state(const integ_stream* stream, const std::string& json, std::uint64_t ticket);
  integ_status try_state(const integ_stream* stream, const std::string& json, std::uint64_t ticket);
  // "STARTED", "COMPLETE", ...
  void status(const integ_stream* stream, const std::string& status);
  integ_status try_status(const integ_stream* stream, const std::string& status);
  std::uint64_t flush(std::int32_t how = INTEG_FLUSH_NOW);
  void close();

  FakeContext context;

 private:
  struct Kept;
  integ_session* session_ = nullptr;
  std::vector<Kept*> kept_;
};

// open() alone: its status, and the message that it gave.
struct Opened {
  integ_status status = INTEG_OK;
  std::string message;
};
Opened try_open(std::map<std::string, std::string> options);

using Folder = support::TempFolder;

// Rows as text: columns by "|", a NULL as "NULL", a text in quotes, a NUL in it as "\0"; reals with 17 digits' worth.
std::vector<std::string> rows(const std::string& path, const std::string& sql);
std::string value(const std::string& path, const std::string& sql);  // the first of them
void execute(const std::string& path, const std::string& sql);

}  // namespace sqlite_test
