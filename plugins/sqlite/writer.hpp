// Writes the records of one stream into its table: text to bound parameters, no tree in between.
#pragma once

#include "layout.hpp"
#include "record.hpp"
#include "replacement.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace integ_sqlite {

enum class Mode { upsert, append, replace };

class Writer {
 public:
  Writer(Database& database, Ledger& ledger, const integ::AdapterContext& context, StreamName stream, Mode mode);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // The stream, or its schema, is new.
  void open(const std::vector<Property>& properties, const std::vector<std::string>& keys);
  // A transaction has begun; `changed`: another process changed the file's tables before it.
  void enter(bool changed);

  // Whether this run goes on from a state; what is said last, before begin(), counts.
  void resumes(bool really) noexcept { resumes_ = really; }
  // Before the first record or state of the session: takes out the rows that this run brings again, or sees to a table
  // beside them.
  void begin();
  bool begun() const noexcept { return begun_; }
  void insert(std::string_view record, std::string_view extracted_at);
  // The stream is complete: in Mode::replace its new rows are put into the place of the old ones.
  void complete();
  // The last row so far, for the ledger.
  std::int64_t last_row() { return target().last_row(); }

  const StreamName& stream() const noexcept { return main_.stream(); }
  Mode mode() const noexcept { return mode_; }

 private:
  enum class Outcome { ready, again };
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  // Where rows go now.
  Layout& target() noexcept { return replacement_.table() != nullptr ? *replacement_.table() : main_; }
  void prepare();
  std::size_t find(std::string_view member, std::size_t position);
  // Binds all members; `again` when the table had to grow first.
  Outcome bind(std::string_view record);
  Outcome bind_owner();
  void bind_value(std::size_t index, const Value& value);
  void put_aside(const Member& member);

  Database& database_;
  Ledger& ledger_;
  integ::AdapterContext context_;
  Layout main_;
  Replacement replacement_;
  Mode mode_;
  bool opened_ = false;
  bool resumes_ = false;
  bool begun_ = false;
  bool warned_ = false;  // of records without their key

  Statement insert_;
  std::unordered_map<std::string_view, std::size_t> by_member_;  // views into target()'s columns
  std::vector<std::size_t> learned_;                             // column by position in the last records
  struct Nested {
    std::string member;              // the top-level member that it is in
    std::vector<std::string> steps;  // from there on
    std::size_t column;
  };
  std::vector<Nested> nested_;
  std::vector<char> filled_;  // by column: not NULL in this record
  std::string arena_;         // unescaped texts of this record; never grows while they are bound
  std::string name_;          // one unescaped member name
  std::string more_;          // members that have no column, as a JSON object
};

}  // namespace integ_sqlite
