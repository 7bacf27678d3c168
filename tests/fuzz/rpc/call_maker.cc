#include "tests/fuzz/rpc/call_maker.h"

#include <array>
#include <cstdint>
#include <limits>

#include "verifier-sdk/core/utf8.h"

namespace certmark::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

constexpr int kMaxDepth = 4;
constexpr std::array<std::uint64_t, 18> kEdges = {0,
                                                  1,
                                                  2,
                                                  7,
                                                  255,
                                                  256,
                                                  500,
                                                  501,
                                                  1'000,
                                                  1'001,
                                                  0x7FFF'FFFF,
                                                  0x8000'0000,
                                                  0xFFFF'FFFF,
                                                  0x1'0000'0000,
                                                  0x7FFF'FFFF'FFFF'FFFF,
                                                  0x8000'0000'0000'0000,
                                                  0xFFFF'FFFF'FFFF'FFFE,
                                                  0xFFFF'FFFF'FFFF'FFFF};

std::uint64_t Number(FuzzedDataProvider& bytes) {
  switch (bytes.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return bytes.ConsumeIntegral<std::uint64_t>();
    case 1:
      return bytes.ConsumeIntegral<std::uint8_t>();
    default:
      return bytes.PickValueInArray(kEdges);
  }
}

// Spoil puts one fault into a text.
std::string Spoil(FuzzedDataProvider& bytes, std::string text) {
  const std::size_t at = bytes.ConsumeIntegralInRange<std::size_t>(0, text.empty() ? 0 : text.size() - 1);
  switch (bytes.ConsumeIntegralInRange(0, 5)) {
    case 0:
      text.resize(at);
      break;
    case 1:
      if (!text.empty()) text[at] = bytes.ConsumeIntegral<char>();
      break;
    case 2:
      text.insert(at, bytes.ConsumeRandomLengthString(16));
      break;
    case 3:
      if (!text.empty()) text.erase(at, 1);
      break;
    case 4:
      text += text;
      break;
    default:
      text.insert(at, 1, '\0');
  }
  return text;
}

std::string AnyText(FuzzedDataProvider& bytes, const LiveValues& live, const FieldDescriptor& member) {
  // In lower case, as a request's id has to be.
  static const std::array<std::string, 3> kIds = {"01890a5d-ac96-774b-bcce-b302099a8057",
                                                  "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                                                  "00000000-0000-0000-0000-000000000000"};
  if (member.name() == "request_id" && bytes.ConsumeBool()) return bytes.PickValueInArray(kIds);
  const std::string* told = live.TextFor(bytes, member);
  const int choice = bytes.ConsumeIntegralInRange(0, 9);
  if (told != nullptr && choice < 6) return *told;
  if (told != nullptr && choice < 8) return Spoil(bytes, *told);
  if (choice < 9) return bytes.ConsumeRandomLengthString(256);
  // Longer than most members may be, and within what a message may.
  const std::string piece = bytes.ConsumeRandomLengthString(8);
  std::string text;
  const std::size_t size = bytes.ConsumeIntegralInRange<std::size_t>(0, 96 * 1024);
  while (!piece.empty() && text.size() < size) text += piece;
  return text;
}

// TextOf is one that a transport hands over: protobuf takes no `string` that is not UTF-8.
std::string TextOf(FuzzedDataProvider& bytes, const LiveValues& live, const FieldDescriptor& member) {
  std::string text = AnyText(bytes, live, member);
  if (member.type() == FieldDescriptor::TYPE_BYTES || IsUtf8(text)) return text;
  for (char& c : text) c = static_cast<char>(c & 0x7F);
  return text;
}

void AlterIn(FuzzedDataProvider& bytes, const LiveValues& live, Message& message, int depth);

// Set gives a member one value, or one more where it is repeated.
void Set(FuzzedDataProvider& bytes, const LiveValues& live, Message& message, const FieldDescriptor& member,
         int depth) {
  const Reflection& reflection = *message.GetReflection();
  const auto put = [&](auto set, auto add, auto value) {
    if (member.is_repeated()) {
      (reflection.*add)(&message, &member, value);
    } else {
      (reflection.*set)(&message, &member, value);
    }
  };
  switch (member.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return put(&Reflection::SetString, &Reflection::AddString, TextOf(bytes, live, member));
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&Reflection::SetBool, &Reflection::AddBool, bytes.ConsumeBool());
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&Reflection::SetInt32, &Reflection::AddInt32, static_cast<std::int32_t>(Number(bytes)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&Reflection::SetUInt32, &Reflection::AddUInt32, static_cast<std::uint32_t>(Number(bytes)));
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&Reflection::SetInt64, &Reflection::AddInt64, static_cast<std::int64_t>(Number(bytes)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&Reflection::SetUInt64, &Reflection::AddUInt64, Number(bytes));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int declared = bytes.ConsumeIntegralInRange(0, member.enum_type()->value_count());
      const bool is_one = declared < member.enum_type()->value_count();
      const int value = is_one ? member.enum_type()->value(declared)->number() : static_cast<int>(Number(bytes));
      return put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, value);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth >= kMaxDepth) return;
      return AlterIn(bytes, live,
                     *(member.is_repeated() ? reflection.AddMessage(&message, &member)
                                            : reflection.MutableMessage(&message, &member)),
                     depth + 1);
    default:
      return;  // no message of the contract has a floating-point number
  }
}

void AlterMember(FuzzedDataProvider& bytes, const LiveValues& live, Message& message, const FieldDescriptor& member,
                 int depth) {
  constexpr std::array<int, 8> kCounts = {0, 1, 1, 2, 3, 16, 65, 1'001};
  // Half stay as they are; that is what makes of a request that was answered one that is nearly so.
  const int choice = bytes.ConsumeIntegralInRange(0, 7);
  if (choice < 4) return;
  if (choice == 4) return message.GetReflection()->ClearField(&message, &member);
  const int count = member.is_repeated() ? bytes.PickValueInArray(kCounts) : 1;
  for (int i = 0; i < count; ++i) Set(bytes, live, message, member, depth);
}

void AlterIn(FuzzedDataProvider& bytes, const LiveValues& live, Message& message, int depth) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) AlterMember(bytes, live, message, *type.field(i), depth);
}

void AlterOne(FuzzedDataProvider& bytes, const LiveValues& live, Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  if (type.field_count() == 0) return;
  Set(bytes, live, message, *type.field(bytes.ConsumeIntegralInRange(0, type.field_count() - 1)), 0);
}

// Name says what a request is about, and nothing else: enough for most that read.
void Name(FuzzedDataProvider& bytes, const LiveValues& live, Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  if (type.field_count() == 0 || type.field(0)->is_repeated()) return Alter(bytes, live, message);
  const FieldDescriptor& first = *type.field(0);
  if (first.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return Set(bytes, live, message, first, 0);
  if (const std::string* told = live.TextFor(bytes, first)) message.GetReflection()->SetString(&message, &first, *told);
}

}  // namespace

void Alter(FuzzedDataProvider& bytes, const LiveValues& live, Message& message) {
  AlterIn(bytes, live, message, 0);
}

std::unique_ptr<Message> NewMessage(const Descriptor& type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

std::unique_ptr<Message> MakeRequest(FuzzedDataProvider& bytes, const LiveValues& live, const Descriptor& type) {
  auto request = NewMessage(type);
  const Message* like = bytes.ConsumeIntegralInRange(0, 7) != 0 ? live.Like(bytes, type) : nullptr;
  if (like != nullptr) {
    request->CopyFrom(*like);
    for (int faults = bytes.ConsumeIntegralInRange(0, 2); faults > 0; --faults) AlterOne(bytes, live, *request);
  } else if (bytes.ConsumeBool()) {
    Name(bytes, live, *request);
  } else {
    Alter(bytes, live, *request);
  }
  return request;
}

}  // namespace certmark::fuzz
