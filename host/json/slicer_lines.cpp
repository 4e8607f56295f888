// JSON Lines: the machine, started anew for each line.
//
// Lines are looked for first, so that a line break ends a value wherever it stands: the half of a line that a writer
// left never swallows the line behind it. A line is parsed when all of it is there; until then its bytes are only
// searched, each once.
#include "json/slicer_machine.hpp"

#include <string>
#include <utility>

namespace integ::json {
namespace {

// The grammar stops at a NUL; the line break is back when this goes.
class Ended {
 public:
  explicit Ended(char* at) : at_(at), was_(std::exchange(*at, '\0')) {}
  ~Ended() { *at_ = was_; }
  Ended(const Ended&) = delete;
  Ended& operator=(const Ended&) = delete;

 private:
  char* at_;
  char was_;
};

}  // namespace

void SlicerMachine::feed_lines(std::string& page) {
  char* const base = page.data();
  for (;;) {
    const std::size_t from = searched_ - dropped_;
    const std::size_t at = page.find('\n', from);
    if (at == std::string::npos) {
      searched_ = dropped_ + page.size();
      return;
    }
    char* const end = base + at;
    {
      const Ended ended(end);
      at_ = line_begin_;
      line(base, end, false);
    }
    line_begin_ = searched_ = dropped_ + at + 1;
    ++line_number_;
  }
}

void SlicerMachine::line(char* base, char* end, bool last) {
  const std::size_t size = dropped_ + static_cast<std::size_t>(end - base);
  const auto named = [this](const std::string& message) {
    return "line " + std::to_string(line_number_) + ": " + message;
  };
  due_ = Due::value;
  next_path_ = PathTrie::kNowhere;
  try {
    advance(base, end);
    end_number({base, static_cast<std::size_t>(end - base)});
  } catch (SliceError& error) {
    error.message = named(error.message);
    throw;
  }
  if (depth_ == 0 && (due_ == Due::after_value || (due_ == Due::value && at_ == size))) {
    due_ = Due::value;
    return;
  }
  const std::string where = "ends after " + std::to_string(size) + " bytes of the text, inside a value";
  throw SliceError{.why = last ? SliceError::Why::cut : SliceError::Why::malformed,
                   .offset = size,
                   .message = named(last ? "the last line is cut: it " + where : "it " + where)};
}

}  // namespace integ::json
