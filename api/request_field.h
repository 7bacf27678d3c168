// Which field of a request an error blames.
//
// An Error has a code and a line, and every layer below shares it; so the line carries the field, in front, from where
// a handler says it to where a transport takes it off again: "`field`: message".
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "verifier-sdk/core/result.h"

namespace certmark::api {

/// InField blames `field`, a path as protobuf writes it, for an InvalidArgument; any other error stays as it is. What
/// already blames a field of a part is blamed on that part: `roles[0]` in `approval` is `approval.roles[0]`.
Error InField(std::string_view field, Error error);

template <class T>
Result<T> InField(std::string_view field, Result<T> result) {
  if (!result) return InField(field, std::move(result).error());
  return result;
}

/// FieldAt is the path of an element of a repeated field: `roles[0]`.
std::string FieldAt(std::string_view field, int index);

/// FieldOf is the field that InField blamed; empty: none.
std::string_view FieldOf(const Error& error);

/// WithoutField is the error's message without it.
std::string_view WithoutField(const Error& error);

}  // namespace certmark::api
