// What an authority has told so far: names, etags, tokens, signed documents, and the requests that it did. Nobody would
// guess them, and what is behind the first check is reached by them alone.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace certmark::fuzz {

/// LiveValues keeps the newest of each kind.
class LiveValues {
 public:
  /// Add takes up a text that a member of that name may hold.
  void Add(const std::string& member, const std::string& text);
  /// Learn takes up every text in a message, each under its member's name.
  void Learn(const google::protobuf::Message& message);
  /// Keep takes up a request that was answered.
  void Keep(const google::protobuf::Message& request);

  /// TextFor is one for a member of a request of that type: in most cases one that it may well hold. Null: there is
  /// none.
  const std::string* TextFor(FuzzedDataProvider& bytes, const google::protobuf::FieldDescriptor& member) const;
  /// Like is a request of that type that was answered, or null.
  const google::protobuf::Message* Like(FuzzedDataProvider& bytes, const google::protobuf::Descriptor& type) const;

 private:
  static constexpr std::size_t kMaxOfAKind = 64, kMaxText = 16 * 1024;
  using Texts = std::vector<std::string>;

  const Texts* TextsFor(FuzzedDataProvider& bytes, const google::protobuf::FieldDescriptor& member) const;

  std::map<std::string, Texts> by_member_, by_collection_;  // the latter: resource names
  std::map<const google::protobuf::Descriptor*, std::vector<std::unique_ptr<google::protobuf::Message>>> requests_;
};

}  // namespace certmark::fuzz
