// JSON as FORMATS.md §1 allows it, read into an immutable document and written compactly.
//
// Refused, wherever it stands: a BOM, bad UTF-8, a lone surrogate, U+0000, a duplicate member (compared after
// unescaping), depth above 16, anything but white space after the value, and every number that is not a plain decimal 0
// … 2^53−1.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verifier-sdk/core/result.h"

namespace certmark::json {

inline constexpr std::uint64_t kMaxNumber = (1ULL << 53) - 1;
inline constexpr std::size_t kMaxDepth = 16;

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct DocumentBody;

/// Value is a cheap handle to one value of a Document, which must outlive it and every string_view it hands out; the
/// Document may be moved meanwhile.
class Value {
 public:
  Kind kind() const;
  bool is(Kind k) const { return kind() == k; }

  // REQUIRES: the value is of the kind asked for.
  bool AsBool() const;
  std::uint64_t AsNumber() const;
  std::string_view AsString() const;
  std::vector<Value> Elements() const;                              ///< of an array, in order
  std::vector<std::pair<std::string_view, Value>> Members() const;  ///< of an object, in order

  /// Find returns the member `name` of an object, or nothing. REQUIRES: an object.
  std::optional<Value> Find(std::string_view name) const;

  // Members of an object that must be there. InvalidArgument names the member: missing, null, or of another type; or
  // this value is no object.
  Result<std::string_view> String(std::string_view name) const;
  Result<std::uint64_t> Number(std::string_view name) const;
  Result<bool> Bool(std::string_view name) const;
  Result<Value> Object(std::string_view name) const;
  Result<Value> Array(std::string_view name) const;
  Result<std::vector<std::string_view>> Strings(std::string_view name) const;  ///< an array of strings alone

  // The same where the member may be absent; null or another type is still InvalidArgument.
  Result<std::optional<std::string_view>> OptionalString(std::string_view name) const;
  Result<std::optional<std::uint64_t>> OptionalNumber(std::string_view name) const;
  Result<std::optional<Value>> OptionalObject(std::string_view name) const;
  Result<std::optional<Value>> OptionalArray(std::string_view name) const;

 private:
  friend class Document;
  Value(const DocumentBody* body, std::uint32_t node) : body_(body), node_(node) {}
  const Value& Checked(Kind kind) const;
  Result<Value> Required(std::string_view name, Kind kind) const;
  Result<std::optional<Value>> Optional(std::string_view name, Kind kind) const;
  const DocumentBody* body_;
  std::uint32_t node_;
};

/// Document owns a copy of the text and its values. Move-only.
class Document {
 public:
  /// Parse reads one value of at most `max_bytes`. InvalidArgument says what is wrong.
  static Result<Document> Parse(std::string_view text, std::size_t max_bytes);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Value root() const { return Value(body_.get(), 0); }

 private:
  explicit Document(std::unique_ptr<DocumentBody> body);
  std::unique_ptr<DocumentBody> body_;
};

/// Writer builds compact JSON. Strings must be valid UTF-8; control characters are escaped.
///   Writer w; w.Object([&] { w.Member("iss", authority); w.Key("list").Array([&] { w.String("a"); }); });
class Writer {
 public:
  template <std::invocable F>
  Writer& Object(F&& members) {
    return Open('{'), std::forward<F>(members)(), Close('}');
  }
  template <std::invocable F>
  Writer& Array(F&& elements) {
    return Open('['), std::forward<F>(elements)(), Close(']');
  }
  Writer& Key(std::string_view name);
  Writer& String(std::string_view value);
  Writer& Number(std::uint64_t value);  ///< REQUIRES: at most kMaxNumber
  Writer& Bool(bool value);
  Writer& Null();
  Writer& Raw(std::string_view json);  ///< a value that is JSON already

  void Member(std::string_view name, std::string_view value) { Key(name).String(value); }
  void Member(std::string_view name, const char* value) { Key(name).String(value); }
  void Member(std::string_view name, const std::string& value) { Key(name).String(value); }
  void Member(std::string_view name, bool value) { Key(name).Bool(value); }
  /// Member of a number. REQUIRES: not negative, at most kMaxNumber.
  template <std::integral T>
  void Member(std::string_view name, T value) {
    Key(name).Number(static_cast<std::uint64_t>(value));
  }
  void Strings(std::string_view name, const std::vector<std::string>& values);

  std::string Take() { return std::move(out_); }

 private:
  Writer& Open(char bracket);
  Writer& Close(char bracket);
  void Separate();
  void Quoted(std::string_view value);
  std::string out_;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace certmark::json
