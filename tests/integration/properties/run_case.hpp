// One case of a property: streams on a server, a way of running the program, and what has to come of it.
#pragma once

#include "chosen.hpp"
#include "integration/support/integ.hpp"
#include "read_back.hpp"
#include "sqlite_rows.hpp"
#include "streams.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace properties {

// How it is run, and where to.
struct Plan {
  std::string output;  // "source", "tap", or what stands under `output` of a pipeline, with FILE for the file's name
  bool isolated = false;
  std::size_t concurrency = 1;
  bool validated = false;
  std::map<std::string, Chosen> chosen;  // by id; streams that are read, and what of them
  bool full_refresh = false;

  bool is_pipeline() const { return output != "source" && output != "tap"; }
  bool is_file() const { return output.find("jsonl, path:") != std::string::npos; }
  bool is_sqlite() const { return output.find("sqlite") != std::string::npos; }
};

class PropertyTest : public integration::IntegTest {
 protected:
  PropertyTest();

  // Seeds from INTEG_PROPERTY_SEED on, INTEG_PROPERTY_COUNT of them, instead of those of every run.
  static std::vector<std::uint64_t> seeds(std::uint64_t first, std::size_t count);

  // Streams, and a server for them, under a path of their own.
  void begin(std::uint64_t seed, bool in_parts);
  Plan plan(Random& random, const std::vector<std::string>& outputs, bool whole);
  // The command line; writes the files that it names. `state` is what a platform hands back.
  std::vector<std::string> words(const Plan& plan, const std::string& state);
  // What a platform or the state's store has for the next run.
  static std::string state_after(const Plan& plan, const std::string& out);
  // By what comes in an order (streams, or their parts), from standard output or files.
  Records written(const Plan& plan, const std::string& out) const;
  // Reports where what was written isn't just these records, by the same.
  void expect(const Plan& plan, const std::string& out, const std::map<std::string, std::vector<Record>>& wanted) const;
  std::map<std::string, std::vector<Record>> all(const Plan& plan) const;

  std::uint64_t seed_ = 0;
  bool in_parts_ = false;
  std::string prefix_;
  std::vector<Stream> streams_;

 private:
  const char* connector() const { return in_parts_ ? "anything-in-parts" : "anything"; }
  Records by_stream(const Plan& plan, const std::string& out) const;
  std::string file(const std::string& name) const { return name + std::to_string(seed_); }
  std::string pipeline(const Plan& plan) const;
  std::string configured_catalog(const Plan& plan) const;
  std::string singer_catalog(const Plan& plan) const;
};

}  // namespace properties
