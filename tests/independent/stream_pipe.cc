// stream_pipe encrypt|decrypt: a document of standard input to standard output, as ca/stream_cipher.h does it. The
// first 32 bytes of the input are the key. For tests/independent/stream.py; what is not authentic ends with exit
// code 1.
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "ca/stream_cipher.h"
#include "ledger/posix_file.h"

namespace certmark::ca {
namespace {

Result<SymmetricKey> ReadKey() {
  SecretBuffer key(SymmetricKey::kSize);
  const std::size_t got = CM_TRY(ledger::ReadInto(STDIN_FILENO, key.Room(), "standard input"));
  if (got != key.size()) return Error{ErrorCode::kInvalidArgument, "no key"};
  return SymmetricKey::FromBuffer(std::move(key));
}

template <class Cipher>
Result<void> Pipe() {
  const SymmetricKey key = CM_TRY(ReadKey());
  Cipher cipher = CM_TRY(Cipher::Create(key));
  const ByteSink out = [](ByteView bytes) { return ledger::WriteAll(STDOUT_FILENO, bytes, "standard output"); };
  Bytes piece(10'000);
  for (;;) {
    const std::size_t got = CM_TRY(ledger::ReadInto(STDIN_FILENO, piece, "standard input"));
    CM_TRY(cipher.Write(ByteView(piece).first(got), out));
    if (got < piece.size()) return cipher.Finish(out);
  }
}

}  // namespace
}  // namespace certmark::ca

int main(int argc, char** argv) {
  using namespace certmark::ca;
  const std::string_view verb = argc == 2 ? argv[1] : "";
  if (verb != "encrypt" && verb != "decrypt") return 3;
  const auto piped = verb == "encrypt" ? Pipe<StreamEncryptor>() : Pipe<StreamDecryptor>();
  if (piped) return 0;
  std::fprintf(stderr, "stream_pipe: %s\n", piped.error().message.c_str());
  return 1;
}
