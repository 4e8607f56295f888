#include "support.hpp"

#include <fstream>
#include <iterator>

namespace integ::protocol::testing {

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  ASSERT_TRUE(out.flush()) << path;
}

std::vector<std::string> lines_of(std::string_view text) {
  EXPECT_TRUE(text.empty() || text.back() == '\n') << "a torn last line";
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

Stream make_stream(std::string name, std::string schema) {
  Stream stream;
  stream.name = std::move(name);
  stream.json_schema = std::move(schema);
  return stream;
}

Stream orders() {
  Stream stream =
      make_stream("orders", R"({"type":"object","properties":{"id":{"type":"integer"},)"
                            R"("updated_at":{"type":"string"},"customer":{"type":"object","properties":)"
                            R"({"name":{"type":"string"},"email":{"type":"string"}}},"lines":{"type":)"
                            R"("array","items":{"type":"object","properties":{"sku":{"type":"string"}}}}}})");
  stream.name_space = "shop";
  stream.primary_key = {{"/id", 0}};
  stream.iterate_by = {{"/updated_at", 1}};
  stream.incremental = true;
  stream.resumable = true;
  return stream;
}

Batch batch(const Stream& stream, std::initializer_list<std::string_view> records) {
  Batch made;
  made.stream = &stream;
  made.records.assign(records);
  made.extracted_at_ms = 1'704'164'645'006;  // 2024-01-02T03:04:05.006Z
  return made;
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(INTEG_GOLDEN_DIR) + "/" + name;
  if (const char* accept = std::getenv("INTEG_ACCEPT_GOLDEN"); accept != nullptr && std::string_view(accept) == "1") {
    put(path, text);
    return;
  }
  EXPECT_EQ(contents(path), text) << "differs from " << path << "; when it should, run with INTEG_ACCEPT_GOLDEN=1";
}

}  // namespace integ::protocol::testing
