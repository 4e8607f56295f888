// The built `integ` and its plug-ins, and a fixture that runs it in a folder of its own against a fixture API.
//
//   class Paging : public integration::IntegTest {};
//   TEST_F(Paging, Once) {
//     folder.write("p.yaml", "...");
//     const Outcome run = integ({"run", "p.yaml"});
//     EXPECT_EQ(run.exit_code, 0) << run;
//   }
#pragma once

#include "fixture_api/server.hpp"
#include "integration/support/database.hpp"
#include "integration/support/process.hpp"
#include "support/folder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace integration {

using support::TempFolder;

using fixture_api::Fault;
using fixture_api::FixtureApi;

// Absolute paths into the build tree.
std::string integ_program();
std::string plugin_folder();       // pokeapi.so, sqlite.so
std::string test_plugin_folder();  // updates.so
std::string hostile_plugin_folder();

// Whether this run of the tests is the one with connectors in processes of their own: INTEG_TEST_ISOLATION=process.
// Pipelines say so themselves; the platforms' command lines are told by INTEG_OPTIONS, unless a test has its own.
bool tests_are_isolated();

// {"count":0,"next":NEXT,"results":[RECORDS]}: a page of PokeAPI. `next` "" is null.
std::string page_of(const std::string& records, const std::string& next = "");

class IntegTest : public ::testing::Test {
 public:
  // Checks what outputs of the platforms' protocols have written into the folder (platform_output.hpp).
  ~IntegTest() override;

 protected:
  struct Extra {
    std::map<std::string, std::string> environment;  // beside PATH, HOME and the plug-ins' places
    std::string input;
    std::string out_file;
  };

  IntegTest();

  // Runs `integ ARGUMENTS` in the test's folder; reports a hang.
  Outcome integ(const std::vector<std::string>& arguments, const Extra& extra = {});
  std::unique_ptr<Process> start(const std::vector<std::string>& arguments, const Extra& extra = {});

  // A shell's line in the same place, in which $INTEG is the program; with `exec "$INTEG" ...` it becomes the program.
  std::unique_ptr<Process> start_shell(const std::string& line, const Extra& extra = {});

  // The plug-ins that the runs of this test see; test_plugin_folder and plugin_folder unless changed.
  std::vector<std::string> plugins;
  // Whether the records of this test are as the schemas of their streams say: what a tap prints is held against them.
  bool records_fit = true;
  TempFolder folder;
  FixtureApi api;

 private:
  std::unique_ptr<Process> start_program(std::vector<std::string> words, const Extra& extra);
};

}  // namespace integration
