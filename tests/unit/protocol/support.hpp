// What the tests of this room share: a sink in memory, a folder that goes away, streams, golden files.
#pragma once

#include "protocol/adapter.hpp"
#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol::testing {

// Keeps what is written; `flushed` is what had been handed on at the last flush or sync.
class MemorySink final : public Sink {
 public:
  void write(std::span<const std::string_view> parts) override {
    for (const auto part : parts) text += part;
  }
  void flush() override { flushed = text.size(); }
  void sync() override { flush(); }
  using Sink::write;

  std::string text;
  std::size_t flushed = 0;
};

using TemporaryFolder = support::TempFolder;

std::string contents(const std::string& path);
void put(const std::string& path, std::string_view text);
std::vector<std::string> lines_of(std::string_view text);

Stream make_stream(std::string name,
                   std::string schema = R"({"type":"object","properties":{"id":{"type":"integer"}}})");
// orders: namespace shop, key /id, cursor /updated_at, incremental.
Stream orders();
Batch batch(const Stream& stream, std::initializer_list<std::string_view> records);

// Compares with golden/NAME; INTEG_ACCEPT_GOLDEN=1 in the environment writes the file instead.
void expect_golden(const std::string& name, const std::string& text);

// EXPECT that `code` throws an Error of that kind whose text holds `part`.
template <class Code>
void expect_error(Kind kind, std::string_view part, Code&& code) {
  try {
    code();
    ADD_FAILURE() << "no error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(name_of(error.kind()), name_of(kind)) << error.what();
    EXPECT_THAT(std::string(error.what()), ::testing::HasSubstr(std::string(part)));
  }
}

}  // namespace integ::protocol::testing
