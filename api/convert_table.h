// The two ways through a table of pairs, and what else every translation needs: for the convert…cc alone.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "certmark/v1/resources.pb.h"
#include "verifier-sdk/core/result.h"
#include "verifier-sdk/core/time.h"

namespace certmark::api {

/// Second is the message's value of a domain value. REQUIRES: the table has it.
template <class A, class B, std::size_t kSize>
B Second(const std::pair<A, B> (&table)[kSize], const A& first) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const auto& row) { return row.first == first; });
  if (found == std::end(table)) Die("convert: a value without its pair");
  return found->second;
}

/// First is the domain value of a message's value. InvalidArgument, in the words of `what`: the table has none.
template <class A, class B, std::size_t kSize>
Result<A> First(const std::pair<A, B> (&table)[kSize], const B& second, std::string_view what) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const auto& row) { return row.second == second; });
  if (found == std::end(table)) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string(what) + " " + std::to_string(second) + " is not specified or not known"};
  }
  return found->first;
}

/// Put writes a time into a message.
inline void Put(Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(ToEpoch(time));
}

}  // namespace certmark::api
