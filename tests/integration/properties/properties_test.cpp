// Records out equal records in: for streams, schemas, values, pages, faults, selections and outputs from a seed.
//
// Each run takes the same seeds. A longer hunt, or one case again:
//   INTEG_PROPERTY_SEED=1000 INTEG_PROPERTY_COUNT=500 meson test -C build properties
#include "run_case.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <span>
#include <thread>

namespace properties {
namespace {

using fixture_api::Fault;
using integration::Outcome;

const std::vector<std::string> kOutputs{
    "source",
    "tap",
    "{protocol: airbyte}",
    "{protocol: singer, path: FILE.jsonl}",
    "{protocol: singer, batch_config: {storage: {root: \"file://FOLDER\", prefix: FILE-}, batch_size: 7}}",
    R"({protocol: singer, path: FILE.jsonl, batch_config: {storage: {root: "FOLDER", prefix: FILE-}, encoding: {compression: zstd}}})",
    "{protocol: jsonl}",
    "{protocol: jsonl, bare: true}",
    "{protocol: jsonl, path: FILE.jsonl}",
    "{protocol: jsonl, path: FILE.jsonl.gz, compression: gzip}",
    "{protocol: jsonl, path: FILE.jsonl.zst, compression: zstd}",
    "{protocol: jsonl, path: \"FILE.{stream}.jsonl\"}",
    "{protocol: jsonl, path: \"FILE.{stream}.jsonl\", rotate: 64KiB, compression: gzip}",
    "{protocol: sqlite, path: FILE.db}",
    "{protocol: sqlite, path: FILE.db}",
    "{protocol: sqlite, path: FILE.db, mode: append}",
    "{protocol: sqlite, path: FILE.db, mode: replace}",
    "{protocol: tsv}",
};
// Where what a run that was cut has written stays, and the next goes on.
const std::vector<std::string> kGoesOn{"source",
                                       "tap",
                                       "{protocol: jsonl}",
                                       "{protocol: jsonl, path: FILE.jsonl}",
                                       "{protocol: jsonl, path: \"FILE.{stream}.jsonl\"}",
                                       "{protocol: sqlite, path: FILE.db}",
                                       "{protocol: sqlite, path: FILE.db, mode: replace}"};

// In streams that are read from their first page to their last, and in those of parts that are read at once.
class Properties : public PropertyTest, public ::testing::WithParamInterface<bool> {
 protected:
  // Streams of which one has pages to be cut between; that one's place. All go on from a state.
  std::size_t begin_with_pages(std::uint64_t seed) {
    for (std::uint64_t k = 0;; ++k) {
      begin(seed + k * 1'000'000, GetParam());
      for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (!streams_[i].has_states_between() || streams_[i].pages.size() < 3) continue;
        for (Stream& stream : streams_) stream.incremental = true;
        serve(api, prefix_, streams_);
        return i;
      }
    }
  }
  // Of the stream, or of one part of it.
  static std::vector<Record> records_of(const Stream& stream, const std::string& part, std::size_t from,
                                        std::size_t to) {
    std::vector<Record> out;
    for (std::size_t i = from; i < to; ++i) {
      const Page& page = stream.pages[i];
      if (page.part == part) out.insert(out.end(), page.records.begin(), page.records.end());
    }
    return out;
  }
  static bool is_of(const Stream& stream, const std::string& id) {
    return std::ranges::any_of(stream.pages, [&](const Page& page) { return stream.id(page) == id; });
  }
};

INSTANTIATE_TEST_SUITE_P(Streams, Properties, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "InParts" : "Whole"; });

TEST_P(Properties, RecordsOutEqualRecordsIn) {
  for (const std::uint64_t seed : seeds(1, GetParam() ? 25 : 50)) {
    SCOPED_TRACE("INTEG_PROPERTY_SEED=" + std::to_string(seed));
    begin(seed, GetParam());
    Random random(seed ^ 0x5EED);
    const Plan plan = this->plan(random, kOutputs, false);
    if (random.chance(25)) disturb(random, api, prefix_, streams_, 2);
    const Outcome run = integ(words(plan, ""));
    EXPECT_EQ(run.exit_code, 0) << plan.output << "\n" << run;
    expect(plan, run.out, all(plan));
    api.clear_faults();
    if (HasFailure()) FAIL() << plan.output << "\n" << run;
  }
}

TEST_P(Properties, APageThatFailsEndsItsStreamThereAndTheNextRunGoesOn) {
  for (const std::uint64_t seed : seeds(1001, 10)) {
    SCOPED_TRACE("INTEG_PROPERTY_SEED=" + std::to_string(seed));
    const std::size_t broken = begin_with_pages(seed);
    Random random(seed ^ 0x5EED);
    Plan plan = this->plan(random, kGoesOn, true);
    plan.full_refresh = false;
    const Stream& stream = streams_[broken];
    const std::size_t page = 1 + random.below(stream.pages.size() - 1);
    api.fail(prefix_ + stream.pages[page].target, Fault::with_status(404).for_ever());
    const Outcome first = integ(words(plan, ""));
    EXPECT_EQ(first.exit_code, plan.is_pipeline() && streams_.size() > 1 ? 3 : 1) << plan.output << "\n" << first;
    auto wanted = all(plan);
    const Page& at = stream.pages[page];
    wanted[stream.id(at)] = records_of(stream, at.part, 0, page);
    if (plan.output.find("replace") == std::string::npos) expect(plan, first.out, wanted);
    const auto before = wanted;

    api.clear_faults();
    const Outcome second = integ(words(plan, state_after(plan, first.out)));
    EXPECT_EQ(second.exit_code, 0) << plan.output << "\n" << second;
    wanted = all(plan);
    if (!plan.is_sqlite()) {
      for (const Page& each : stream.pages) wanted[stream.id(each)].clear();  // parts that came to their end have
      wanted[stream.id(at)] = records_of(stream, at.part, page, stream.pages.size());
    }
    // Files are gone on with, too, where a stream in them is.
    const bool in_one_file = plan.output.find("{stream}") == std::string::npos;
    for (auto& [id, records] : wanted) {
      if (!plan.is_file() || (!in_one_file && !is_of(stream, id))) continue;
      records.insert(records.begin(), before.at(id).begin(), before.at(id).end());
    }
    expect(plan, second.out, wanted);
    if (HasFailure()) FAIL() << plan.output << "\n" << first << second;
  }
}

TEST_P(Properties, ARunThatIsKilledLosesNothing) {
  for (const std::uint64_t seed : seeds(2001, 8)) {
    SCOPED_TRACE("INTEG_PROPERTY_SEED=" + std::to_string(seed));
    const std::size_t cut = begin_with_pages(seed);
    Random random(seed ^ 0x5EED);
    Plan plan = this->plan(random, kGoesOn, true);
    plan.full_refresh = false;
    const Stream& stream = streams_[cut];
    const std::size_t page = 1 + random.below(stream.pages.size() - 1);
    const std::string target = prefix_ + stream.pages[page].target;
    api.fail(target, Fault::stall_body(random.below(3)).for_ever());
    const auto process = start(words(plan, ""));
    const auto asked = [&] {
      const auto requests = api.requests(target.substr(0, target.find('?')));
      return std::ranges::any_of(requests, [&](const auto& request) { return request.target == target; });
    };
    while (!asked() && process->running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    process->kill(SIGKILL);
    const Outcome first = process->wait();
    EXPECT_EQ(first.signal, SIGKILL) << plan.output << "\n" << first;

    api.clear_faults();
    const Records before = written(plan, first.out);
    const Outcome second = integ(words(plan, state_after(plan, first.out)));
    EXPECT_EQ(second.exit_code, 0) << plan.output << "\n" << second;
    if (plan.is_sqlite()) {
      expect(plan, second.out, all(plan));
    } else {
      // All that is there came, in order, and what came again is the end of the first run's.
      Records after = written(plan, second.out);
      for (const auto& [id, records] : before) {  // files are gone on with
        if (!plan.is_file()) break;
        ASSERT_GE(after[id].size(), records.size()) << id;
        ASSERT_TRUE(std::ranges::equal(records, std::span(after[id]).first(records.size()))) << id;
        after[id].erase(after[id].begin(), after[id].begin() + static_cast<std::ptrdiff_t>(records.size()));
      }
      for (const auto& [id, records] : all(plan)) {
        const auto found = before.find(id);
        const std::size_t had = found == before.end() ? 0 : found->second.size();
        const std::vector<std::string>& rest = after[id];
        ASSERT_LE(rest.size(), records.size()) << id;
        EXPECT_GE(had + rest.size(), records.size()) << "records of " << id << " were lost";
        for (std::size_t i = 0; i < rest.size(); ++i) {
          ASSERT_EQ(compact(parsed(rest[i])), compact(records[records.size() - rest.size() + i].json)) << id;
        }
        for (std::size_t i = 0; i < had; ++i) {
          ASSERT_EQ(compact(parsed(found->second[i])), compact(records[i].json)) << id;
        }
      }
    }
    if (HasFailure()) FAIL() << plan.output << "\n" << first << second;
  }
}

}  // namespace
}  // namespace properties
