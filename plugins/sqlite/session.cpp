#include "session.hpp"

#include "instant.hpp"
#include "schema.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace integ_sqlite {
namespace {

// Often enough that little is read again after a kill and that others get at the file; seldom enough that the
// disk's sync (some 5 ms) is not what a run waits for.
constexpr std::int64_t oldest_ns = 500'000'000;
constexpr std::size_t most_records = 50'000;
constexpr std::size_t most_bytes = std::size_t{32} << 20U;
// The gap that a busy run leaves after each commit, in which another process's look at the lock (1 ms apart)
// finds it free. SQLite's lock knows no queue: without the gap one run can keep the other out to its end.
constexpr std::chrono::milliseconds gap(2);

}  // namespace

Session::Session(const integ::AdapterContext& context, Options options)
    : context_(context), options_(std::move(options)), database_(options_.path, context) {
  // Of a new file only. API records are about 1 KB: pages of 8 KiB waste less of themselves on them than SQLite's
  // 4 KiB (measured with records of 0.8 KB: a fifth less CPU, a quarter less time).
  database_.run("PRAGMA page_size = 8192");
  // WAL: readers see the last commit while a run writes; where a file system can't do it, SQLite stays with its
  // journal, which is as safe. FULL: a confirmed state is on the disk even when the power fails; at two commits
  // a second the sync costs next to nothing.
  database_.run("PRAGMA journal_mode = WAL");
  database_.run("PRAGMA synchronous = FULL");
  database_.run("PRAGMA cache_size = -16384");  // KiB: keys of large tables fit, and the process stays small
  database_.run("BEGIN IMMEDIATE");
  Ledger::create(database_);
  database_.run("COMMIT");
  ledger_.emplace(database_, options_.pipeline);
}

template <class Work>
void Session::guarded(Work&& work) {
  if (broken_) throw integ::AdapterFailure(*broken_);
  try {
    work();
  } catch (const integ::AdapterFailure& failure) {
    broken_ = failure;
    database_.rollback();
    throw;
  } catch (const std::exception& failure) {
    broken_.emplace(INTEG_E_INTERNAL, failure.what());
    database_.rollback();
    throw;
  }
}

Session::Open& Session::open_of(const integ_stream* id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) {
    throw integ::AdapterFailure(INTEG_E_ARGUMENT, "records or a state of a stream that was not announced");
  }
  return found->second;
}

void Session::stream(const integ::AdapterStream& stream, std::string_view entry_json) {
  guarded([&] {
    const Entry entry = entry_of(entry_json);
    const auto properties = properties_of(stream.json_schema());
    begin();
    Open& open = streams_[stream.id()];
    if (!open.writer) {
      const StreamName name{std::string(stream.name()), std::string(stream.name_space())};
      open.writer = std::make_unique<Writer>(database_, *ledger_, context_, name, options_.mode);
    }
    open.goes_on = entry.incremental || stream.resumable();
    if (entry.resumes) open.writer->resumes(true);
    open.writer->open(properties, stream.primary_key());
    if (pending_records_ == 0) commit();  // the table is there, and nobody waits for the lock while pages come
  });
}

// "null" where the file has no state: its rows, if any, are covered by none, and a bookmark that the host has from
// another file would leave a hole.
std::optional<std::string> Session::restore(const integ::AdapterStream& stream) {
  std::string result = "null";
  guarded([&] {
    Open& open = open_of(stream.id());
    if (const auto state = ledger_->state_of(open.writer->stream())) result = *state;
    // The entry was made before the host knew of this state, or of there being none.
    open.writer->resumes(open.goes_on && says_something(result));
  });
  return result;
}

void Session::records(const integ::AdapterBatch& batch) {
  guarded([&] {
    Writer& writer = *open_of(batch.stream()).writer;
    begin();
    writer.begin();
    const std::string extracted_at = instant(batch.extracted_at_ms());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      writer.insert(batch[i], extracted_at);
      pending_bytes_ += batch[i].size();
    }
    pending_records_ += batch.size();
    if (due()) commit();
  });
}

void Session::state(const integ::AdapterStream& stream, std::string_view json, std::uint64_t ticket) {
  guarded([&] {
    Open& open = open_of(stream.id());
    Writer& writer = *open.writer;
    begin();
    // One that comes before the stream has started was set by a person and is what the run goes by. Where they have
    // taken it away, the run starts from nothing, and what it brings again goes with its first record.
    const bool set = !open.started && !writer.begun();
    if (set) writer.resumes(says_something(json));
    if (!set || says_something(json) || writer.mode() == Mode::append) writer.begin();
    ledger_->store_state(writer.stream(), json, ticket, writer.last_row(), instant(context_.now_ns() / 1'000'000));
    pending_ticket_ = ticket;
    if (due()) commit();
  });
}

void Session::event(std::int32_t kind, std::string_view json) {
  if (kind != INTEG_EVENT_STREAM_STATUS) return;
  guarded([&] {
    const StreamStatus told = status_of(json);
    const StreamName name{told.stream, told.name_space};
    for (auto& [id, open] : streams_) {
      if (open.writer->stream() != name) continue;
      open.started = true;
      if (told.status != "COMPLETE" || open.writer->mode() != Mode::replace) continue;
      begin();
      open.writer->complete();
      commit();
    }
  });
}

std::uint64_t Session::flush(integ::Flush how) {
  // What was committed before a failure stays safe; the failure itself has been told.
  if (broken_) return committed_ticket_;
  guarded([&] {
    if (how == integ::Flush::now || due()) commit();
  });
  return committed_ticket_;
}

// Rows behind the last state do no harm, whatever ended the run: the next one overwrites them or takes them out.
void Session::close(integ_status /*how_it_ended*/) {
  if (broken_) return;
  guarded([&] { commit(); });
  streams_.clear();
}

void Session::begin() {
  if (database_.in_transaction()) return;
  // IMMEDIATE: the wait for another writer is here, where waiting is possible, and never in mid-transaction.
  database_.run("BEGIN IMMEDIATE");
  begun_ns_ = context_.now_ns();
  const bool changed = database_.number("PRAGMA schema_version") != schema_version_;
  for (auto& [id, open] : streams_) {
    if (open.writer) open.writer->enter(changed);
  }
}

void Session::commit() {
  if (!database_.in_transaction()) return;
  schema_version_ = database_.number("PRAGMA schema_version");
  database_.run("COMMIT");
  committed_ticket_ = pending_ticket_;
  const bool busy = pending_records_ > 0;
  pending_records_ = 0;
  pending_bytes_ = 0;
  if (busy) std::this_thread::sleep_for(gap);
}

bool Session::due() const {
  return database_.in_transaction() && (context_.now_ns() - begun_ns_ >= oldest_ns ||
                                        pending_records_ >= most_records || pending_bytes_ >= most_bytes);
}

}  // namespace integ_sqlite
