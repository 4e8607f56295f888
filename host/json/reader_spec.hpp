// How the bytes of an answer become JSON: the text of integ_request.parser, taken apart.
//
//   const ReaderSpec spec = ReaderSpec::parse("zip?entry=*.csv,csv?delimiter=;");
//
// Layers from the outside, parted by commas: any of `gzip` and `zip`, then one format (json, jsonl or ndjson, xml, csv,
// tsv). Options stand behind a `?` as in a URL, parted by `&`, values percent-encoded where they need it. The format is
// the last layer, so a comma in its options is its own: `gzip,csv?header=false&columns=id,name`. Plain data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

struct Wrapper {
  enum class Kind { gzip, zip };
  Kind kind = Kind::gzip;
  std::string entry;  // of a zip: which one, `*` for any number of characters; "": the only one there is
  bool operator==(const Wrapper&) const = default;
};

struct XmlOptions {
  using Path = std::vector<std::string>;  // names of elements; written with dots between them
  Path prefix;                            // what is read is the value there, instead of the whole document
  std::vector<Path> arrays;               // below the prefix: always arrays, even of one or none
  std::string attributes = "@";           // in front of attributes' names
  bool namespaces = true;                 // names keep their prefix, as written
  std::string charset;                    // instead of the declared one
  bool operator==(const XmlOptions&) const = default;
};

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';                  // '\0': none, it is a character like others
  bool header = true;                // the first row has the names
  std::vector<std::string> columns;  // names, where no row has them; else those that the header has to have
  std::size_t skip = 0;              // lines in front of the first row
  std::string charset;               // instead of the answer's
  bool operator==(const CsvOptions&) const = default;
};

struct ReaderSpec {
  enum class Format {
    any,  // nothing was said: JSON, where it is to be sliced
    json,
    lines,  // a JSON object a line
    xml,
    csv,  // and tsv
  };

  std::vector<Wrapper> wrappers;  // from the outside
  Format format = Format::any;
  std::string name;  // of the format, as it was written
  XmlOptions xml;
  CsvOptions csv;

  // Throws Error: UNSUPPORTED for a layer or an option that is not known, with those that are; ARGUMENT for a value or
  // an order that can't be.
  static ReaderSpec parse(std::string_view text);
  // A body is sliced as it comes in, nothing has to be done to it.
  bool plain() const noexcept { return wrappers.empty() && (format == Format::any || format == Format::json); }
  bool operator==(const ReaderSpec&) const = default;
};

}  // namespace integ::json
