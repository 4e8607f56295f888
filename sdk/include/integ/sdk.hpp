// Everything a plug-in author needs, in one include. The guide is sdk/docs/guide.md.
//
// Header-only C++20, standard library only: compile with -std=c++20 and the flags that
// `pkg-config --cflags --libs integ-sdk` prints.
#pragma once

#if !defined(_MSVC_LANG) && __cplusplus < 202002L
#error "integ/sdk.hpp needs C++20: compile with -std=c++20"
#endif

#include <integ/abi.h>
#include <integ/adapter.hpp>
#include <integ/auth.hpp>
#include <integ/authorize.hpp>
#include <integ/codec.hpp>
#include <integ/context.hpp>
#include <integ/emission.hpp>
#include <integ/entry.hpp>
#include <integ/error.hpp>
#include <integ/fields.hpp>
#include <integ/hmac.hpp>
#include <integ/link_header.hpp>
#include <integ/oauth.hpp>
#include <integ/pagers.hpp>
#include <integ/paging.hpp>
#include <integ/request.hpp>
#include <integ/response.hpp>
#include <integ/schema.hpp>
#include <integ/selected.hpp>
#include <integ/source.hpp>
#include <integ/stream.hpp>
#include <integ/types.hpp>
#include <integ/url.hpp>
#include <integ/value.hpp>
#include <integ/window.hpp>
#include <integ/windowed.hpp>
