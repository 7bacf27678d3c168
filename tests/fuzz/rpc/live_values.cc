#include "tests/fuzz/rpc/live_values.h"

#include <algorithm>
#include <cctype>

namespace certmark::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The oldest makes room: later states build on what was told last.
template <class T>
void KeepNewest(std::vector<T>& all, T value, std::size_t limit) {
  if (all.size() >= limit) all.erase(all.begin());
  all.push_back(std::move(value));
}

// CollectionOf is `cases/` of `cases/…`; empty: it is no resource's name.
std::string CollectionOf(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos || slash == 0 || slash > 20) return {};
  const auto is_letter = [](unsigned char c) { return std::islower(c) != 0; };
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_letter)) return {};
  return text.substr(0, slash + 1);
}

// IsAbout: `cases/` is what GetCaseRequest's `name` and OpenCase's `case` are about.
bool IsAbout(const FieldDescriptor& member, const std::string& collection) {
  std::string words = member.containing_type()->name() + " " + member.name();
  std::ranges::transform(words, words.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string stem = collection.substr(0, std::max<std::size_t>(collection.size() - 4, 3));  // part(ies), ca(ses)
  return words.find(stem) != words.npos;
}

}  // namespace

void LiveValues::Add(const std::string& member, const std::string& text) {
  if (text.empty() || text.size() > kMaxText) return;
  const auto keep = [&](Texts& texts) {
    if (std::ranges::find(texts, text) == texts.end()) KeepNewest(texts, text, kMaxOfAKind);
  };
  keep(by_member_[member]);
  if (const std::string collection = CollectionOf(text); !collection.empty()) keep(by_collection_[collection]);
}

void LiveValues::Learn(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* member : set) {
    const int size = member->is_repeated() ? std::min(reflection.FieldSize(message, member), 8) : 1;
    for (int i = 0; i < size; ++i) {
      if (member->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        Add(member->name(), member->is_repeated() ? reflection.GetRepeatedString(message, member, i)
                                                  : reflection.GetString(message, member));
      } else if (member->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Learn(member->is_repeated() ? reflection.GetRepeatedMessage(message, member, i)
                                    : reflection.GetMessage(message, member));
      }
    }
  }
}

void LiveValues::Keep(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  KeepNewest(requests_[request.GetDescriptor()], std::move(copy), kMaxOfAKind / 8);
}

const LiveValues::Texts* LiveValues::TextsFor(FuzzedDataProvider& bytes, const FieldDescriptor& member) const {
  const auto any = [&](const std::map<std::string, Texts>& kinds) -> const Texts* {
    if (kinds.empty()) return nullptr;
    return &std::next(kinds.begin(), bytes.ConsumeIntegralInRange<std::ptrdiff_t>(0, std::ssize(kinds) - 1))->second;
  };
  const unsigned choice = bytes.ConsumeIntegralInRange<unsigned>(0, 9);
  if (choice < 5) {
    for (const auto& [collection, texts] : by_collection_) {
      if (IsAbout(member, collection)) return &texts;
    }
  }
  if (choice < 8) {
    const auto found = by_member_.find(member.name());
    if (found != by_member_.end()) return &found->second;
  }
  return choice < 9 ? any(by_collection_) : any(by_member_);
}

const std::string* LiveValues::TextFor(FuzzedDataProvider& bytes, const FieldDescriptor& member) const {
  const Texts* texts = TextsFor(bytes, member);
  return texts == nullptr ? nullptr : &(*texts)[bytes.ConsumeIntegralInRange<std::size_t>(0, texts->size() - 1)];
}

const Message* LiveValues::Like(FuzzedDataProvider& bytes, const Descriptor& type) const {
  const auto found = requests_.find(&type);
  if (found == requests_.end()) return nullptr;
  return found->second[bytes.ConsumeIntegralInRange<std::size_t>(0, found->second.size() - 1)].get();
}

}  // namespace certmark::fuzz
