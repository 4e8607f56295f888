// One run into one SQLite file: rows and the states that cover them, committed together.
//
// A transaction begins with the first record and is committed when it is half a second old, holds 50,000
// records or 32 MB, when the host says flush(now), when a table was replaced, and at the close. Whatever kills the
// process, the file is as some commit left it: rows up to there, and the states that were stored until then. A call
// that fails rolls back, and every later one fails likewise: a state must not cover records that were lost.
#pragma once

#include "database.hpp"
#include "ledger.hpp"
#include "writer.hpp"

#include <integ/adapter.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace integ_sqlite {

struct Options {
  std::string path;
  Mode mode = Mode::upsert;
  std::string pipeline;  // whose states these are; several pipelines may share a file
};

class Session final : public integ::AdapterSession {
 public:
  Session(const integ::AdapterContext& context, Options options);

  void stream(const integ::AdapterStream& stream, std::string_view entry) override;
  std::optional<std::string> restore(const integ::AdapterStream& stream) override;
  void records(const integ::AdapterBatch& batch) override;
  void state(const integ::AdapterStream& stream, std::string_view json, std::uint64_t ticket) override;
  void event(std::int32_t kind, std::string_view json) override;
  std::uint64_t flush(integ::Flush how) override;
  void close(integ_status how_it_ended) override;

 private:
  struct Open {
    std::unique_ptr<Writer> writer;
    bool goes_on = false;  // incremental or resumable: a stored state is used
    bool started = false;  // the connector has the word
  };

  template <class Work>
  void guarded(Work&& work);
  Open& open_of(const integ_stream* id);
  void begin();
  void commit();
  bool due() const;

  integ::AdapterContext context_;
  Options options_;
  Database database_;
  std::optional<Ledger> ledger_;
  std::map<const integ_stream*, Open> streams_;

  std::optional<integ::AdapterFailure> broken_;
  std::int64_t schema_version_ = -1;  // of the file, as of our last transaction
  std::int64_t begun_ns_ = 0;
  std::size_t pending_records_ = 0;
  std::size_t pending_bytes_ = 0;
  std::uint64_t pending_ticket_ = 0;
  std::uint64_t committed_ticket_ = 0;
};

}  // namespace integ_sqlite
