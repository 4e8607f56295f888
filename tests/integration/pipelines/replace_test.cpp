// mode: replace of the SQLite output, as an operator sees it: readers have the old table or the new one, whatever
// becomes of a run.
#include "integration/pipelines/pipeline_test.hpp"

#include <csignal>

namespace integration {
namespace {

using fixture_api::Request;

class Replace : public PipelineTest {
 protected:
  void SetUp() override {
    PipelineTest::SetUp();
    folder.write("p.yaml", pipeline("guarded", "{url: \"" + api.url() + "\", token: canary-1234}",
                                    "{protocol: sqlite, path: out.db, mode: replace}",
                                    "concurrency: 2\nhttp: {max_attempts: 1}\n"));
  }

  // The path answers this many pages of two from now on: ids from `first` on, each with its `age`.
  void serve(const std::string& path, int pages, int first, const std::string& age) {
    api.set_handler(path, [=](const Request& request) {
      const int number = std::stoi(std::string(request.parameter("page")));
      fixture_api::Response response;
      response.body = "{\"items\":[";
      for (int i = 0; pages > 0 && i < 2; ++i) {
        response.body += std::string(i == 0 ? "" : ",") + "{\"id\":" + std::to_string(first + (number - 1) * 2 + i) +
                         ",\"age\":\"" + age + "\"}";
      }
      response.body += "],\"next_page\":" + (number >= pages ? "null" : std::to_string(number + 1)) + "}";
      return response;
    });
  }
  // Rows, the first and the last of them, and how old they are.
  std::string table(const std::string& name) const {
    return database().value(
        "select count(*) || ' ' || ifnull(min(id) || '-' || max(id), '') || ' ' || "
        "ifnull(group_concat(distinct age), '') from " +
        name);
  }
  void expect_run(int exit_code) {
    const Outcome run = integ({"run", "p.yaml"});
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
  }
};

TEST_F(Replace, AStreamThatFailsKeepsItsOldRowsAndTheOtherIsReplaced) {
  serve("/things", 5, 100, "old");
  serve("/others", 5, 100, "old");
  expect_run(0);
  EXPECT_EQ(table("things"), "10 100-109 old");

  serve("/things", 8, 104, "new");
  serve("/others", 3, 104, "new");
  api.forget_requests();
  api.fail("/things", Fault::with_status(500).at(4).for_ever());
  expect_run(3);
  EXPECT_EQ(table("things"), "10 100-109 old");
  EXPECT_EQ(table("others"), "6 104-109 new");

  // The next run goes on behind the three pages that came.
  api.clear_faults();
  api.forget_requests();
  expect_run(0);
  EXPECT_EQ(table("things"), "16 104-119 new");
  EXPECT_EQ(api.requests("/things").front().parameter("page"), "4");

  serve("/things", 0, 0, "none");
  expect_run(0);
  EXPECT_EQ(table("things"), "0  ");
}

TEST_F(Replace, ARunThatIsKilledKeepsTheOldRowsAndTheNextOneEndsIt) {
  serve("/things", 5, 100, "old");
  serve("/others", 5, 100, "old");
  expect_run(0);
  for (const std::size_t at : {1U, 4U, 7U}) {
    const std::string age = "of" + std::to_string(at);
    const std::string before = table("things");
    serve("/things", 7, 104, age);
    serve("/others", 7, 104, age);
    api.forget_requests();
    api.fail("/things", Fault::stall_body(5).at(at).for_ever());
    const auto run = start({"run", "p.yaml"});
    ASSERT_TRUE(eventually([&] { return api.count("/things") >= at && table("others") == "14 104-117 " + age; }));
    EXPECT_EQ(table("things"), before) << "while it hangs";
    run->kill(SIGKILL);
    run->wait();
    EXPECT_EQ(table("things"), before) << "killed at " << at;
    EXPECT_EQ(table("others"), "14 104-117 " + age);
    api.clear_faults();
    expect_run(0);
    EXPECT_EQ(table("things"), "14 104-117 " + age) << "killed at " << at;
    EXPECT_EQ(table("others"), "14 104-117 " + age);
  }
  EXPECT_EQ(database().number("select count(*) from sqlite_schema where name like '%integ_new%' and type = 'table'"),
            1);  // the ledger of such tables
}

}  // namespace
}  // namespace integration
