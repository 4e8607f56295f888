// The verbs of the command line, each in a file of its own: what it takes, and the function that does it
// and answers the exit code.
#pragma once

#include "cli/host.hpp"
#include "cli/transports.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace integ::cli {

// integ run FILE|DIR...: pipelines, one after the other.
struct RunOptions {
  std::vector<std::string> paths;
  std::vector<std::string> streams;  // only these
  std::vector<std::string> set;      // key=value
  std::string timeout;               // "30m"; "" none
  std::string report;                // a file for the JSON report
  TapeOptions tape;
  bool full_refresh = false;
  bool dry_run = false;
};
int run(Host& host, const RunOptions& options);

// integ source NAME spec|check|discover|read: the Airbyte command line.
struct SourceOptions {
  std::string connector;
  std::string command;
  std::string config, catalog, state;  // files
  std::string options;                 // a file with http, concurrency, log, validate; or INTEG_OPTIONS
  TapeOptions tape;
};
int source(Host& host, const SourceOptions& options);

// integ tap NAME: the Singer command line.
struct TapOptions {
  std::string connector;
  std::vector<std::string> config;  // files, or the word ENV
  std::string state, catalog;
  std::string options;
  std::string about_format = "text";  // text, json, markdown
  std::string test = "off";           // off, all, schema
  TapeOptions tape;
  bool discover = false;
  bool about = false;
  bool version = false;
};
int tap(Host& host, const TapOptions& options);

// integ discover FILE...: the streams, or what they look like.
struct DiscoverOptions {
  std::uint64_t infer = 0;           // pages of each stream to propose a schema from; 0: the catalogue is wanted
  std::vector<std::string> streams;  // only these, of `infer`
  std::string format = "json";       // json, cpp
};
int discover(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set,
             const DiscoverOptions& options);

// integ check FILE..., integ validate FILE|DIR...
int check(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set);
int validate(Host& host, const std::vector<std::string>& paths, const std::vector<std::string>& set);

// integ plugins, integ describe NAME
int plugins(Host& host, bool json);
int describe(Host& host, const std::string& connector, bool json);

// integ state show|set|clear PIPELINE
struct StateOptions {
  std::string action;    // show, set, clear, list
  std::string pipeline;  // the pipeline's name, or its file
  std::string store;     // the store's file
  std::string stream;    // "" all
  std::string value;     // of set: JSON, or "-" for standard input
  std::optional<std::string> name_space;
};
int state(Host& host, const StateOptions& given);

}  // namespace integ::cli
