// The store in one SQLite file, for runs on one machine. Three tables:
//
//   states   one row a (pipeline, stream, namespace), with the token that wrote it; by_hand marks what a
//            person set, and the state 'null' what a person cleared
//   configs  one row a pipeline whose connector changed its configuration (since version 2)
//   leases   one row a pipeline that was ever run: its highest token, and who holds it (pid NULL: nobody)
//
// A lease row is never deleted, or tokens would begin anew and an old run's could be the newest again.

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "state/lease_lock.hpp"
#include "state/process.hpp"
#include "state/sqlite.hpp"
#include "state/store.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace integ::state {
namespace {

constexpr std::int64_t kApplicationId = 0x696E7467;  // "intg": which databases are ours
constexpr std::int64_t kVersion = 2;

constexpr const char* kSchema = R"(
  CREATE TABLE states (
    pipeline TEXT NOT NULL, stream TEXT NOT NULL, namespace TEXT NOT NULL,
    state TEXT NOT NULL, token INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL,
    by_hand INTEGER NOT NULL,
    PRIMARY KEY (pipeline, stream, namespace)) WITHOUT ROWID;
  CREATE TABLE leases (
    id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL UNIQUE, token INTEGER NOT NULL,
    host TEXT, boot TEXT, pid INTEGER, process_started INTEGER, acquired_at_ms INTEGER);
  PRAGMA application_id = 1768846439;
)";
// From version 1 to 2, and a new file's last step.
constexpr const char* kVersion2 = R"(
  CREATE TABLE configs (
    pipeline TEXT PRIMARY KEY, config TEXT NOT NULL, token INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = 2;
)";
static_assert(kApplicationId == 1768846439 && kVersion == 2, "the numbers in the schemas");

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t single_number(const Database& database, std::string_view sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.number(0) : 0;
}

// Others must not read the bookmarks, which may hold what a connector was told. SQLite makes its side files
// with the rights of this one. The file appears whole and closed: a descriptor of it that is closed in a
// process where another store has it open would take that one's locks away.
void make_private_file(const std::string& path) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) throw Error(Kind::state, "state store " + path + ": cannot be made: " + std::strerror(errno));
  ::close(fd);
  // A file that someone else made meanwhile is as good; without hard links SQLite makes it.
  ::link(temporary.c_str(), path.c_str());
  ::unlink(temporary.c_str());
}

void make_ready(const std::string& path, bool must_exist) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  if (must_exist) {
    throw Error(Kind::config, "there is no state store " + path + " yet; the first run of a pipeline makes it");
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error(Kind::state,
                "state store " + path + ": cannot make the folder " + folder.string() + ": " + error.message());
  }
  make_private_file(path);
}

// Refuses what is not ours before anything in the file is changed.
void bring_up_to_date(Database& database) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Kind::state, "state store " + database.path() + ": " + why);
  };
  Transaction transaction(database);
  const std::int64_t id = single_number(database, "PRAGMA application_id");
  const std::int64_t version = single_number(database, "PRAGMA user_version");
  if (id != kApplicationId) {
    if (id != 0 || version != 0 || single_number(database, "SELECT count(*) FROM sqlite_schema") != 0) {
      refuse("the database belongs to something else; name another file under `state: {path: ...}`");
    }
    database.execute(kSchema);
    database.execute(kVersion2);
  } else if (version < kVersion) {
    database.execute(kVersion2);
  } else if (version > kVersion) {
    refuse("a newer integ has written it (version " + std::to_string(version) + ", this one knows " +
           std::to_string(kVersion) + ")");
  }
  transaction.commit();
}

// To switch, SQLite needs the file alone, and does not wait for it by the busy timeout. Where a file system
// has no shared memory, SQLite stays with the rollback journal, which is as safe.
void use_write_ahead_log(Database& database) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
  for (;;) {
    const int code = sqlite3_exec(database.handle(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xFF) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) database.fail(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// The connection and its lock; shared by the store and the leases it gave out.
struct Shared {
  explicit Shared(const std::string& path) : database(path) {
    bring_up_to_date(database);
    use_write_ahead_log(database);
    database.execute("PRAGMA synchronous = FULL");
  }
  std::mutex mutex;
  Database database;  // guarded by mutex
};

class SqliteLease final : public Lease {
 public:
  SqliteLease(std::shared_ptr<Shared> shared, std::string pipeline, std::int64_t token, LeaseLock lock)
      : shared_(std::move(shared)), pipeline_(std::move(pipeline)), token_(token), lock_(std::move(lock)) {}
  SqliteLease(const SqliteLease&) = delete;
  SqliteLease& operator=(const SqliteLease&) = delete;
  ~SqliteLease() override {
    // First: whoever sees the lock sees an owner beside it. A run that takes over in between has a newer token.
    lock_.reset();
    try {
      const std::lock_guard guard(shared_->mutex);
      Statement(shared_->database, "UPDATE leases SET pid = NULL WHERE pipeline = ?1 AND token = ?2")
          .bind(1, pipeline_)
          .bind(2, token_)
          .run();
    } catch (const Error&) {
      // The next run sees by the lock, or by the process, that nobody holds the lease.
    }
  }
  std::int64_t token() const override { return token_; }

 private:
  std::shared_ptr<Shared> shared_;
  std::string pipeline_;
  std::int64_t token_;
  std::optional<LeaseLock> lock_;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::string& path) : shared_(std::make_shared<Shared>(path)) {}

  std::unique_ptr<Lease> lease(const std::string& pipeline) override {
    const std::lock_guard guard(shared_->mutex);
    Database& database = shared_->database;
    Transaction transaction(database);
    Statement(database, "INSERT INTO leases (pipeline, token) VALUES (?1, 0) ON CONFLICT DO NOTHING")
        .bind(1, pipeline)
        .run();
    Statement row(database,
                  "SELECT id, token, host, boot, pid, process_started, acquired_at_ms FROM leases WHERE pipeline = ?1");
    row.bind(1, pipeline).step();
    const Process owner{.host = row.text(2), .boot = row.text(3), .pid = row.number(4), .started = row.number(5)};
    LeaseLock lock(database.path() + ".lock", row.number(0));
    const bool held = lock.outcome() == LeaseLock::Outcome::held_by_another ||
                      (lock.outcome() == LeaseLock::Outcome::unsupported && !row.null(4) && may_be_alive(owner));
    if (held) refuse(pipeline, owner, row.number(6));
    const std::int64_t token = row.number(1) + 1;
    const Process me = this_process();
    Statement(database,
              "UPDATE leases SET token = ?2, host = ?3, boot = ?4, pid = ?5, process_started = ?6, acquired_at_ms = ?7 "
              "WHERE pipeline = ?1")
        .bind(1, pipeline)
        .bind(2, token)
        .bind(3, me.host)
        .bind(4, me.boot)
        .bind(5, me.pid)
        .bind(6, me.started)
        .bind(7, now_ms())
        .run();
    transaction.commit();
    return std::make_unique<SqliteLease>(shared_, pipeline, token, std::move(lock));
  }

  std::vector<Entry> load(const std::string& pipeline) override { return entries(pipeline, "state <> 'null'"); }
  std::vector<Entry> corrections(const std::string& pipeline) override { return entries(pipeline, "by_hand = 1"); }

  void commit(const std::string& pipeline, std::int64_t token, const StreamId& stream,
              const std::string& json) override {
    write(pipeline, token, stream, json, false);
  }
  void correct(const std::string& pipeline, std::int64_t token, const StreamId& stream,
               const std::string& json) override {
    write(pipeline, token, stream, json, true);
  }

  Config config(const std::string& pipeline) override {
    const std::lock_guard guard(shared_->mutex);
    Statement row(shared_->database, "SELECT config, updated_at_ms FROM configs WHERE pipeline = ?1");
    return row.bind(1, pipeline).step() ? Config{row.text(0), row.number(1)} : Config{};
  }

  void keep_config(const std::string& pipeline, std::int64_t token, const std::string& json) override {
    const std::lock_guard guard(shared_->mutex);
    Database& database = shared_->database;
    Transaction transaction(database);
    require_newest(pipeline, token);
    Statement(database,
              "INSERT INTO configs (pipeline, config, token, updated_at_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
              "UPDATE SET config = excluded.config, token = excluded.token, updated_at_ms = excluded.updated_at_ms")
        .bind(1, pipeline)
        .bind(2, json)
        .bind(3, token)
        .bind(4, now_ms())
        .run();
    transaction.commit();
  }

  std::vector<std::string> pipelines() override {
    const std::lock_guard guard(shared_->mutex);
    Statement rows(shared_->database,
                   "SELECT pipeline FROM states WHERE state <> 'null' UNION SELECT pipeline FROM configs ORDER BY 1");
    std::vector<std::string> names;
    while (rows.step()) names.push_back(rows.text(0));
    return names;
  }

  std::size_t clear(const std::string& pipeline, const std::optional<StreamId>& stream) override {
    const std::lock_guard guard(shared_->mutex);
    // The row stays, or a destination that keeps the state too would give it back.
    const std::string where = stream ? " AND stream = ?2 AND namespace = ?3" : "";
    Statement clear(shared_->database,
                    "UPDATE states SET state = 'null', by_hand = 1 WHERE pipeline = ?1 AND state <> 'null'" + where);
    clear.bind(1, pipeline);
    if (stream) clear.bind(2, stream->name).bind(3, stream->name_space);
    clear.run();
    return static_cast<std::size_t>(sqlite3_changes(shared_->database.handle()));
  }

 private:
  std::vector<Entry> entries(const std::string& pipeline, const std::string& which) {
    const std::lock_guard guard(shared_->mutex);
    Statement rows(shared_->database,
                   "SELECT stream, namespace, state, updated_at_ms FROM states WHERE pipeline = ?1 AND " + which +
                       " ORDER BY stream, namespace");
    rows.bind(1, pipeline);
    std::vector<Entry> out;
    while (rows.step()) out.push_back({{rows.text(0), rows.text(1)}, rows.text(2), rows.number(3)});
    return out;
  }

  // Inside a transaction.
  void require_newest(const std::string& pipeline, std::int64_t token) {
    Statement newest(shared_->database, "SELECT token FROM leases WHERE pipeline = ?1");
    if (newest.bind(1, pipeline).step() && newest.number(0) == token) return;
    throw Error(Kind::state, "state store " + shared_->database.path() + ": another run has taken the pipeline '" +
                                 pipeline + "' over; this one may no longer store its state");
  }

  void write(const std::string& pipeline, std::int64_t token, const StreamId& stream, const std::string& json,
             bool by_hand) {
    const std::lock_guard guard(shared_->mutex);
    Database& database = shared_->database;
    Transaction transaction(database);
    require_newest(pipeline, token);
    Statement(database,
              "INSERT INTO states (pipeline, stream, namespace, state, token, updated_at_ms, by_hand) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET state = excluded.state, "
              "token = excluded.token, updated_at_ms = excluded.updated_at_ms, by_hand = excluded.by_hand")
        .bind(1, pipeline)
        .bind(2, stream.name)
        .bind(3, stream.name_space)
        .bind(4, json)
        .bind(5, token)
        .bind(6, now_ms())
        .bind(7, std::int64_t{by_hand ? 1 : 0})
        .run();
    transaction.commit();
  }

  [[noreturn]] void refuse(const std::string& pipeline, const Process& owner, std::int64_t since_ms) const {
    throw Error(Kind::state, "the pipeline '" + pipeline + "' is running already: process " +
                                 std::to_string(owner.pid) + " on " + owner.host + " has held its state in " +
                                 shared_->database.path() + " since " + rfc3339(since_ms) +
                                 "; wait for it, or end it and run again");
  }

  std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path, bool must_exist) {
  make_ready(path, must_exist);
  return std::make_unique<SqliteStore>(path);
}

}  // namespace integ::state
