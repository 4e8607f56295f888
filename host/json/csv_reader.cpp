#include "json/csv_reader.hpp"

#include "base/text.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace integ::json {
namespace {

using Why = ReadError::Why;

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Walks over the rows of a text.
class Rows {
 public:
  Rows(std::string_view layer, std::string_view text, const CsvOptions& options)
      : layer_(layer), text_(text), delimiter_(options.delimiter), quote_(options.quote) {
    for (std::size_t line = 0; line < options.skip && at_ < text_.size(); ++line) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
      end_line();
    }
  }

  // The next row's values into `values`; false when there is none. They are good until the next call.
  bool next(std::vector<std::string_view>& values) {
    while (at_ < text_.size() && is_line_end(text_[at_])) end_line();  // empty lines
    if (at_ == text_.size()) return false;
    values.clear();
    unquoted_.clear();
    row_ = at_;
    for (;;) {
      values.push_back(has_quote() ? quoted_value() : plain_value());
      if (at_ == text_.size()) {
        ended_ = false;
        return true;
      }
      if (text_[at_] != delimiter_) {
        end_line();
        return true;
      }
      ++at_;
    }
  }

  // Whether the row that came last had a line end behind it.
  bool ended() const { return ended_; }
  std::size_t row() const { return row_; }

  [[noreturn]] void fail(Why why, const std::string& what, std::size_t at) const {
    throw ReadError{why, std::string(layer_) + ": " + what, piece_at(text_, at)};
  }
  std::string place(std::size_t at) const { return place_in(text_, at); }

 private:
  static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

  bool has_quote() const { return quote_ != '\0' && at_ < text_.size() && text_[at_] == quote_; }

  void end_line() {
    ended_ = at_ < text_.size();
    if (!ended_) return;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
  }

  std::string_view plain_value() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != delimiter_ && !is_line_end(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  std::string_view quoted_value() {
    const std::size_t open = at_++;
    std::string* joined = nullptr;  // where a quote in the value makes a copy necessary
    for (;;) {
      const std::size_t from = at_;
      const std::size_t close = text_.find(quote_, from);
      if (close == std::string_view::npos) {
        fail(Why::cut, "the quoted value that begins on " + place(open) + " has no end", open);
      }
      at_ = close + 1;
      const std::string_view part = text_.substr(from, close - from);
      const bool doubled = at_ < text_.size() && text_[at_] == quote_;
      if (!doubled && joined == nullptr) return behind_value(part, close);
      if (joined == nullptr) joined = &unquoted_.emplace_back();
      joined->append(part);
      if (!doubled) return behind_value(*joined, close);
      *joined += quote_;
      ++at_;
    }
  }

  std::string_view behind_value(std::string_view value, std::size_t close) const {
    if (at_ < text_.size() && text_[at_] != delimiter_ && !is_line_end(text_[at_])) {
      fail(Why::malformed, "something follows the closing quote on " + place(close), close);
    }
    return value;
  }

  // Stable addresses: views of earlier values of the row stay good.
  class Texts {
   public:
    std::string& emplace_back() {
      if (used_ == texts_.size()) texts_.push_back(std::make_unique<std::string>());
      texts_[used_]->clear();
      return *texts_[used_++];
    }
    void clear() { used_ = 0; }

   private:
    std::vector<std::unique_ptr<std::string>> texts_;
    std::size_t used_ = 0;
  };

  std::string_view layer_;
  std::string_view text_;
  char delimiter_;
  char quote_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  bool ended_ = true;
  Texts unquoted_;
};

// Each name once, none empty.
std::vector<std::string> unique_names(const std::vector<std::string_view>& header) {
  std::vector<std::string> names;
  const std::set<std::string_view> written(header.begin(), header.end());
  std::set<std::string> taken;
  std::map<std::string, std::size_t> tried;  // suffixes, so that a header of equal names takes no square of time
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string wanted = header[i].empty() ? "column_" + std::to_string(i + 1) : std::string(header[i]);
    std::string name = wanted;
    while (taken.contains(name) || (name != header[i] && written.contains(name))) {
      std::size_t& suffix = tried[wanted];
      suffix = std::max<std::size_t>(suffix + 1, 2);
      name = wanted + "_" + std::to_string(suffix);
    }
    taken.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> numbered_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= count; ++i) names.push_back("column_" + std::to_string(i));
  return names;
}

void check_header(const Rows& rows, const std::vector<std::string>& names, const CsvOptions& options) {
  std::vector<std::string> missing;
  for (const std::string& column : options.columns) {
    if (std::find(names.begin(), names.end(), column) == names.end()) missing.push_back(sanitised(column, 40));
  }
  if (missing.empty()) return;
  rows.fail(rows.ended() ? Why::malformed : Why::cut,
            "the header on " + rows.place(rows.row()) + " does not have " + listed(missing), rows.row());
}

void check_row(const Rows& rows, std::size_t values, const std::vector<std::string>& names, bool header) {
  if (values == names.size()) return;
  // The last line, and no end of it: that is how a body looks that was cut.
  const bool cut = values < names.size() && !rows.ended();
  std::string what = rows.place(rows.row()) + " has " + counted(values, "value") + ", " +
                     (header ? "the header has " : "expected are ") + std::to_string(names.size());
  if (values < names.size()) what += "; '" + sanitised(names[values], 40) + "' is the first that is missing";
  rows.fail(cut ? Why::cut : Why::malformed, what, rows.row());
}

// The texts between the values: {"id":" and ","name":" and so on.
std::vector<std::string> frames_of(const std::vector<std::string>& names) {
  std::vector<std::string> frames;
  for (const std::string& name : names) {
    frames.emplace_back(frames.empty() ? "{\"" : "\",\"");
    append_escaped(frames.back(), name);
    frames.back() += "\":\"";
  }
  return frames;
}

}  // namespace

std::string csv_to_json(std::string_view layer, std::string_view text, const CsvOptions& options,
                        const ReadLimits& limits) {
  Rows rows(layer, text, options);
  std::vector<std::string_view> values;
  bool row = rows.next(values);
  std::vector<std::string> names = options.columns;
  if (options.header) {
    if (!row && !names.empty()) {
      rows.fail(Why::cut, "the body is empty, where a header with " + listed(names) + " is expected", text.size());
    }
    names = unique_names(row ? values : std::vector<std::string_view>());
    check_header(rows, names, options);
    row = row && rows.next(values);
  } else if (names.empty()) {
    names = numbered_names(row ? values.size() : 0);
  }
  const std::vector<std::string> frames = frames_of(names);
  std::string out = "[";
  for (; row; row = rows.next(values)) {
    check_row(rows, values.size(), names, options.header);
    if (out.size() > 1) out += ',';
    for (std::size_t i = 0; i < values.size(); ++i) {
      out += frames[i];
      append_escaped(out, values[i]);
      check_size(layer, out.size(), limits);
    }
    out += "\"}";
  }
  out += ']';
  return out;
}

}  // namespace integ::json
