// Writes the vectors (tests/vectors/README.md) into a folder: those that are published, or a bundle vector of every row
// of the verifier's tests.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/vectors/vector_files.h"

namespace certmark::testing {
namespace {

bool Write(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  return static_cast<bool>(out);
}

int Run(const std::filesystem::path& folder, const Files& files) {
  std::size_t bytes = 0;
  for (const auto& [path, content] : files) {
    if (!Write(folder / path, content))
      return std::fprintf(stderr, "write_vectors: cannot write %s\n", path.c_str()), 1;
    bytes += content.size();
  }
  std::printf("%zu files, %zu bytes written to %s\n", files.size(), bytes, folder.c_str());
  return 0;
}

}  // namespace
}  // namespace certmark::testing

int main(int argc, char** argv) {
  using namespace certmark::testing;
  const bool every = argc == 3 && std::string_view(argv[1]) == "--every-row";
  if (argc != 2 && !every) return std::fprintf(stderr, "usage: write_vectors [--every-row] FOLDER\n"), 3;
  return Run(argv[argc - 1], every ? EveryRow() : PublishedVectors());
}
