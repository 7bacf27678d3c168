// Writes the description of the HTTP API, as a daemon of this build serves it, to the file that is named.
#include <cstdio>
#include <fstream>

#include "api/openapi.h"

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: openapi FILE    writes the API's description (OpenAPI 3.1)\n", stderr);
    return 3;
  }
  std::ofstream file(words[1], std::ios::binary | std::ios::trunc);
  file << certmark::api::OpenApiJson() << '\n';
  file.close();
  if (file) return 0;
  std::fprintf(stderr, "openapi: cannot write %s\n", words[1]);
  return 1;
}
