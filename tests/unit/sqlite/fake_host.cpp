#include "fake_host.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <charconv>
#include <dlfcn.h>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace sqlite_test {
namespace {

FakeContext& of(integ_http_context* context) { return *reinterpret_cast<FakeContext*>(context); }
integ_http_context* raw(FakeContext& context) { return reinterpret_cast<integ_http_context*>(&context); }
integ_str str(std::string_view text) { return {text.data(), text.size()}; }
std::string copy(integ_str text) { return text.data == nullptr ? std::string() : std::string(text.data, text.size); }

// The one document is the options; the context itself stands for its root.
const integ_node* document(integ_http_context* context, std::int32_t which) {
  return which == INTEG_DOC_OPTIONS ? reinterpret_cast<const integ_node*>(context) : nullptr;
}

integ_status get(integ_http_context* context, const integ_node*, integ_str pointer, integ_value* value) {
  value->kind = INTEG_ABSENT;
  const auto found = of(context).options.find(copy(pointer));
  if (found == of(context).options.end()) return INTEG_OK;
  value->kind = INTEG_STRING;
  value->text = str(found->second);
  return INTEG_OK;
}

void log(integ_http_context* context, std::int32_t level, integ_str message) {
  if (level == INTEG_LOG_WARN) of(context).warnings.push_back(copy(message));
}
std::int32_t cancelled(integ_http_context* context) { return of(context).cancelled ? 1 : 0; }
std::int64_t now_ns(integ_http_context* context) { return of(context).now_ns; }
integ_status fail(integ_http_context* context, integ_status status, integ_str message) {
  of(context).error = copy(message);
  return status;
}
integ_str error(integ_http_context* context) { return str(of(context).error); }

struct Close {
  void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

std::string shown(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return "NULL";
    case SQLITE_INTEGER:
      return std::to_string(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: {
      std::array<char, 64> buffer{};
      const auto end =
          std::to_chars(buffer.data(), buffer.data() + buffer.size(), sqlite3_column_double(statement, column));
      return "real " + std::string(buffer.data(), end.ptr);
    }
    default: {
      std::string text = "'";
      const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      for (const char c : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)))) {
        text += c == '\0' ? std::string("\\0") : std::string(1, c);
      }
      return text + "'";
    }
  }
}

}  // namespace

const integ_adapter* adapter() {
  static const integ_adapter* const found = [] {
    void* const library = dlopen(SQLITE_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    using Entry = const integ_plugin* (*)(const integ_host*);
    const auto entry = reinterpret_cast<Entry>(dlsym(library, INTEG_ENTRY_SYMBOL));
    if (entry == nullptr) throw std::runtime_error(dlerror());
    return entry(fake_host())->adapters[0];
  }();
  return found;
}

const integ_host* fake_host() {
  static const integ_host host = [] {
    integ_host table{};
    table.size = sizeof table;
    table.document = document;
    table.get = get;
    table.log = log;
    table.cancelled = cancelled;
    table.now_ns = now_ns;
    table.fail = fail;
    table.error = error;
    return table;
  }();
  return &host;
}

// A stream and the texts that it points to.
struct FakeRun::Kept {
  StreamSpec spec;
  std::vector<integ_field> keys;
  integ_stream stream{};
};

FakeRun::FakeRun(const std::string& path, std::map<std::string, std::string> options) {
  context.options = std::move(options);
  context.options["/path"] = path;
  const integ_status status = adapter()->open(adapter()->self, fake_host(), raw(context), nullptr, &session_);
  if (status != INTEG_OK) throw std::runtime_error(context.error);
}

FakeRun::~FakeRun() {
  if (session_ != nullptr) adapter()->close(session_, INTEG_E_INTERNAL);
  for (Kept* kept : kept_) std::unique_ptr<Kept>{kept};
}

const integ_stream* FakeRun::stream(const StreamSpec& spec, const std::string& entry) {
  auto kept = std::make_unique<Kept>();
  kept->spec = spec;
  for (const std::string& key : kept->spec.keys) kept->keys.push_back({str(key), 0, 0});
  kept->stream.size = sizeof(integ_stream);
  kept->stream.flags = spec.flags;
  kept->stream.name = str(kept->spec.name);
  kept->stream.name_space = str(kept->spec.name_space);
  kept->stream.json_schema = str(kept->spec.schema);
  kept->stream.primary_key = kept->keys.data();
  kept->stream.primary_key_count = kept->keys.size();
  kept_.push_back(kept.release());
  const integ_stream* const stream = &kept_.back()->stream;
  EXPECT_EQ(adapter()->stream(session_, stream, str(entry)), INTEG_OK) << context.error;
  return stream;
}

void FakeRun::again(const integ_stream* stream, const std::string& schema, const std::string& entry) {
  for (Kept* kept : kept_) {
    if (&kept->stream != stream) continue;
    kept->spec.schema = schema;
    kept->stream.json_schema = str(kept->spec.schema);
  }
  EXPECT_EQ(adapter()->stream(session_, stream, str(entry)), INTEG_OK) << context.error;
}

std::string FakeRun::restore(const integ_stream* stream) {
  integ_str state{};
  EXPECT_EQ(adapter()->restore(session_, stream, &state), INTEG_OK) << context.error;
  return copy(state);
}

integ_status FakeRun::try_records(const integ_stream* stream, const std::vector<std::string>& records) {
  std::vector<integ_str> slices;
  for (const std::string& record : records) slices.push_back(str(record));
  integ_batch batch{};
  batch.size = sizeof batch;
  batch.stream = stream;
  batch.records = slices.data();
  batch.record_count = slices.size();
  batch.extracted_at_ms = 1'704'164'645'678;
  return adapter()->records(session_, &batch);
}

void FakeRun::records(const integ_stream* stream, const std::vector<std::string>& records) {
  EXPECT_EQ(try_records(stream, records), INTEG_OK) << context.error;
}

integ_status FakeRun::try_state(const integ_stream* stream, const std::string& json, std::uint64_t ticket) {
  return adapter()->state(session_, stream, str(json), ticket);
}

void FakeRun::state(const integ_stream* stream, const std::string& json, std::uint64_t ticket) {
  EXPECT_EQ(try_state(stream, json, ticket), INTEG_OK) << context.error;
}

integ_status FakeRun::try_status(const integ_stream* stream, const std::string& status) {
  std::string event = R"({"stream":")" + copy(stream->name) + '"';
  if (stream->name_space.size > 0) event += R"(,"namespace":")" + copy(stream->name_space) + '"';
  event += R"(,"status":")" + status + R"(","emitted_at":1704164645678})";
  return adapter()->event(session_, INTEG_EVENT_STREAM_STATUS, str(event));
}

void FakeRun::status(const integ_stream* stream, const std::string& status) {
  EXPECT_EQ(try_status(stream, status), INTEG_OK) << context.error;
}

std::uint64_t FakeRun::flush(std::int32_t how) {
  std::uint64_t confirmed = 0;
  EXPECT_EQ(adapter()->flush(session_, how, &confirmed), INTEG_OK) << context.error;
  return confirmed;
}

void FakeRun::close() {
  integ_session* const session = session_;
  session_ = nullptr;
  EXPECT_EQ(adapter()->close(session, INTEG_OK), INTEG_OK) << context.error;
}

Opened try_open(std::map<std::string, std::string> options) {
  FakeContext context;
  context.options = std::move(options);
  integ_session* session = nullptr;
  const integ_status status = adapter()->open(adapter()->self, fake_host(), raw(context), nullptr, &session);
  if (session != nullptr) adapter()->close(session, INTEG_OK);
  return {status, context.error};
}

std::vector<std::string> rows(const std::string& path, const std::string& sql) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, Close> database(opened);
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(opened));
  sqlite3_busy_timeout(opened, 10'000);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(opened, sql.data(), static_cast<int>(sql.size()), &prepared, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(opened));
  }
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
  std::vector<std::string> result;
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    std::string row;
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) row += (i == 0 ? "" : "|") + shown(prepared, i);
    result.push_back(row);
  }
  if (step != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(opened));
  return result;
}

std::string value(const std::string& path, const std::string& sql) {
  const auto found = rows(path, sql);
  return found.empty() ? "no row" : found.front();
}

void execute(const std::string& path, const std::string& sql) { rows(path, sql); }

}  // namespace sqlite_test
