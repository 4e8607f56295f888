// What a connector printed for a platform, line by line.
//
//   const Messages messages(run.out);                        // reports what is no message
//   EXPECT_EQ(messages.texts("RECORD", "/record/data/name"), names);
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace integration {

// The value at a JSON pointer: of a string its content, of anything else its JSON text, "" where there is none.
std::string at(std::string_view json, std::string_view pointer);

class Messages {
 public:
  // Every line must be whole and one JSON object with a type; each one that isn't fails the test.
  explicit Messages(const std::string& out);

  const std::vector<std::string>& lines() const { return lines_; }
  // In their order.
  std::vector<std::string> of(std::string_view type) const;
  std::vector<std::string> texts(std::string_view type, std::string_view pointer) const;
  std::size_t count(std::string_view type) const { return of(type).size(); }

  // The bytes of each record, as they were printed.
  std::vector<std::string> records() const;
  // Airbyte: the statuses of a stream, in their order.
  std::vector<std::string> statuses(std::string_view stream) const;
  // Airbyte: the states of a stream, in their order: their `stream_state`.
  std::vector<std::string> states(std::string_view stream) const;
  // What the platform hands to the next run. Airbyte: a list with the last state of each stream; Singer: the value of
  // the last STATE. "" without one.
  std::string airbyte_state() const;
  std::string singer_state() const;
  // The number of records printed before the last state (of that stream; "": of any).
  std::size_t records_before_last_state(std::string_view stream = {}) const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace integration
