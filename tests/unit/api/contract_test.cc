#include "api/contract.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

TEST(Contract, HasNoReadThatCanBeNamedByItsCaller) {
  for (const auto* rpc : Rpcs()) {
    const bool is_named = rpc->input_type()->FindFieldByName("request_id") != nullptr;
    EXPECT_FALSE(is_named && IsRead(*rpc->input_type())) << rpc->full_name();
  }
}

// Whoever adds to these says why: what writes holds a thread until the log has published.
TEST(Contract, HasFewWritesThatCannotBeNamedByTheirCaller) {
  std::set<std::string> writes;
  for (const auto* rpc : Rpcs()) {
    const bool is_named = rpc->input_type()->FindFieldByName("request_id") != nullptr;
    if (!is_named && !IsRead(*rpc->input_type())) writes.insert(rpc->name());
  }
  // Streams name nothing; a document that is read is on record before; the same key is renewed as often as one likes.
  EXPECT_EQ(writes, (std::set<std::string>{"DeleteSubscription", "ReadDocument", "RenewCertificate", "UploadDocument",
                                           "WatchLog"}));
}

TEST(Contract, DoesNotTakeAMessageThatAsksForNothingForARead) {
  EXPECT_FALSE(IsRead(*v1::Certification::descriptor()));
}

}  // namespace
}  // namespace certmark::api
