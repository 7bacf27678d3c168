/* check_apk: is this APK certified? What app it is, which build, and who signed it, is read out of the file itself.
 *
 *   check_apk APK BUNDLE TRUST-LIST PIN SCHEME [SECONDS-SINCE-1970]
 *
 * Exits 0 if it is, 1 if it is not or the file is refused, 2 if that cannot be told. Compile with:
 *   cc check_apk.c $(pkg-config --cflags --libs certmark-apk)
 */
#include <certmark/apk.h>
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

/* Whom to believe, and what to demand: as in check_app.c. NULL, and `why`, if that makes no verifier. */
static certmark_verifier* verifier_of(char** argv, certmark_message* why) {
  certmark_policy policy = CERTMARK_POLICY_INIT;
  certmark_trust* trust = NULL;
  certmark_verifier* verifier = NULL;
  const char* scheme = argv[5];
  policy.schemes = &scheme;
  policy.schemes_count = 1;
  policy.any = CERTMARK_ANY_LEVEL;
  if (certmark_trust_new(NULL, 0, &trust, why) != CERTMARK_OK ||
      certmark_trust_add(trust, content[0], read_file(argv[3], content[0]), argv[4], why) != CERTMARK_OK ||
      certmark_verifier_new(trust, &policy, NULL, &verifier, why) != CERTMARK_OK) {
    verifier = NULL;
  }
  certmark_trust_free(trust);
  return verifier;
}

/* The file, its bundle and the time. The verdict, or why the file is not taken. */
static int check(const certmark_verifier* verifier, char** argv, size_t bundle_size, int64_t now) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_query query = CERTMARK_QUERY_INIT;
  certmark_result result = CERTMARK_RESULT_INIT;
  certmark_apk* apk = NULL;
  int number = certmark_apk_verify(argv[1], NULL, &apk, &why);
  if (number == CERTMARK_OK) number = certmark_apk_to_query(apk, &query);
  if (number == CERTMARK_OK) {
    query.bundle = content[1];
    query.bundle_size = bundle_size;
    query.now = now;
    number = certmark_verify(verifier, &query, &result);
  }
  printf("%s: %s\n", certmark_name(number), apk != NULL ? result.line : why.text);
  certmark_apk_free(apk);
  return number;
}

static int exit_code(int number) {
  switch (number) {
    case CERTMARK_VALID:
      return 0;
    case CERTMARK_APK_UNSIGNED:
    case CERTMARK_APK_MALFORMED:
    case CERTMARK_APK_BAD_SIGNATURE:
    case CERTMARK_APK_NOT_ACCEPTED:
      return 1;
    case CERTMARK_STATUS_UNKNOWN:
    case CERTMARK_STATUS_STALE:
      return 2;
    default:
      return number < 0 ? 2 : 1;
  }
}

int main(int argc, char** argv) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_verifier* verifier = NULL;
  int number = CERTMARK_UNDECIDED;
  size_t bundle_size = 0;
  if (argc < 6) {
    fprintf(stderr, "usage: check_apk APK BUNDLE TRUST-LIST PIN SCHEME [SECONDS-SINCE-1970]\n");
    return 2;
  }
  verifier = verifier_of(argv, &why);
  if (verifier == NULL) {
    fprintf(stderr, "check_apk: %s\n", why.text);
    return 2;
  }
  bundle_size = read_file(argv[2], content[1]);
  if (bundle_size == 0) {
    fprintf(stderr, "check_apk: no bundle: %s\n", argv[2]);
    certmark_verifier_free(verifier);
    return 2;
  }
  number = check(verifier, argv, bundle_size, argc > 6 ? strtoll(argv[6], NULL, 10) : (int64_t)time(NULL));
  certmark_verifier_free(verifier);
  return exit_code(number);
}
