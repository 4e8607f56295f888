// Pages of every kind, good and bad, to be fed in every way.
#pragma once

#include "slice.hpp"

#include <string>
#include <vector>

namespace integ::test {

struct Case {
  const char* name;
  std::string text;
  json::SliceOptions options;
};

inline std::vector<Case> split_cases() {
  std::vector<Case> out;
  json::SliceOptions rich = at("/data/0/items");
  rich.record = "/node";
  rich.extra = R"({"shop":"x"})";
  rich.observe = {{"/id", json::Observe::What::all, false}, {"/node/t", json::Observe::What::max, true}};
  const std::string edges =
      R"({"n":1,"data":[{"items":[{"id":1,"node":{"t":"2024-01-01T00:00:00Z","s":"\u00e9\\ \"q\""}},)"
      "\n"
      R"({"id":"b","node":{"t":"2024-01-01T00:30:00+02:00","v":[1,-2.5e-7,true,null,"a long enough string to be scanned"]}}]}],"z":0})";
  out.push_back({"rich", edges, rich});
  out.push_back({"escapes and UTF-8",
                 "\xEF\xBB\xBF[ {\"k\\u0065y\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\\ud83d\\ude00\\n\"} , {} ]\r\n",
                 at("")});
  out.push_back({"invalid UTF-8", "{\"r\":[{\"a\":\"\xF0\x9F\x98\"},{\"b\":\"\xE2(\xA1\"}]}", at("/r")});
  out.push_back({"numbers", "{\"r\":[{\"a\":-0,\"b\":10.25E+10,\"c\":1e400,\"d\":0.0}],\"n\":12345678901234567890123}",
                 at("/r")});
  out.push_back({"single", "{\"a\":{\"b\":[[],{},[{}]]}}", at("")});
  out.push_back({"null", "{\"r\":null}", at("/r")});
  out.push_back({"scalar", "-12.5e3", at("")});
  out.push_back({"other type", "{\"r\":\"text\"}", at("/r")});
  out.push_back({"no object", "{\"r\":[{},[1],{}]}", at("/r")});
  out.push_back({"cut", "{\"r\":[{\"a\":\"x\\u00", at("/r")});
  out.push_back({"malformed escape", "{\"r\":[{\"a\":\"x\\u00zz\"}]}", at("/r")});
  out.push_back({"malformed literal", "{\"r\":[{\"a\":fals3}]}", at("/r")});
  out.push_back({"malformed number", "{\"r\":[{\"a\":1.e5}]}", at("/r")});
  out.push_back({"trailing", "{\"r\":[]} ,", at("/r")});
  out.push_back({"duplicates", "{\"r\":[{\"a\":1}],\"r\":[{\"a\":2}],\"\\u0072\":3}", at("/r")});
  json::SliceOptions line = lines();
  line.record = "/node";
  line.extra = R"({"shop":"x"})";
  line.observe = {{"/id", json::Observe::What::all, false}, {"/node/t", json::Observe::What::min, true}};
  out.push_back({"lines",
                 "\xEF\xBB\xBF{\"id\":1,\"node\":{\"t\":\"2024-01-02\",\"s\":\"\\u00e9\"}}\r\n\n  \t\r\n"
                 "{\"id\":\"b\",\r\"node\":{\"t\":\"2024-01-01\",\"k\":[1,{\"x\":null}]}} \n{\"node\":{}}",
                 line});
  out.push_back({"lines with invalid UTF-8", "{\"a\":\"\xF0\x9F\x98\"}\n{\"b\":1}\n{\"c\":\"\xE2(\xA1\"}\n", lines()});
  out.push_back({"no lines", "", lines()});
  out.push_back({"a cut line", "{\"a\":1}\n{\"a\":2}\n{\"a\":", lines()});
  out.push_back({"a torn line", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n", lines()});
  out.push_back({"a line that is no object", "{\"a\":1}\n[{\"a\":2}]\n", lines()});
  return out;
}

}  // namespace integ::test
