// The fixture API as a program: for `./dev demo`, and for whoever wants to try integ without a network.
// Prints its URL, serves until SIGINT or SIGTERM.
#include "fixture_api/server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

// Written beside and renamed, so that whoever waits for the file never reads half a number.
void write_port(const std::filesystem::path& file, std::uint16_t port) {
  std::filesystem::path unfinished = file;
  unfinished += ".new";
  std::ofstream out(unfinished);
  out << port << '\n';
  out.close();
  if (!out) throw std::runtime_error("can't write " + unfinished.string());
  std::filesystem::rename(unfinished, file);
}

int serve(int argc, char** argv) {
  CLI::App app("A web server on loopback that plays PokeAPI, Shopify, Klaviyo, Sitoo and Storm.");
  fixture_api::FixtureApi::Options options;
  std::string port_file;
  unsigned latency_ms = 0;
  app.add_option("--port", options.port, "Port to listen on; 0: a free one");
  app.add_option("--port-file", port_file, "Write the port's number to this file once it listens");
  app.add_option("--pokemon", options.pokemon, "How many pokemon there are")->capture_default_str();
  app.add_option("--page-size", options.page_size, "The most pokemon a page holds; 0: as many as the request asks for");
  app.add_option("--latency-ms", latency_ms, "Time before each answer's first byte");
  CLI11_PARSE(app, argc, argv);

  // Blocked before any thread starts, so that every thread inherits it and sigwait below gets them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  fixture_api::FixtureApi api(options);
  if (latency_ms != 0) {
    api.fail("*", fixture_api::Fault::slow_first_byte(std::chrono::milliseconds(latency_ms)).for_ever());
  }
  if (!port_file.empty()) write_port(port_file, api.port());
  std::cout << api.url() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return serve(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "fixture_api: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
