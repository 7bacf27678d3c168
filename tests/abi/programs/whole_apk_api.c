/* Every function of certmark/apk.h from C11, as it is meant and as it is not. Reads what write_example wrote to the
 * folder that it is told; exits 0, or says which line was not as it must be. */
#define _POSIX_C_SOURCE 200809L
#include <certmark/apk.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;
#define CHECK(condition)                                                         \
  do {                                                                           \
    if (!(condition)) {                                                          \
      fprintf(stderr, "whole_apk_api.c:%d: not so: %s\n", __LINE__, #condition); \
      ++failures;                                                                \
    }                                                                            \
  } while (0)

/* The layout is the promise: it may grow at the end, and never change. */
_Static_assert(sizeof(certmark_apk_policy) == 32, "policy");
_Static_assert(sizeof(certmark_apk_platform) == 56, "platform");
_Static_assert(sizeof(certmark_apk_facts) == 80, "facts");
_Static_assert(offsetof(certmark_apk_policy, threads) == 24, "policy.threads");
_Static_assert(offsetof(certmark_apk_platform, lineage_count) == 48, "platform.lineage_count");
_Static_assert(offsetof(certmark_apk_facts, platforms_count) == 72, "facts.platforms_count");
_Static_assert((int)CERTMARK_APK_UNSIGNED < (int)CERTMARK_E_INTERNAL, "a refusal is an error, and no other one");

static char good[1024], changed[1024], unsigned_one[1024], bundle[1024], none[1024];

struct file {
  char text[64 * 1024];
  size_t size;
};
static struct file read_file(const char* folder, const char* name) {
  char path[1024];
  struct file out = {"", 0};
  FILE* in;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  in = fopen(path, "rb");
  CHECK(in != NULL);
  if (in == NULL) return out;
  out.size = fread(out.text, 1, sizeof out.text - 1, in);
  fclose(in);
  return out;
}

static certmark_apk* the_apk(void) {
  certmark_apk* apk = NULL;
  CHECK(certmark_apk_verify(good, NULL, &apk, NULL) == CERTMARK_OK && apk != NULL);
  return apk;
}

static void names_and_versions(void) {
  int number;
  CHECK(strcmp(certmark_apk_version(), CERTMARK_VERSION) == 0);
  CHECK(certmark_apk_version_number() == CERTMARK_VERSION_NUMBER);
  for (number = CERTMARK_APK_UNREADABLE; number <= CERTMARK_APK_UNSIGNED; ++number)
    CHECK(strncmp(certmark_name(number), "APK_", 4) == 0);
  CHECK(strcmp(certmark_name(CERTMARK_APK_UNSIGNED), "APK_UNSIGNED") == 0);
  CHECK(strcmp(certmark_name(CERTMARK_APK_UNREADABLE - 1), "UNDECIDED") == 0);
}

static void a_good_file_says_what_it_is(void) {
  certmark_apk* apk = the_apk();
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  const certmark_apk_platform* platform;
  CHECK(certmark_apk_look(apk, &facts) == CERTMARK_OK && facts.struct_size == sizeof facts);
  CHECK(strcmp(facts.app, "android:org.torproject.android") == 0);
  CHECK(strcmp(facts.package, "org.torproject.android") == 0);
  CHECK(strcmp(facts.build, "1741004000") == 0 && facts.version_code == 1741004000u);
  CHECK(facts.min_sdk == 24 && facts.target_sdk == 34);
  CHECK(facts.signers_count == 1 && strlen(facts.signers[0]) == 64 && facts.platforms_count == 1);
  platform = facts.platforms[0];
  CHECK(platform->struct_size == sizeof *platform && platform->first == 24 && platform->last == CERTMARK_APK_LATER);
  CHECK(platform->scheme == CERTMARK_APK_V2 && platform->spare == 0);
  CHECK(platform->signers_count == 1 && strcmp(platform->signers[0], facts.signers[0]) == 0);
  CHECK(platform->lineage_count == 0);
  certmark_apk_free(apk);
  certmark_apk_free(NULL);
}

static void a_query_is_filled_and_nothing_else_of_it_changed(void) {
  certmark_apk* apk = the_apk();
  certmark_query query = CERTMARK_QUERY_INIT;
  query.bundle = bundle, query.bundle_size = 7, query.now = 8;
  CHECK(certmark_apk_to_query(apk, &query) == CERTMARK_OK);
  CHECK(strcmp(query.app, "android:org.torproject.android") == 0 && strcmp(query.build, "1741004000") == 0);
  CHECK(query.signers_count == 1 && strlen(query.signers[0]) == 64);
  CHECK(query.struct_size == sizeof query && query.bundle == bundle && query.bundle_size == 7 && query.now == 8);
  /* Whatever goes wrong, no earlier file's answer is left. */
  CHECK(certmark_apk_to_query(NULL, &query) == CERTMARK_E_ARGUMENT);
  CHECK(query.app == NULL && query.signers == NULL && query.signers_count == 0 && query.build == NULL);
  CHECK(query.bundle == bundle);
  CHECK(certmark_apk_to_query(apk, NULL) == CERTMARK_E_ARGUMENT);
  query.struct_size = 16;
  CHECK(certmark_apk_to_query(apk, &query) == CERTMARK_E_ARGUMENT && query.app == NULL);
  certmark_apk_free(apk);
}

static void a_file_that_its_bundle_certifies_is_valid(const char* folder) {
  const struct file trust_1 = read_file(folder, "trust"), pin = read_file(folder, "pin"),
                    now = read_file(folder, "now");
  const struct file certifies = read_file(folder, "apk-bundle"), another = read_file(folder, "bundle");
  certmark_policy policy = CERTMARK_POLICY_INIT;
  certmark_query query = CERTMARK_QUERY_INIT;
  certmark_result result = CERTMARK_RESULT_INIT;
  certmark_trust* trust = NULL;
  certmark_verifier* verifier = NULL;
  certmark_apk* apk = the_apk();
  policy.any = CERTMARK_ANY_SCHEME | CERTMARK_ANY_LEVEL;
  CHECK(certmark_trust_new(NULL, 0, &trust, NULL) == CERTMARK_OK);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, pin.text, NULL) == CERTMARK_OK);
  CHECK(certmark_verifier_new(trust, &policy, NULL, &verifier, NULL) == CERTMARK_OK);
  CHECK(certmark_apk_to_query(apk, &query) == CERTMARK_OK);
  query.bundle = certifies.text, query.bundle_size = certifies.size, query.now = strtoll(now.text, NULL, 10);
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_VALID);
  query.bundle = another.text, query.bundle_size = another.size; /* of the same app, signed by somebody else */
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_WRONG_SIGNER);
  certmark_apk_free(apk);
  certmark_verifier_free(verifier);
  certmark_trust_free(trust);
}

static void a_refused_file_says_why_and_nothing_else(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk* apk = (certmark_apk*)&why;
  CHECK(certmark_apk_verify(unsigned_one, NULL, &apk, &why) == CERTMARK_APK_UNSIGNED && apk == NULL);
  CHECK(strcmp(why.text, "apk: it is unsigned") == 0);
  CHECK(certmark_apk_verify(changed, NULL, &apk, &why) == CERTMARK_APK_BAD_SIGNATURE && apk == NULL);
  CHECK(strcmp(why.text, "apk: its contents are others than were signed") == 0);
  CHECK(certmark_apk_verify(bundle, NULL, &apk, &why) == CERTMARK_APK_MALFORMED && why.text[0] != '\0');
  CHECK(certmark_apk_verify(none, NULL, &apk, &why) == CERTMARK_APK_UNREADABLE && why.text[0] != '\0');
  CHECK(certmark_apk_verify("", NULL, &apk, &why) == CERTMARK_APK_UNREADABLE);
  CHECK(certmark_apk_verify("/dev/null", NULL, &apk, &why) == CERTMARK_APK_UNREADABLE);
  CHECK(certmark_apk_verify(good, NULL, &apk, &why) == CERTMARK_OK && why.text[0] == '\0');
  certmark_apk_free(apk);
}

static void an_open_file_is_read_where_it_is_and_stays_the_callers(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk* apk = NULL;
  certmark_apk_unchecked* unchecked = NULL;
  const int fd = open(good, O_RDONLY);
  CHECK(lseek(fd, 5, SEEK_SET) == 5);
  CHECK(certmark_apk_verify_fd(fd, NULL, &apk, &why) == CERTMARK_OK && apk != NULL);
  CHECK(certmark_apk_read_contents_unchecked_fd(fd, NULL, &unchecked, &why) == CERTMARK_OK && unchecked != NULL);
  CHECK(lseek(fd, 0, SEEK_CUR) == 5);
  certmark_apk_free(apk);
  certmark_apk_unchecked_free(unchecked);
  close(fd);
  CHECK(certmark_apk_verify_fd(fd, NULL, &apk, &why) == CERTMARK_APK_UNREADABLE && apk == NULL);
  CHECK(certmark_apk_verify_fd(-1, NULL, &apk, &why) == CERTMARK_E_ARGUMENT && why.text[0] != '\0');
  CHECK(certmark_apk_read_contents_unchecked_fd(-1, NULL, &unchecked, &why) == CERTMARK_E_ARGUMENT);
  CHECK(unchecked == NULL);
}

/* 1: the policy is one that the library refuses to read, and says why. */
static int is_no_policy(certmark_apk_policy policy) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk* apk = NULL;
  const int number = certmark_apk_verify(good, &policy, &apk, &why);
  CHECK(number == CERTMARK_OK || why.text[0] != '\0');
  certmark_apk_free(apk);
  return number == CERTMARK_E_ARGUMENT;
}

static void a_policy_is_read_or_refused(void) {
  certmark_apk_policy policy = CERTMARK_APK_POLICY_INIT;
  struct {
    certmark_apk_policy known;
    uint64_t later; /* of a header that is newer than this library */
  } newer = {CERTMARK_APK_POLICY_INIT, 0};
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  certmark_apk* apk = NULL;
  newer.known.struct_size = sizeof newer;

  CHECK(!is_no_policy(policy));
  policy.struct_size = 24;
  CHECK(is_no_policy(policy));
  policy.struct_size = sizeof policy, policy.spare = 1;
  CHECK(is_no_policy(policy));
  policy.spare = 0, policy.threads = 65;
  CHECK(is_no_policy(policy));
  policy.threads = 64;
  CHECK(!is_no_policy(policy));
  policy.max_sdk = 0x80000000u;
  CHECK(is_no_policy(policy));
  policy.max_sdk = 0, policy.min_sdk = 0x80000000u;
  CHECK(is_no_policy(policy));
  policy.min_sdk = 0, policy.only_signer = "A";
  CHECK(is_no_policy(policy));
  policy.only_signer = "0000000000000000000000000000000000000000000000000000000000000001";
  CHECK(certmark_apk_verify(good, &policy, &apk, NULL) == CERTMARK_APK_NOT_ACCEPTED && apk == NULL);

  policy.only_signer = NULL, policy.min_sdk = 30, policy.max_sdk = 33;
  CHECK(certmark_apk_verify(good, &policy, &apk, NULL) == CERTMARK_OK);
  CHECK(certmark_apk_look(apk, &facts) == CERTMARK_OK && facts.platforms_count == 1);
  CHECK(facts.platforms[0]->first == 30 && facts.platforms[0]->last == 33);
  certmark_apk_free(apk);
  policy.max_sdk = 29;
  CHECK(certmark_apk_verify(good, &policy, &apk, NULL) == CERTMARK_APK_NOT_ACCEPTED);

  CHECK(certmark_apk_verify(good, &newer.known, &apk, NULL) == CERTMARK_OK);
  certmark_apk_free(apk);
  newer.later = 1; /* a demand that this library does not know is not passed over */
  CHECK(certmark_apk_verify(good, &newer.known, &apk, NULL) == CERTMARK_E_ARGUMENT && apk == NULL);
}

static void a_first_look_reads_no_contents(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk_unchecked* apk = NULL;
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  CHECK(certmark_apk_read_contents_unchecked(changed, NULL, &apk, &why) == CERTMARK_OK && why.text[0] == '\0');
  CHECK(certmark_apk_unchecked_look(apk, &facts) == CERTMARK_OK && facts.signers_count == 1);
  CHECK(strcmp(facts.package, "org.torproject.android") == 0);
  certmark_apk_unchecked_free(apk);
  certmark_apk_unchecked_free(NULL);
  CHECK(certmark_apk_read_contents_unchecked(unsigned_one, NULL, &apk, &why) == CERTMARK_APK_UNSIGNED && apk == NULL);
  CHECK(certmark_apk_unchecked_look(NULL, &facts) == CERTMARK_E_ARGUMENT && facts.package == NULL);
}

static void a_cast_makes_no_verdict_of_a_first_look(void) {
  certmark_apk* apk = the_apk();
  certmark_apk_unchecked* unchecked = NULL;
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  certmark_query query = CERTMARK_QUERY_INIT;
  CHECK(certmark_apk_read_contents_unchecked(changed, NULL, &unchecked, NULL) == CERTMARK_OK);
  CHECK(certmark_apk_to_query((certmark_apk*)unchecked, &query) == CERTMARK_E_ARGUMENT);
  CHECK(query.app == NULL && query.signers == NULL && query.signers_count == 0 && query.build == NULL);
  CHECK(certmark_apk_look((certmark_apk*)unchecked, &facts) == CERTMARK_E_ARGUMENT && facts.package == NULL);
  CHECK(certmark_apk_unchecked_look((certmark_apk_unchecked*)apk, &facts) == CERTMARK_E_ARGUMENT);
  CHECK(facts.package == NULL);
  /* Neither is freed as the other. */
  certmark_apk_free((certmark_apk*)unchecked);
  certmark_apk_unchecked_free((certmark_apk_unchecked*)apk);
  CHECK(certmark_apk_look(apk, &facts) == CERTMARK_OK && facts.signers_count == 1);
  CHECK(certmark_apk_unchecked_look(unchecked, &facts) == CERTMARK_OK && facts.signers_count == 1);
  certmark_apk_free(apk);
  certmark_apk_unchecked_free(unchecked);
}

static void misuse_is_told_and_writes_nothing(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_apk* apk = the_apk();
  certmark_apk* other = apk;
  certmark_apk_facts facts = CERTMARK_APK_FACTS_INIT;
  CHECK(certmark_apk_verify(NULL, NULL, &other, &why) == CERTMARK_E_ARGUMENT && other == NULL && why.text[0] != '\0');
  CHECK(certmark_apk_verify(good, NULL, NULL, &why) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_apk_read_contents_unchecked(NULL, NULL, NULL, NULL) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_apk_look(apk, NULL) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_apk_look(apk, &facts) == CERTMARK_OK && facts.package != NULL);
  CHECK(certmark_apk_look(NULL, &facts) == CERTMARK_E_ARGUMENT && facts.package == NULL && facts.signers_count == 0);
  facts.struct_size = 72, facts.version_code = 77; /* below any version's */
  CHECK(certmark_apk_look(apk, &facts) == CERTMARK_E_ARGUMENT && facts.version_code == 77);
  why.struct_size = 16, why.text[0] = 'x'; /* a text must have room for its NUL */
  CHECK(certmark_apk_verify(none, NULL, &other, &why) == CERTMARK_APK_UNREADABLE && why.text[0] == 'x');
  certmark_apk_free(apk);
}

int main(int argc, char** argv) {
  if (argc != 2) return fprintf(stderr, "usage: whole_apk_api FOLDER\n"), 3;
  snprintf(good, sizeof good, "%s/app.apk", argv[1]);
  snprintf(changed, sizeof changed, "%s/changed.apk", argv[1]);
  snprintf(unsigned_one, sizeof unsigned_one, "%s/unsigned.apk", argv[1]);
  snprintf(bundle, sizeof bundle, "%s/apk-bundle", argv[1]);
  snprintf(none, sizeof none, "%s/none", argv[1]);
  names_and_versions();
  a_good_file_says_what_it_is();
  a_query_is_filled_and_nothing_else_of_it_changed();
  a_file_that_its_bundle_certifies_is_valid(argv[1]);
  a_refused_file_says_why_and_nothing_else();
  an_open_file_is_read_where_it_is_and_stays_the_callers();
  a_policy_is_read_or_refused();
  a_first_look_reads_no_contents();
  a_cast_makes_no_verdict_of_a_first_look();
  misuse_is_told_and_writes_nothing();
  if (failures == 0) printf("Every function of certmark/apk.h does as it says.\n");
  return failures == 0 ? 0 : 1;
}
