#include "records.hpp"

#include <array>

namespace bench {

namespace {

constexpr std::size_t kNested = 450;  // a nested record takes as much without any words

std::string nested_members(std::mt19937& random) {
  const std::string user = std::to_string(random() % 977);
  std::string out = R"(,"owner":{"id":)" + user + R"(,"email":"user)" + user +
                    R"(@example.com","address":{"city":"Malm\u00f6","zip":"21120"}},"lines":[)";
  for (int line = 0; line < 3; ++line) {
    out += (line > 0 ? "," : "") + std::string(R"({"sku":"SKU-)") + std::to_string(random() % 10000) + R"(","qty":)" +
           std::to_string(line + 1) + R"(,"amount":)" + std::to_string(random() % 50) + ".25}";
  }
  return out + "]";
}

const char* word(Text text, std::mt19937& random) {
  static constexpr std::array kPlain = {"lorem ", "ipsum ", "dolor ", "sit ", "amet ", "consectetur ", "elit "};
  static constexpr std::array kEscaped = {R"(\u0441\u043d\u0435\u0433 )", R"(\u0434\u043e\u043c )",
                                          R"(\u0432\u043e\u0434\u0430 )", R"(\u043c\u043e\u0440\u0435 )"};
  return text == Text::plain ? kPlain[random() % kPlain.size()] : kEscaped[random() % kEscaped.size()];
}

}  // namespace

std::string record(std::uint64_t number, std::size_t bytes, Text text, std::mt19937& random) {
  const std::string id = std::to_string(number);
  std::string out = R"({"name":"item-)" + id + R"(","url":"https://api.example.com/item/)" + id + R"(","id":)" + id +
                    R"(,"price":)" + std::to_string(random() % 100000) + "." + std::to_string(10 + random() % 90) +
                    R"(,"active":)" + (number % 2 == 0 ? "true" : "false");
  if (bytes >= kNested) out += nested_members(random);
  out += R"(,"updated_at":"2024-01-02T03:04:05Z","note":")";
  while (out.size() + 2 < bytes) out += word(text, random);
  return out + "\"}";
}

std::string pretty(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool quoted = false;
  const auto line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (quoted) {
      out += c;
      if (c == '\\') out += json[++at];
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      out += c;
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      --depth;
      line();
      out += c;
    } else {
      out += c;
      if (c == ',') line();
      if (c == ':') out += ' ';
      quoted = c == '"';
    }
  }
  return out;
}

}  // namespace bench
