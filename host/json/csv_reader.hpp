// CSV (RFC 4180) and what spreadsheets and databases write in its place, to a JSON array of objects.
//
//   csv_to_json("csv", "id,name\r\n1,\"a \"\"b\"\"\"\r\n", {}, limits)     [{"id":"1","name":"a \"b\""}]
//
// - Values are strings, as they are written: typing is the schema's. Quoted values may hold delimiters and line ends.
// - A row ends with LF, CRLF or CR. Empty lines are no rows (a row of one empty value is written `""`).
// - A row has as many values as the header has names; one that has more or fewer is an error with its line and byte.
// - A quote inside of a value that did not begin with one is a character of it.
// - A header's empty name becomes column_N (N from 1), a name that came before gets _2, _3 behind it.
// - An empty body has no records.
#pragma once

#include "json/reader.hpp"

#include <string>
#include <string_view>

namespace integ::json {

// `text` is UTF-8; invalid parts stay as they are. Throws ReadError: cut where a quoted value has no end or the last
// row is too short and has no line end, malformed for other rows, too_large. `layer` begins the messages.
std::string csv_to_json(std::string_view layer, std::string_view text, const CsvOptions& options,
                        const ReadLimits& limits);

}  // namespace integ::json
