#include "tests/vectors/vector_files.h"

#include "verifier-sdk/core/json.h"

namespace certmark::testing {

Files PublishedVectors() {
  Files files;
  AddChosenRows(files);
  AddTrustVectors(files);
  AddBulkVectors(files);
  return files;
}

std::string JsonOf(const Members& members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    out += (out.size() > 1 ? ",\n  " : "\n  ") + JsonOf(name) + ": " + value;
  }
  return out + "\n}\n";
}

std::string JsonOf(std::string_view text) {
  json::Writer w;
  w.String(text);
  return w.Take();
}

std::string JsonOf(const std::vector<std::string>& texts) {
  json::Writer w;
  w.Array([&] {
    for (const std::string& text : texts) w.String(text);
  });
  return w.Take();
}

std::string JsonList(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) out += (out.size() > 1 ? ",\n    " : "\n    ") + value;
  return out + "\n  ]";
}

std::string Slug(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_word || is_capital) {
      out += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  if (out.ends_with('-')) out.pop_back();
  return out;
}

std::string AddTrustList(Files& files, const std::string& jws) {
  const std::string path = "trust-lists/" + Sha256(AsBytes(jws)).Hex().substr(0, 16) + ".jws";
  files[path] = jws;
  return path;
}

std::string PolicyJson(const Policy& policy) {
  const Policy plain;
  json::Writer w;
  const auto number = [&](std::string_view name, std::int64_t value) { w.Key(name).Raw(std::to_string(value)); };
  w.Object([&] {
    if (!policy.allow.empty()) {
      w.Key("allow").Array([&] {
        for (const Allow allow : policy.allow) w.String(Name(allow));
      });
    }
    if (!policy.schemes.empty()) w.Strings("schemes", policy.schemes);
    if (!policy.levels.empty()) w.Strings("levels", policy.levels);
    if (policy.own_witnesses) {
      w.Key("ownWitnesses").Object([&] {
        std::vector<std::string> keys;
        for (const NoteKey& key : policy.own_witnesses->keys) keys.push_back(key.ToVkey());
        w.Strings("keys", keys);
        w.Member("threshold", policy.own_witnesses->threshold);
      });
    }
    if (policy.status_age != plain.status_age) number("statusAge", policy.status_age.count());
    if (policy.skew != plain.skew) number("skew", policy.skew.count());
    if (policy.min_status_iat) number("minStatusIat", ToEpoch(*policy.min_status_iat));
    if (policy.min_checkpoint) {
      w.Key("minCheckpoint").Object([&] {
        w.Member("origin", policy.min_checkpoint->origin);
        w.Member("size", policy.min_checkpoint->size);
      });
    }
  });
  return w.Take();
}

}  // namespace certmark::testing
