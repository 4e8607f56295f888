// Exports larger than memory, with the whole program: what comes out, and how much memory that took.
#include "integration/pipelines/pipeline_test.hpp"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <optional>

namespace {

using namespace integration;
using ::testing::HasSubstr;

constexpr std::size_t kMiB = 1u << 20;
// Of a body of 64 MiB: far less than it, and well above what the program takes without one, sanitizers aside.
constexpr std::size_t kBodyBytes = 64 * kMiB;
constexpr std::size_t kMostMemory = 40 * kMiB;

std::string record(std::size_t id) {
  // Packs about as well as real records do: the ratio of body to bytes on the wire is limited.
  return R"({"id":)" + std::to_string(id) + R"(,"name":"item )" + std::to_string(id * 2654435761u % 1000003) + "-" +
         std::to_string(id * 40503u % 65521) + "-" + std::string(400, 'a' + static_cast<char>(id % 26)) + "\"}";
}

// A body that is made a piece at a time, and packed on the way where that is asked for.
class Export {
 public:
  enum class Form { array, lines };
  Export(Form form, bool packed, std::size_t bytes) : form_(form), bytes_(bytes) {
    if (packed) {
      packer_ = std::make_shared<z_stream>();
      EXPECT_EQ(deflateInit2(packer_.get(), 1, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    }
  }

  // "" at the end, once `at_end` was called.
  std::string next(const std::function<void()>& at_end) {
    for (;;) {
      if (over_) return {};
      std::string text = plain();
      if (over_) at_end();
      std::string out = packer_ ? packed(text) : std::move(text);
      if (!out.empty()) return out;
    }
  }
  std::size_t records() const { return id_; }

 private:
  std::string plain() {
    std::string out;
    if (id_ == 0 && form_ == Form::array) out = R"({"items":[)";
    while (out.size() < 64u << 10 && made_ < bytes_) {
      if (id_ > 0 && form_ == Form::array) out += ',';
      const std::string one = record(++id_);
      made_ += one.size() + 1;
      out += one;
      if (form_ == Form::lines) out += '\n';
    }
    if (made_ >= bytes_) {
      over_ = true;
      if (form_ == Form::array) out += R"(],"count":)" + std::to_string(id_) + "}";
    }
    return out;
  }
  std::string packed(std::string& text) {
    std::string out(deflateBound(packer_.get(), text.size()) + 64, '\0');
    packer_->next_in = reinterpret_cast<Bytef*>(text.data());
    packer_->avail_in = static_cast<uInt>(text.size());
    packer_->next_out = reinterpret_cast<Bytef*>(out.data());
    packer_->avail_out = static_cast<uInt>(out.size());
    EXPECT_NE(deflate(packer_.get(), over_ ? Z_FINISH : Z_NO_FLUSH), Z_STREAM_ERROR);
    out.resize(out.size() - packer_->avail_out);
    if (over_) deflateEnd(packer_.get());
    return out;
  }

  Form form_;
  std::size_t bytes_;
  std::size_t made_ = 0;
  std::size_t id_ = 0;
  bool over_ = false;
  std::shared_ptr<z_stream> packer_;
};

class StreamingPipeline : public PipelineTest {
 protected:
  void exports(const std::string& stream) {
    folder.write("p.yaml", pipeline("exports", "{url: \"" + api.url() + "\"}",
                                    "{protocol: jsonl, path: out.jsonl, bare: true}", "streams: [" + stream + "]\n"));
  }
  // As many whole records as that, in order, each once.
  void expect_records(std::size_t count) {
    std::ifstream file(folder.path("out.jsonl"));
    std::size_t id = 0;
    for (std::string line; std::getline(file, line);) {
      ++id;
      ASSERT_EQ(line, record(id));
    }
    EXPECT_EQ(id, count);
  }
};

TEST_F(StreamingPipeline, ABodyLargerThanTheMemoryThatItTakes) {
  struct {
    const char* stream;
    Export::Form form;
    bool packed;
    const char* encoding;
  } const cases[] = {{"array", Export::Form::array, false, ""},
                     {"lines", Export::Form::lines, false, ""},
                     {"array", Export::Form::array, true, "gzip"},
                     {"lines", Export::Form::lines, true, "gzip"},
                     {"packed", Export::Form::lines, true, ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.stream) + " " + c.encoding);
    std::promise<pid_t> started;
    std::shared_future<pid_t> pid = started.get_future().share();
    std::atomic<std::size_t> peak{0};
    std::atomic<std::size_t> records{0};
    api.set_handler(std::string("/") + c.stream, [&](const fixture_api::Request&) {
      fixture_api::Response response;
      const auto made = std::make_shared<Export>(c.form, c.packed, kBodyBytes);
      if (*c.encoding != '\0') response.headers.emplace_back("Content-Encoding", c.encoding);
      response.pieces = [&, made] {
        return made->next([&] {
          peak = peak_memory(pid.get());
          records = made->records();
        });
      };
      return response;
    });
    exports(c.stream);
    const auto process = start({"run", "p.yaml", "--full-refresh"});
    started.set_value(process->pid());
    const Outcome run = process->wait();
    ASSERT_EQ(run.exit_code, 0) << run;
    expect_records(records);
    EXPECT_GT(peak, std::size_t{0});
    // A sanitizer's shadow is no memory of ours.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(peak, kMostMemory) << peak / kMiB << " MiB";
#endif
    EXPECT_THAT(state(), HasSubstr(R"({"last":)" + std::to_string(records) + "}"));
  }
}

// F040, and the same for an array: what came before the cut is neither lost nor written twice.
TEST_F(StreamingPipeline, F040_ACutInTheMiddleIsMendedByARepeat) {
  for (const auto form : {Export::Form::array, Export::Form::lines}) {
    std::atomic<int> attempts{0};
    std::atomic<std::size_t> records{0};
    const std::string stream = form == Export::Form::array ? "array" : "lines";
    api.set_handler("/" + stream, [&](const fixture_api::Request&) {
      fixture_api::Response response;
      const bool breaks = ++attempts < 3;
      const auto made = std::make_shared<Export>(form, false, 2 * kMiB);
      response.pieces = [&, made, breaks, sent = std::size_t{0}]() mutable -> std::optional<std::string> {
        std::string piece = made->next([&] { records = made->records(); });
        sent += piece.size();
        if (breaks && sent > kMiB) return std::nullopt;
        return piece;
      };
      return response;
    });
    exports(stream);
    const Outcome run = integ({"run", "p.yaml", "--full-refresh"});
    ASSERT_EQ(run.exit_code, 0) << run;
    EXPECT_EQ(attempts, 3);
    expect_records(records);
  }
}

TEST_F(StreamingPipeline, ABodyThatChangedIsAnErrorAndNothingIsWrittenTwice) {
  std::atomic<int> attempts{0};
  api.set_handler("/lines", [&](const fixture_api::Request&) {
    fixture_api::Response response;
    const bool first = ++attempts == 1;
    const auto made = std::make_shared<Export>(Export::Form::lines, false, 2 * kMiB);
    response.pieces = [made, first, sent = std::size_t{0}]() mutable -> std::optional<std::string> {
      std::string piece = made->next([] {});
      if (!first && sent == 0) piece.erase(0, piece.find('\n') + 1);
      sent += piece.size();
      if (first && sent > kMiB) return std::nullopt;
      return piece;
    };
    return response;
  });
  exports("lines");
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(attempts, 2);
  EXPECT_THAT(run.err, HasSubstr("another one than before"));
  EXPECT_EQ(state(), "") << "nothing is done with";
  // The file of a run that failed is what it was before; a pipe has what came, once.
  folder.write("p.yaml", pipeline("exports", "{url: \"" + api.url() + "\"}", "{protocol: jsonl, bare: true}",
                                  "streams: [lines]\n"));
  attempts = 0;
  const Outcome piped = integ({"run", "p.yaml"});
  EXPECT_EQ(piped.exit_code, 1);
  const std::vector<std::string> lines = lines_of(piped.out);
  EXPECT_GT(lines.size(), 500U);
  for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], record(i + 1));
}

TEST_F(StreamingPipeline, ACheckEndsWithTheFirstRecordOfAnEndlessExport) {
  for (const std::string stream : {"array", "lines"}) {
    api.set_handler("/" + stream, [stream](const fixture_api::Request&) {
      fixture_api::Response response;
      response.pieces = [id = std::size_t{0}, array = stream == "array"]() mutable {
        const std::string begin = !array ? "" : id == 0 ? R"({"items":[)" : ",";
        return begin + record(++id) + "\n";
      };
      return response;
    });
  }
  exports("lines");
  const Outcome check = integ({"check", "p.yaml"});
  EXPECT_EQ(check.exit_code, 0) << check;
}

TEST_F(StreamingPipeline, LinesByTheirLabelAreWholeOrNotThere) {
  api.set_page("/whole", record(1) + "\n\n" + record(2) + "\n", "application/x-ndjson");
  exports("whole");
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run;
  expect_records(2);
  api.set_page("/whole", record(1) + "\n" + record(2) + "\n[3]\n", "application/x-ndjson");
  const Outcome broken = integ({"run", "p.yaml", "--full-refresh"});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr("line 3 is no object"));
}

}  // namespace
