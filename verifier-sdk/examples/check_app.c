/* check_app: is the app at hand certified?
 *
 *   check_app BUNDLE TRUST-LIST PIN SCHEME APP SIGNER BUILD [SECONDS-SINCE-1970]
 *
 * Exits 0 if it is, 1 if it is not, 2 if that cannot be told. As at upload or install: nothing is given up, so that
 * signer and build must come from the file itself. Compile with: cc check_app.c $(pkg-config --cflags --libs
 * certmark-verify)
 */
#include <certmark/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A file of at most 256 KiB, as bundles and trust lists are; one byte more is read, so that a longer one is refused. */
static char content[2][256 * 1024 + 1];

/* How many bytes; 0: it cannot be read, or is empty. */
static size_t read_file(const char* name, char* into) {
  size_t size = 0;
  FILE* file = fopen(name, "rb");
  if (file != NULL) {
    size = fread(into, 1, sizeof content[0], file);
    if (ferror(file)) size = 0;
    fclose(file);
  }
  return size;
}

int main(int argc, char** argv) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_policy policy = CERTMARK_POLICY_INIT;
  certmark_query query = CERTMARK_QUERY_INIT;
  certmark_result result = CERTMARK_RESULT_INIT;
  certmark_trust* trust = NULL;
  certmark_verifier* verifier = NULL;
  int verdict = CERTMARK_UNDECIDED;
  const char *scheme, *signer;
  if (argc < 8) {
    fprintf(stderr, "usage: check_app BUNDLE TRUST-LIST PIN SCHEME APP SIGNER BUILD [SECONDS-SINCE-1970]\n");
    return 2;
  }
  scheme = argv[4];
  signer = argv[6];

  /* 1. Whom to believe. A program that stays keeps what certmark_trust_export gives, and adds each next list. */
  if (certmark_trust_new(NULL, 0, &trust, &why) != CERTMARK_OK ||
      certmark_trust_add(trust, content[0], read_file(argv[2], content[0]), argv[3], &why) != CERTMARK_OK) {
    fprintf(stderr, "check_app: %s\n", why.text);
    certmark_trust_free(trust);
    return 2;
  }

  /* 2. What to demand: which schemes, and of those any level. */
  policy.schemes = &scheme;
  policy.schemes_count = 1;
  policy.any = CERTMARK_ANY_LEVEL;
  if (certmark_verifier_new(trust, &policy, NULL, &verifier, &why) != CERTMARK_OK) {
    fprintf(stderr, "check_app: %s\n", why.text);
    certmark_trust_free(trust);
    return 2;
  }

  /* 3. The app at hand. */
  query.bundle = content[1];
  query.bundle_size = read_file(argv[1], content[1]);
  if (query.bundle_size == 0) {
    fprintf(stderr, "check_app: no bundle: %s\n", argv[1]);
    certmark_verifier_free(verifier);
    certmark_trust_free(trust);
    return 2;
  }
  query.app = argv[5];
  query.signers = &signer;
  query.signers_count = 1;
  query.build = argv[7];
  query.now = argc > 8 ? strtoll(argv[8], NULL, 10) : (int64_t)time(NULL);
  verdict = certmark_verify(verifier, &query, &result);
  printf("%s: %s\n", certmark_name(verdict), result.line);

  certmark_verifier_free(verifier);
  certmark_trust_free(trust);
  return verdict == CERTMARK_VALID                                                               ? 0
         : verdict < 0 || verdict == CERTMARK_STATUS_UNKNOWN || verdict == CERTMARK_STATUS_STALE ? 2
                                                                                                 : 1;
}
