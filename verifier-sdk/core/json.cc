// Boost.JSON's SAX parser knows the grammar, UTF-8 and surrogates; the handler below refuses what FORMATS.md §1 refuses
// beyond them. It writes a flat vector of nodes in document order: the children of a container follow it, and `end`
// leads past them. Strings are offsets into one buffer, the text followed by whatever strings had to be unescaped.
#include "verifier-sdk/core/json.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>
#include <limits>
#include <span>

#include "verifier-sdk/core/quote.h"

namespace certmark::json {
namespace {

namespace sax = boost::json;

struct Slice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

struct Node {
  Kind kind = Kind::kNull;
  std::uint32_t end = 0;     // index of the node after this value and all in it
  Slice name;                // of a member
  Slice text;                // of a string
  std::uint64_t number = 0;  // of a number; 0 or 1 for a bool; how many elements or members a container has
};

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

struct DocumentBody {
  std::string bytes;
  std::vector<Node> nodes;

  std::string_view View(Slice slice) const { return {bytes.data() + slice.offset, slice.size}; }
};

namespace {

// Handler receives the parser's events, in order, and builds the nodes. A handler that returns false has said why.
class Handler {
 public:
  static constexpr std::size_t max_array_size = -1;
  static constexpr std::size_t max_object_size = -1;
  static constexpr std::size_t max_string_size = -1;
  static constexpr std::size_t max_key_size = -1;

  Handler(std::string_view text, DocumentBody& body) : text_(text), body_(body) {}

  // problem says what was refused; null if the parser itself refused.
  const char* problem() const { return problem_; }

  bool on_document_begin(sax::error_code&) { return true; }
  bool on_document_end(sax::error_code&) { return true; }

  bool on_object_begin(sax::error_code& ec) { return Open(Kind::kObject, ec); }
  bool on_object_end(std::size_t n, sax::error_code& ec) {
    Close(n);
    return !HasDuplicates(n) || Refuse("duplicate member", ec);
  }
  bool on_array_begin(sax::error_code& ec) { return Open(Kind::kArray, ec); }
  bool on_array_end(std::size_t n, sax::error_code&) { return Close(n), true; }

  bool on_key_part(sax::string_view s, std::size_t, sax::error_code&) { return Unescaped(s), true; }
  bool on_key(sax::string_view s, std::size_t, sax::error_code& ec) { return Text(s, name_, ec); }
  bool on_string_part(sax::string_view s, std::size_t, sax::error_code&) { return Unescaped(s), true; }
  bool on_string(sax::string_view s, std::size_t, sax::error_code& ec) {
    Node* const node = Add(Kind::kString, ec);
    return node != nullptr && Text(s, node->text, ec);
  }

  bool on_number_part(sax::string_view s, sax::error_code&) { return number_is_plain_ &= IsDigits(s), true; }
  bool on_int64(std::int64_t value, sax::string_view s, sax::error_code& ec) {
    // A sign is no digit: -0 ends here.
    return IsDigits(s) && value >= 0 ? Number(static_cast<std::uint64_t>(value), ec) : NotPlain(ec);
  }
  bool on_uint64(std::uint64_t, sax::string_view, sax::error_code& ec) { return NotPlain(ec); }
  bool on_double(double, sax::string_view, sax::error_code& ec) { return NotPlain(ec); }

  bool on_bool(bool value, sax::error_code& ec) {
    Node* const node = Add(Kind::kBool, ec);
    if (node == nullptr) return false;
    node->number = value ? 1 : 0;
    return true;
  }
  bool on_null(sax::error_code& ec) { return Add(Kind::kNull, ec) != nullptr; }

  // The parser is not told to allow comments.
  bool on_comment_part(sax::string_view, sax::error_code& ec) { return Refuse("comment", ec); }
  bool on_comment(sax::string_view, sax::error_code& ec) { return Refuse("comment", ec); }

 private:
  bool Refuse(const char* problem, sax::error_code& ec) {
    problem_ = problem;
    ec = sax::error::syntax;
    return false;
  }

  bool NotPlain(sax::error_code& ec) { return Refuse("a number that is not a plain decimal up to 2^53-1", ec); }

  static bool IsDigits(sax::string_view s) {
    return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  }

  // Add begins a value, the member `name_` if it stands in an object; null if it lies too deep.
  Node* Add(Kind kind, sax::error_code& ec) {
    if (open_count_ == kMaxDepth) return Refuse("depth above 16", ec), nullptr;
    Node& node = body_.nodes.emplace_back();
    node.kind = kind;
    node.end = static_cast<std::uint32_t>(body_.nodes.size());
    node.name = std::exchange(name_, {});
    return &node;
  }

  bool Open(Kind kind, sax::error_code& ec) {
    if (Add(kind, ec) == nullptr) return false;
    open_[open_count_++] = static_cast<std::uint32_t>(body_.nodes.size() - 1);
    return true;
  }

  // Close ends the innermost container, of `count` values.
  void Close(std::size_t count) {
    closed_ = open_[--open_count_];
    body_.nodes[closed_].end = static_cast<std::uint32_t>(body_.nodes.size());
    body_.nodes[closed_].number = count;
  }

  // HasDuplicates compares the names of the `count` members of the object just closed.
  bool HasDuplicates(std::size_t count) {
    constexpr std::size_t kFew = 8;  // are sooner held one against the other than sorted
    std::array<std::string_view, kFew> few;
    if (count > kFew) return HasDuplicatesOfMany(count);
    const std::span names(few.data(), count);
    TakeNames(names);
    for (auto name = names.begin(); name != names.end(); ++name) {
      if (std::find(names.begin(), name, *name) != name) return true;
    }
    return false;
  }
  bool HasDuplicatesOfMany(std::size_t count) {
    names_.resize(count);
    TakeNames(names_);
    std::ranges::sort(names_, [](std::string_view a, std::string_view b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return std::ranges::adjacent_find(names_) != names_.end();
  }

  void TakeNames(std::span<std::string_view> names) const {
    std::size_t node = closed_ + 1;
    for (std::string_view& name : names) {
      name = body_.View(body_.nodes[node].name);
      node = body_.nodes[node].end;
    }
  }

  // Unescaped keeps a piece of a string that has escapes, or of one that the parser hands over in pieces.
  void Unescaped(sax::string_view piece) {
    if (!has_pieces_) pieces_begin_ = body_.bytes.size();
    has_pieces_ = true;
    body_.bytes.append(piece.data(), piece.size());
  }

  // Text ends a string whose last piece is `s`: where it stands in the text, or among the unescaped.
  bool Text(sax::string_view s, Slice& slice, sax::error_code& ec) {
    if (!has_pieces_ && IsInText(s)) {
      slice = {static_cast<std::uint32_t>(s.data() - text_.data()), static_cast<std::uint32_t>(s.size())};
      return true;
    }
    Unescaped(s);
    has_pieces_ = false;
    slice = {static_cast<std::uint32_t>(pieces_begin_), static_cast<std::uint32_t>(body_.bytes.size() - pieces_begin_)};
    // The grammar refuses a bare U+0000, so it can only come from an escape.
    return body_.View(slice).find('\0') == std::string_view::npos || Refuse("U+0000 in a string", ec);
  }

  bool IsInText(sax::string_view s) const {
    return !std::less<>()(s.data(), text_.data()) && !std::less<>()(text_.data() + text_.size(), s.data());
  }

  bool Number(std::uint64_t value, sax::error_code& ec) {
    if (!std::exchange(number_is_plain_, true) || value > kMaxNumber) return NotPlain(ec);
    Node* const node = Add(Kind::kNumber, ec);
    if (node == nullptr) return false;
    node->number = value;
    return true;
  }

  const std::string_view text_;
  DocumentBody& body_;
  const char* problem_ = nullptr;
  std::uint32_t open_[kMaxDepth] = {};
  std::size_t open_count_ = 0;
  std::uint32_t closed_ = 0;
  Slice name_;
  std::size_t pieces_begin_ = 0;
  bool has_pieces_ = false;
  bool number_is_plain_ = true;
  std::vector<std::string_view> names_;
};

bool IsWhiteSpace(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

std::string_view Describe(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "a bool";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  Die("no such kind");
}

}  // namespace

Document::Document(std::unique_ptr<DocumentBody> body) : body_(std::move(body)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::Parse(std::string_view text, std::size_t max_bytes) {
  // Offsets are 32 bits, into the text and the unescaped strings, which are never longer than it.
  constexpr std::size_t kLargest = std::numeric_limits<std::uint32_t>::max() / 2;
  if (text.size() > std::min(max_bytes, kLargest)) {
    return Invalid("json: " + std::to_string(text.size()) + " bytes, more than " + std::to_string(max_bytes));
  }
  auto body = std::make_unique<DocumentBody>();
  // Room for what has to be unescaped, and for the values of an ordinary document: growing costs more than either.
  body->bytes.reserve(text.size() + text.size() / 4);
  body->bytes = text;
  body->nodes.reserve(std::min<std::size_t>(text.size() / 16 + 4, 1024));
  sax::parse_options options;
  options.max_depth = kMaxDepth;
  sax::basic_parser<Handler> parser(options, text, *body);
  sax::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (parser.handler().problem() != nullptr) {
    return Invalid("json: " + std::string(parser.handler().problem()));
  }
  if (error) return Invalid("json: " + error.message());
  if (!IsWhiteSpace(text.substr(used))) return Invalid("json: something after the value");
  return Document(std::move(body));
}

Kind Value::kind() const {
  return body_->nodes[node_].kind;
}

const Value& Value::Checked(Kind kind) const {
  if (!is(kind)) Die("a JSON value read as of another kind");
  return *this;
}

bool Value::AsBool() const {
  return Checked(Kind::kBool).body_->nodes[node_].number != 0;
}

std::uint64_t Value::AsNumber() const {
  return Checked(Kind::kNumber).body_->nodes[node_].number;
}

std::string_view Value::AsString() const {
  return body_->View(Checked(Kind::kString).body_->nodes[node_].text);
}

std::vector<Value> Value::Elements() const {
  const Node& array = Checked(Kind::kArray).body_->nodes[node_];
  std::vector<Value> elements;
  elements.reserve(array.number);
  for (std::uint32_t i = node_ + 1; i < array.end; i = body_->nodes[i].end) elements.push_back(Value(body_, i));
  return elements;
}

std::vector<std::pair<std::string_view, Value>> Value::Members() const {
  const Node& object = Checked(Kind::kObject).body_->nodes[node_];
  std::vector<std::pair<std::string_view, Value>> members;
  members.reserve(object.number);
  for (std::uint32_t i = node_ + 1; i < object.end; i = body_->nodes[i].end) {
    members.emplace_back(body_->View(body_->nodes[i].name), Value(body_, i));
  }
  return members;
}

std::optional<Value> Value::Find(std::string_view name) const {
  const Node& object = Checked(Kind::kObject).body_->nodes[node_];
  for (std::uint32_t i = node_ + 1; i < object.end; i = body_->nodes[i].end) {
    if (body_->View(body_->nodes[i].name) == name) return Value(body_, i);
  }
  return std::nullopt;
}

Result<std::optional<Value>> Value::Optional(std::string_view name, Kind kind) const {
  if (!is(Kind::kObject)) return Invalid("json: no object to hold " + Quote(name));
  const std::optional<Value> value = Find(name);
  if (value && !value->is(kind)) {
    return Invalid("json: " + Quote(name) + " is " + std::string(Describe(value->kind())) + ", not " +
                   std::string(Describe(kind)));
  }
  return value;
}

Result<Value> Value::Required(std::string_view name, Kind kind) const {
  const std::optional<Value> value = is(Kind::kObject) ? Find(name) : std::nullopt;
  if (value && value->is(kind)) return *value;  // nearly always
  CM_TRY(Optional(name, kind));
  return Invalid("json: " + Quote(name) + " is missing");
}

Result<std::string_view> Value::String(std::string_view name) const {
  return CM_TRY(Required(name, Kind::kString)).AsString();
}

Result<std::uint64_t> Value::Number(std::string_view name) const {
  return CM_TRY(Required(name, Kind::kNumber)).AsNumber();
}

Result<bool> Value::Bool(std::string_view name) const {
  return CM_TRY(Required(name, Kind::kBool)).AsBool();
}

Result<Value> Value::Object(std::string_view name) const {
  return Required(name, Kind::kObject);
}

Result<Value> Value::Array(std::string_view name) const {
  return Required(name, Kind::kArray);
}

Result<std::vector<std::string_view>> Value::Strings(std::string_view name) const {
  const Value array = CM_TRY(Required(name, Kind::kArray));
  const Node& node = body_->nodes[array.node_];
  std::vector<std::string_view> strings;
  strings.reserve(node.number);
  for (std::uint32_t i = array.node_ + 1; i < node.end; i = body_->nodes[i].end) {
    if (body_->nodes[i].kind != Kind::kString) return Invalid("json: " + Quote(name) + " holds more than strings");
    strings.push_back(body_->View(body_->nodes[i].text));
  }
  return strings;
}

Result<std::optional<std::string_view>> Value::OptionalString(std::string_view name) const {
  const std::optional<Value> value = CM_TRY(Optional(name, Kind::kString));
  return value ? std::optional(value->AsString()) : std::nullopt;
}

Result<std::optional<std::uint64_t>> Value::OptionalNumber(std::string_view name) const {
  const std::optional<Value> value = CM_TRY(Optional(name, Kind::kNumber));
  return value ? std::optional(value->AsNumber()) : std::nullopt;
}

Result<std::optional<Value>> Value::OptionalObject(std::string_view name) const {
  return Optional(name, Kind::kObject);
}

Result<std::optional<Value>> Value::OptionalArray(std::string_view name) const {
  return Optional(name, Kind::kArray);
}

}  // namespace certmark::json
