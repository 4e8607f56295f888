#include "cli/progress.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace integ::cli {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kPlainLine = std::chrono::seconds(10);
constexpr std::size_t kMostLines = 12;  // more streams than this are summed up

std::string counted(std::uint64_t number, const char* one, const char* many) {
  return with_separators(number) + (number == 1 ? one : many);
}

}  // namespace

Progress::Progress(Host& host, Counters& counters, std::string pipeline)
    : host_(host),
      counters_(counters),
      pipeline_(std::move(pipeline)),
      terminal_(!host.options().quiet && ::isatty(STDERR_FILENO) == 1 && host.options().log_format == "text"),
      began_(std::chrono::steady_clock::now()),
      before_(host.log().redirect(*this)) {
  thread_ = std::thread([this] { tick(); });
}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  thread_.join();
  host_.log().redirect(before_);
  const std::lock_guard lock(drawing_);
  draw({});
}

void Progress::write(const LogLine& line) {
  const std::lock_guard lock(drawing_);
  if (terminal_) draw({});
  before_.write(line);
  if (terminal_) draw(display());
}

void Progress::tick() {
  Time next_line = began_ + kPlainLine;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kRedraw, [this] { return over_; })) {
    lock.unlock();
    if (terminal_) {
      const std::lock_guard drawing(drawing_);
      draw(display());
    } else if (std::chrono::steady_clock::now() >= next_line) {
      next_line += kPlainLine;
      for (const std::string& stream : counters_.streams()) {
        if (!stream.empty()) host_.log().info(stream, line_of(stream));
      }
    }
    lock.lock();
  }
}

std::string Progress::line_of(const std::string& stream) const {
  const StreamCounters& of = counters_.stream(stream);
  const double seconds =
      std::max(0.001, std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count());
  const std::uint64_t records = of.records.load();
  const std::uint64_t expected = of.expected.load();
  std::string out = (expected > records ? with_separators(records) + " of " + counted(expected, " record", " records")
                                        : counted(records, " record", " records")) +
                    ", " + human_bytes(static_cast<double>(of.bytes.load())) + ", " +
                    with_separators(static_cast<unsigned long long>(static_cast<double>(records) / seconds)) + "/s, " +
                    counted(of.requests.load(), " request", " requests");
  if (const std::uint64_t retries = of.retries.load(); retries > 0)
    out += ", " + counted(retries, " retry", " retries");
  const std::int64_t until = of.waiting_until_ms.load();
  const std::int64_t now = host_.clock().unix_ms();
  if (until > now) out += ", waiting " + std::to_string((until - now + 999) / 1000) + " s";
  return out;
}

std::string Progress::display() const {
  std::vector<std::string> streams = counters_.streams();
  std::erase(streams, std::string());
  std::string out;
  for (std::size_t i = 0; i < std::min(streams.size(), kMostLines); ++i) {
    out += "  " + pipeline_ + "." + streams[i] + ": " + line_of(streams[i]) + "\n";
  }
  if (streams.size() > kMostLines) {
    out += "  and " + std::to_string(streams.size() - kMostLines) + " streams more; in all " +
           counted(counters_.total(&StreamCounters::records), " record", " records") + "\n";
  }
  return out;
}

void Progress::draw(const std::string& text) {
  if (!terminal_) return;
  std::string out;
  // Up over the old lines, and everything below erased (ECMA-48: CUU and ED).
  if (lines_drawn_ > 0) out = "\x1b[" + std::to_string(lines_drawn_) + "A\r\x1b[J";
  out += text;
  lines_drawn_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  std::fwrite(out.data(), 1, out.size(), stderr);
}

}  // namespace integ::cli
