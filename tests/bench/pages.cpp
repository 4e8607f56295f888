// Writes pages of records, p0.json, p1.json and so on, chained by absolute next links.
//
//   bench_pages DIRECTORY URL RECORDS RECORDS_A_PAGE RECORD_BYTES plain|pretty|escaped
//
// URL is where DIRECTORY will be served.
#include "records.hpp"

#include <cstdio>
#include <fstream>
#include <string>

namespace {

struct Job {
  std::string directory;
  std::string url;
  std::uint64_t records = 0;
  std::uint64_t a_page = 0;
  std::size_t record_bytes = 0;
  std::string style;
};

std::string page(const Job& job, std::uint64_t number, std::mt19937& random) {
  const bool last = (number + 1) * job.a_page >= job.records;
  std::string out = R"({"count":)" + std::to_string(job.records) + R"(,"next":)" +
                    (last ? "null" : '"' + job.url + "/p" + std::to_string(number + 1) + ".json\"") +
                    R"(,"previous":null,"results":[)";
  const bench::Text text = job.style == "escaped" ? bench::Text::escaped : bench::Text::plain;
  for (std::uint64_t i = number * job.a_page; i < job.records && i < (number + 1) * job.a_page; ++i) {
    if (i % job.a_page > 0) out += ',';
    out += bench::record(i, job.record_bytes, text, random);
  }
  out += "]}";
  return job.style == "pretty" ? bench::pretty(out) : out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("usage: bench_pages DIRECTORY URL RECORDS RECORDS_A_PAGE RECORD_BYTES plain|pretty|escaped\n", stderr);
    return 2;
  }
  const Job job{argv[1], argv[2], std::stoull(argv[3]), std::stoull(argv[4]), std::stoul(argv[5]), argv[6]};
  std::mt19937 random(1);
  for (std::uint64_t number = 0; number * job.a_page < job.records; ++number) {
    const std::string file = job.directory + "/p" + std::to_string(number) + ".json";
    std::ofstream out(file, std::ios::binary);
    out << page(job, number, random);
    out.close();
    if (!out) {
      std::fprintf(stderr, "bench_pages: cannot write %s\n", file.c_str());
      return 1;
    }
  }
  return 0;
}
