#include "writer.hpp"

#include "number.hpp"

#include <algorithm>
#include <utility>

namespace integ_sqlite {

Writer::Writer(Database& database, Ledger& ledger, const integ::AdapterContext& context, StreamName stream, Mode mode)
    : database_(database),
      ledger_(ledger),
      context_(context),
      main_(database, ledger, context, std::move(stream)),
      replacement_(database, ledger, main_),
      mode_(mode) {}

void Writer::open(const std::vector<Property>& properties, const std::vector<std::string>& keys) {
  main_.open(properties, mode_ == Mode::append ? std::vector<std::string>() : keys);
  if (!opened_) replacement_.look(mode_ == Mode::replace);
  opened_ = true;
  replacement_.follow();
  // Another key takes rows out. Those that are to be replaced stay whole until they are.
  if (mode_ != Mode::replace || (begun_ && replacement_.table() == nullptr)) main_.settle_index();
  insert_ = {};
}

void Writer::enter(bool changed) {
  replacement_.check();
  if (!changed) return;
  main_.reload();
  replacement_.follow();
  insert_ = {};
}

// Rows that a key identifies are overwritten when they come again. The others carry their pipeline's name, and of
// those this pipeline's go: all of them when the run starts from nothing, else (and where old runs are to be
// kept) those behind the last state, which a run that was cut off has left.
void Writer::begin() {
  if (begun_) return;
  begun_ = true;
  if (mode_ == Mode::replace) {
    if (!resumes_) return replacement_.begin();
    if (replacement_.resume()) return;
    main_.settle_index();
  }
  if (!main_.has_pipeline_column()) return;
  if (resumes_ && !ledger_.state_of(stream())) return;  // from a state that a person has set: nothing comes again
  const bool all = mode_ != Mode::append && !resumes_;
  Statement erase(database_, "DELETE FROM " + quoted(main_.table()) + " WHERE _integ_pipeline = ? AND _rowid_ > ?");
  erase.text(1, ledger_.pipeline()).integer(2, all ? 0 : ledger_.last_row_of(stream())).run();
}

void Writer::complete() {
  if (mode_ != Mode::replace) return;
  begin();  // a stream without records is one, too
  replacement_.publish();
  insert_ = {};
}

void Writer::prepare() {
  Layout& layout = target();
  if (layout.key().empty()) layout.add_pipeline_column();
  const auto& columns = layout.columns();
  std::string names;
  std::string places;
  std::string updates;
  const auto add = [&](const std::string& name, bool is_key) {
    const std::string q = quoted(name);
    names += (names.empty() ? "" : ", ") + q;
    places += places.empty() ? "?" : ",?";
    if (!is_key) updates += (updates.empty() ? "" : ", ") + q + " = excluded." + q;
  };
  by_member_.clear();
  nested_.clear();
  learned_.clear();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    add(columns[i].name, std::ranges::find(layout.key(), i) != layout.key().end());
    const auto& steps = columns[i].steps;
    if (steps.size() == 1) {
      by_member_.emplace(steps.front(), i);
    } else if (!steps.empty()) {
      nested_.push_back({steps.front(), {steps.begin() + 1, steps.end()}, i});
    }
  }
  add("_integ_extracted_at", false);
  if (layout.has_pipeline_column()) add("_integ_pipeline", false);
  if (layout.has_more_column()) add("_integ_more", false);
  std::string sql = "INSERT INTO " + quoted(layout.table()) + " (" + names + ") VALUES (" + places + ")";
  if (!layout.key().empty()) {
    std::string key;
    for (const std::size_t index : layout.key()) key += (key.empty() ? "" : ", ") + quoted(columns[index].name);
    sql += " ON CONFLICT (" + key + ") DO UPDATE SET " + updates;
  }
  insert_ = Statement(database_, sql);
  filled_.assign(columns.size(), 0);
}

void Writer::insert(std::string_view record, std::string_view extracted_at) {
  for (Outcome outcome = Outcome::again; outcome == Outcome::again;) {
    if (!insert_) prepare();
    outcome = bind(record);
    if (outcome == Outcome::again) insert_ = {};
  }
  insert_.text(static_cast<int>(target().columns().size()) + 1, extracted_at);
  insert_.run();
}

std::size_t Writer::find(std::string_view member, std::size_t position) {
  // Records of one stream have their members in the same order, nearly always.
  if (position < learned_.size() && learned_[position] != nowhere &&
      target().columns()[learned_[position]].steps.front() == member) {
    return learned_[position];
  }
  const auto found = by_member_.find(member);
  const std::size_t column = found == by_member_.end() ? nowhere : found->second;
  if (position >= learned_.size()) learned_.resize(position + 1, nowhere);
  learned_[position] = column;
  return column;
}

Writer::Outcome Writer::bind(std::string_view record) {
  Layout& layout = target();
  insert_.clear();
  std::ranges::fill(filled_, char{0});
  more_.clear();
  arena_.clear();
  // Each text is unescaped once, and once more for each key inside a nested member.
  arena_.reserve(record.size() * (1 + nested_.size()));
  std::vector<std::string> unknown;
  std::size_t position = 0;
  RecordReader reader(record);
  for (Member member; reader.next(member); ++position) {
    name_.clear();
    const std::string_view name = text_of(member.name, name_);
    const std::size_t column = find(name, position);
    if (column != nowhere) {
      bind_value(column, member.value);
    } else if (layout.full()) {
      put_aside(member);
    } else if (std::ranges::find(unknown, name) == unknown.end()) {
      unknown.emplace_back(name);
    }
    for (const Nested& nested : nested_) {
      if (nested.member != name) continue;
      const auto found = look_up(member.value, nested.steps);
      bind_value(nested.column, found ? *found : Value{});
    }
  }
  if (!unknown.empty()) {
    for (const std::string& name : unknown) {
      if (!main_.full()) main_.add_member(name);
    }
    replacement_.follow();
    return Outcome::again;
  }
  if (!more_.empty()) {
    if (!layout.has_more_column()) {
      layout.add_more_column();
      return Outcome::again;
    }
    more_ += '}';
    insert_.text(static_cast<int>(layout.columns().size()) + (layout.has_pipeline_column() ? 3 : 2), more_);
  }
  return bind_owner();
}

// A row that no key identifies says whose it is.
Writer::Outcome Writer::bind_owner() {
  Layout& layout = target();
  const auto& key = layout.key();
  const bool identified = !key.empty() && std::ranges::all_of(key, [&](std::size_t i) { return filled_[i] != 0; });
  if (identified) return Outcome::ready;
  if (!key.empty() && !warned_) {
    warned_ = true;
    context_.warn("stream " + stream().shown() +
                  ": a record has no value for its primary key; such records are kept as rows of their own");
  }
  if (!layout.has_pipeline_column()) {
    layout.add_pipeline_column();
    return Outcome::again;
  }
  insert_.text(static_cast<int>(layout.columns().size()) + 2, ledger_.pipeline());
  return Outcome::ready;
}

void Writer::bind_value(std::size_t index, const Value& value) {
  const Column& column = target().columns()[index];
  const int parameter = static_cast<int>(index) + 1;
  filled_[index] = value.kind != Kind::null;
  switch (value.kind) {
    case Kind::null:
      insert_.null(parameter);
      return;
    case Kind::string:
      insert_.text(parameter, text_of(value, arena_));
      return;
    case Kind::boolean:
      if (!column.text && column.boolean) {
        insert_.integer(parameter, value.raw == "true" ? 1 : 0);
        return;
      }
      break;
    case Kind::number:
      if (!column.text) {
        const Stored kept = stored(value.raw);
        if (const auto* integer = std::get_if<std::int64_t>(&kept)) {
          insert_.integer(parameter, *integer);
          return;
        }
        if (const auto* real = std::get_if<double>(&kept)) {
          insert_.real(parameter, *real);
          return;
        }
      }
      break;
    case Kind::nested:
      break;
  }
  insert_.text(parameter, value.raw);
}

void Writer::put_aside(const Member& member) {
  more_ += more_.empty() ? '{' : ',';
  more_ += '"';
  more_ += member.name.raw;
  more_ += "\":";
  if (member.value.kind == Kind::string) {
    more_ += '"';
    more_ += member.value.raw;
    more_ += '"';
  } else {
    more_ += member.value.raw;
  }
}

}  // namespace integ_sqlite
