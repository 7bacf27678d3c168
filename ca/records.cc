#include "ca/records.h"

namespace certmark::ca {

Bytes RecordKey(std::string_view kind, std::string_view id) {
  Bytes key = ToBytes(kind);
  key.push_back('/');
  key.insert(key.end(), id.begin(), id.end());
  return key;
}

}  // namespace certmark::ca
