// Writes the pages that the benchmark reads: nested records of a given size, chained by absolute next links.
//
//   bench_pages DIRECTORY ORIGIN RECORDS RECORDS_A_PAGE RECORD_BYTES
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

namespace {

std::string record(unsigned long number, std::size_t size, std::mt19937& random) {
  const std::string id = std::to_string(number);
  std::string out = R"({"name":"item-)" + id + R"(","url":"https://api.example.com/item/)" + id + R"(","id":)" + id +
                    R"(,"price":)" + std::to_string(random() % 100000) + "." + std::to_string(10 + random() % 90) +
                    R"(,"active":)" + (number % 2 == 0 ? "true" : "false") + R"(,"owner":{"id":)" +
                    std::to_string(random() % 977) + R"(,"email":"user)" + std::to_string(random() % 977) +
                    R"(@example.com","address":{"city":"Malm\u00f6","zip":"21120"}},"lines":[)";
  for (int line = 0; line < 3; ++line) {
    out += (line > 0 ? "," : "") + std::string(R"({"sku":"SKU-)") + std::to_string(random() % 10000) + R"(","qty":)" +
           std::to_string(line + 1) + R"(,"amount":)" + std::to_string(random() % 50) + ".25}";
  }
  out += R"(],"updated_at":"2024-01-02T03:04:05Z","note":")";
  static constexpr const char* kWords[] = {"lorem ", "ipsum ", "dolor ", "sit ", "amet ", "consectetur ", "elit "};
  while (out.size() + 2 < size) out += kWords[random() % 7];
  return out + "\"}";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: bench_pages DIRECTORY ORIGIN RECORDS RECORDS_A_PAGE RECORD_BYTES\n", stderr);
    return 2;
  }
  const std::string directory = argv[1];
  const std::string origin = argv[2];
  const unsigned long records = std::strtoul(argv[3], nullptr, 10);
  const unsigned long a_page = std::strtoul(argv[4], nullptr, 10);
  const std::size_t size = std::strtoul(argv[5], nullptr, 10);
  const unsigned long pages = (records + a_page - 1) / a_page;
  std::mt19937 random(1);
  std::ofstream list(directory + "/curl.cfg");
  for (unsigned long page = 0; page < pages; ++page) {
    const std::string name = "p" + std::to_string(page) + ".json";
    list << "url = \"" << origin << '/' << name << "\"\noutput = \"/dev/null\"\n";
    std::ofstream out(directory + "/" + name);
    out << R"({"count":)" << records << R"(,"next":)";
    if (page + 1 < pages) {
      out << '"' << origin << "/p" << page + 1 << ".json\"";
    } else {
      out << "null";
    }
    out << R"(,"previous":null,"results":[)";
    for (unsigned long i = page * a_page; i < records && i < (page + 1) * a_page; ++i) {
      out << (i % a_page > 0 ? "," : "") << record(i, size, random);
    }
    out << "]}";
    if (!out) {
      std::fprintf(stderr, "bench_pages: cannot write %s/%s\n", directory.c_str(), name.c_str());
      return 1;
    }
  }
  return 0;
}
