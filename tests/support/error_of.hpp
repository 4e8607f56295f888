// The error that something must throw.
#pragma once

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace support {

// The test fails where there is none.
template <typename Action>
integ::Error error_of(Action&& action) {
  try {
    action();
  } catch (const integ::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {integ::Kind::internal, "no error was thrown"};
}

}  // namespace support
