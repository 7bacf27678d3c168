// REST's JSON against protobuf's own printer, over every answer of the contract.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>

#include "api/contract.h"
#include "api/convert.h"
#include "certmark/v1/public.pb.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kText[] = "quotes \" and \\, <a>, a tab\t, 漢字, \x01, \xe2\x80\xa8 and \xf0\x9f\x98\x80";

void Fill(Message& message, int depth);

void FillMember(Message& message, const FieldDescriptor& member, int depth) {
  const auto& its = *message.GetReflection();
  const bool many = member.is_repeated();
  switch (member.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return many ? its.AddBool(&message, &member, true) : its.SetBool(&message, &member, true);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? its.AddUInt32(&message, &member, 4294967295u) : its.SetUInt32(&message, &member, 4294967295u);
    case FieldDescriptor::CPPTYPE_UINT64:
      return many ? its.AddUInt64(&message, &member, 1ull << 63) : its.SetUInt64(&message, &member, 1ull << 63);
    case FieldDescriptor::CPPTYPE_ENUM:  // one that is named, and one that nobody knows
      if (many) its.AddEnumValue(&message, &member, 77);
      return many ? its.AddEnumValue(&message, &member, 1) : its.SetEnumValue(&message, &member, 1);
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? its.AddString(&message, &member, kText) : its.SetString(&message, &member, kText);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      ASSERT_FALSE(member.is_map()) << member.full_name();
      return Fill(many ? *its.AddMessage(&message, &member) : *its.MutableMessage(&message, &member), depth - 1);
    default:
      FAIL() << member.full_name();
  }
}

// Fill gives every member something, many of what there may be many of; of messages in messages not without end.
void Fill(Message& message, int depth) {
  if (auto* time = google::protobuf::DynamicCastToGenerated<google::protobuf::Timestamp>(&message)) {
    time->set_seconds(1793664000);
    return;
  }
  for (int i = 0; depth > 0 && i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& member = *message.GetDescriptor()->field(i);
    for (int times = member.is_repeated() ? 2 : 1; times > 0; --times) FillMember(message, member, depth);
  }
}

std::unique_ptr<Message> New(const Descriptor& type) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

std::string Protobufs(const Message& message, EmptyMembers empty) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = empty == EmptyMembers::kWritten;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
}

void ExpectSame(const Message& message) {
  for (const EmptyMembers empty : {EmptyMembers::kWritten, EmptyMembers::kLeftOut}) {
    const auto ours = ToRestJson(message, empty);
    ASSERT_TRUE(ours) << message.GetTypeName() << ": " << ours.error().message;
    EXPECT_EQ(boost::json::parse(*ours), boost::json::parse(Protobufs(message, empty))) << *ours;
  }
}

TEST(RestJson, SaysWhatProtobufsOwnSaysOfEveryAnswer) {
  for (const auto* rpc : Rpcs()) {
    const auto answer = New(*rpc->output_type());
    ExpectSame(*answer);
    Fill(*answer, 4);
    ExpectSame(*answer);
  }
}

TEST(RestJson, WritesTheTimeToTheNanosecondWhereThereIsOne) {
  v1::Certification certification;
  certification.mutable_valid_from()->set_nanos(1'000);
  ExpectSame(certification);
}

}  // namespace
}  // namespace certmark::api
