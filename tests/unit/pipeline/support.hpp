// Pipelines out of text, in a folder of their own, with an environment of their own.
#pragma once

#include "pipeline/pipeline.hpp"
#include "support/error_of.hpp"
#include "support/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace integ::pipeline::test {

using Folder = support::TempFolder;
using support::error_of;

using Variables = std::map<std::string, std::string>;
Environment environment(const Variables& variables);

// The value of the text, as file "p.yaml".
Value yaml(const std::string& text, const Variables& variables = {});
// The only pipeline of the text, from a file that is gone again.
Pipeline pipeline(const std::string& text, const Variables& variables = {}, const std::vector<Override>& set = {});
// A pipeline with this `config:` section (indented by two).
Pipeline with_config(const std::string& config, const Variables& variables = {});

Error yaml_error(const std::string& text, const Variables& variables = {});
Error pipeline_error(const std::string& text, const Variables& variables = {}, const std::vector<Override>& set = {});

// An Error of kind config with its place and a part of its message.
MATCHER_P3(IsAt, line, column, part,
           "a config error at " + std::to_string(line) + ":" + std::to_string(column) + " that says " +
               testing::PrintToString(part)) {
  *result_listener << "which is " << name_of(arg.kind()) << ": " << arg.what();
  return arg.kind() == Kind::config && arg.where().line == line && arg.where().column == column &&
         arg.message().find(part) != std::string::npos;
}

}  // namespace integ::pipeline::test
