// The transfer alone: fetches URLs one after the other over one connection and throws the bodies away. What no program
// on libcurl can be faster than. Prints how many bytes of bodies there were.
//
//   bench_transfer [--gzip | --decode] [--ca FILE] LIST
//
// LIST: a file of URLs, one a line. --gzip: gzip is asked for and thrown away as it comes. --decode: libcurl unpacks
// it.
#include <curl/curl.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

// As large as integ's, see host/http/curl_setup.cpp: the same number of calls of recv(2).
constexpr long kReceiveBuffer = 512L << 10;

struct Options {
  bool gzip = false;
  bool decode = false;
  std::string ca;
  std::string list;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--gzip") {
      options.gzip = true;
    } else if (word == "--decode") {
      options.decode = true;
    } else if (word == "--ca" && i + 1 < argc) {
      options.ca = argv[++i];
    } else if (options.list.empty() && !word.starts_with("-")) {
      options.list = word;
    } else {
      throw std::runtime_error("what is " + std::string(word) + "?");
    }
  }
  if (options.list.empty()) throw std::runtime_error("usage: bench_transfer [--gzip | --decode] [--ca FILE] LIST");
  return options;
}

std::size_t count(char*, std::size_t, std::size_t size, void* bytes) {
  *static_cast<std::size_t*>(bytes) += size;
  return size;
}

std::size_t fetch_all(const Options& options) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), &curl_easy_cleanup);
  if (easy == nullptr) throw std::runtime_error("libcurl does not start");
  std::size_t bytes = 0;
  curl_easy_setopt(easy.get(), CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);  // or six calls of sigaction(2) an answer
  curl_easy_setopt(easy.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &count);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, static_cast<void*>(&bytes));
  if (!options.ca.empty()) curl_easy_setopt(easy.get(), CURLOPT_CAINFO, options.ca.c_str());
  if (options.gzip || options.decode) curl_easy_setopt(easy.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
  if (options.gzip) curl_easy_setopt(easy.get(), CURLOPT_HTTP_CONTENT_DECODING, 0L);

  std::ifstream list(options.list);
  std::string url;
  while (std::getline(list, url)) {
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) throw std::runtime_error(url + ": " + curl_easy_strerror(code));
  }
  if (!list.eof()) throw std::runtime_error("cannot read " + options.list);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::printf("%zu\n", fetch_all(options_of(argc, argv)));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_transfer: %s\n", error.what());
    return 1;
  }
}
