/* Every function of certmark/verify.h from C11, as it is meant and as it is not. Reads what write_example wrote to the
 * folder that it is told; exits 0, or says which line was not as it must be. */
#include <certmark/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;
#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stderr, "whole_api.c:%d: not so: %s\n", __LINE__, #condition); \
      ++failures;                                                            \
    }                                                                        \
  } while (0)

/* The layout is the promise: it may grow at the end, and never change. */
_Static_assert(sizeof(certmark_message) == 264, "message");
_Static_assert(sizeof(certmark_trust_facts) == 40, "trust facts");
_Static_assert(sizeof(certmark_policy) == 112, "policy");
_Static_assert(sizeof(certmark_query) == 64, "query");
_Static_assert(sizeof(certmark_result) == 688, "result");
_Static_assert(offsetof(certmark_query, now) == 56, "query.now");
_Static_assert(offsetof(certmark_result, line) == 368, "result.line");
_Static_assert(CERTMARK_VALID == 1 && CERTMARK_UNDECIDED == 0, "zero is never valid");

static const char* folder;

struct file {
  char* text;
  size_t size;
};
static struct file read_file(const char* name) {
  char path[1024];
  struct file out = {malloc(512 * 1024), 0};
  FILE* in;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  in = fopen(path, "rb");
  if (out.text == NULL || in == NULL) {
    fprintf(stderr, "whole_api: cannot read %s\n", path);
    exit(2);
  }
  out.size = fread(out.text, 1, 512 * 1024 - 1, in);
  out.text[out.size] = '\0';
  fclose(in);
  return out;
}

static struct file bundle, revoked, trust_1, trust_2, fork_2, pin, app, signer, build, scheme, now;
static const char* signers[1];

static certmark_query the_query(void) {
  certmark_query query = CERTMARK_QUERY_INIT;
  query.bundle = bundle.text;
  query.bundle_size = bundle.size;
  query.app = app.text;
  query.signers = signers;
  query.signers_count = 1;
  query.build = build.text;
  query.now = strtoll(now.text, NULL, 10);
  return query;
}

static certmark_policy the_policy(void) {
  certmark_policy policy = CERTMARK_POLICY_INIT;
  policy.any = CERTMARK_ANY_SCHEME | CERTMARK_ANY_LEVEL;
  return policy;
}

static certmark_trust* the_trust(void) {
  certmark_trust* trust = NULL;
  CHECK(certmark_trust_new(NULL, 0, &trust, NULL) == CERTMARK_OK);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, pin.text, NULL) == CERTMARK_OK);
  return trust;
}

static void names_and_versions(void) {
  int number;
  CHECK(strcmp(certmark_version(), CERTMARK_VERSION) == 0);
  CHECK(certmark_version_number() == CERTMARK_VERSION_NUMBER);
  CHECK(strcmp(certmark_name(CERTMARK_VALID), "VALID") == 0);
  CHECK(strcmp(certmark_name(CERTMARK_ENDED), "ENDED") == 0);
  CHECK(strcmp(certmark_name(CERTMARK_E_CONFLICT), "E_CONFLICT") == 0);
  CHECK(strcmp(certmark_name(CERTMARK_OK), "OK") == 0);
  CHECK(strcmp(certmark_name(0), "UNDECIDED") == 0);
  CHECK(strcmp(certmark_name(-12345), "UNDECIDED") == 0);
  CHECK(strcmp(certmark_name(CERTMARK_ENDED + 1), "UNDECIDED") == 0);
  for (number = 1; number <= CERTMARK_ENDED; ++number) CHECK(strcmp(certmark_name(number), "UNDECIDED") != 0);
}

static void trust_walks_and_never_goes_back(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_trust_facts facts = {sizeof facts, 0, 0, 0, 0, 0};
  certmark_trust *trust = NULL, *again = NULL;
  char* state;
  size_t size = 0;

  CHECK(certmark_trust_new(NULL, 0, &trust, &why) == CERTMARK_OK && trust != NULL);
  CHECK(certmark_trust_look(trust, "https://ca.example", &facts) == CERTMARK_E_REFUSED && facts.seq == 0);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, NULL, &why) == CERTMARK_E_REFUSED);
  CHECK(strstr(why.text, "pin") != NULL);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, "https://ca.example#00", &why) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_add(trust, trust_2.text, trust_2.size - 1, pin.text, &why) == CERTMARK_E_REFUSED);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, pin.text, &why) == CERTMARK_OK && why.text[0] == '\0');
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, NULL, &why) == CERTMARK_KNOWN);
  CHECK(certmark_trust_add(trust, trust_2.text, trust_2.size, NULL, &why) == CERTMARK_OK);
  CHECK(certmark_trust_add(trust, trust_1.text, trust_1.size, NULL, &why) == CERTMARK_KNOWN);
  CHECK(certmark_trust_add(trust, fork_2.text, fork_2.size, NULL, &why) == CERTMARK_E_CONFLICT);
  CHECK(certmark_trust_look(trust, "https://ca.example", &facts) == CERTMARK_OK);
  CHECK(facts.seq == 2 && facts.exp > facts.iat && facts.test == 0);
  facts.struct_size = 16, facts.seq = 7; /* smaller than any version's */
  CHECK(certmark_trust_look(trust, "https://ca.example", &facts) == CERTMARK_E_ARGUMENT && facts.seq == 7);
  facts.struct_size = sizeof facts;
  memset(why.text, 'x', sizeof why.text);
  why.struct_size = 16; /* a text must have room for its NUL */
  CHECK(certmark_trust_add(trust, fork_2.text, fork_2.size, NULL, &why) == CERTMARK_E_CONFLICT && why.text[0] == 'x');
  why.struct_size = sizeof why;

  CHECK(certmark_trust_export(trust, NULL, &size) == CERTMARK_E_BUFFER && size > 0);
  state = malloc(size + 1);
  if (state == NULL) exit(2);
  ++size;
  CHECK(certmark_trust_export(trust, state, &size) == CERTMARK_OK);
  CHECK(certmark_trust_new(state, size, &again, &why) == CERTMARK_OK);
  CHECK(certmark_trust_add(again, trust_1.text, trust_1.size, NULL, &why) == CERTMARK_KNOWN);
  CHECK(certmark_trust_look(again, "https://ca.example", &facts) == CERTMARK_OK && facts.seq == 2);
  certmark_trust_free(again);
  again = (certmark_trust*)&why;
  state[size / 2] ^= 1;
  CHECK(certmark_trust_new(state, size, &again, &why) == CERTMARK_E_REFUSED && again == NULL && why.text[0] != '\0');
  CHECK(certmark_trust_new(state, size - 1, &again, &why) == CERTMARK_E_REFUSED && again == NULL);
  free(state);

  CHECK(certmark_trust_new(NULL, 5, &again, &why) == CERTMARK_E_ARGUMENT);
  strcpy(why.text, "an earlier call's");
  CHECK(certmark_trust_new(NULL, 0, NULL, &why) == CERTMARK_E_ARGUMENT && strstr(why.text, "earlier") == NULL);
  CHECK(certmark_trust_add(NULL, trust_1.text, trust_1.size, pin.text, &why) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_add(trust, NULL, 5, NULL, &why) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_add(trust, NULL, 0, NULL, &why) == CERTMARK_E_REFUSED);
  CHECK(certmark_trust_look(NULL, "https://ca.example", &facts) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_look(trust, NULL, &facts) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_look(trust, "https://ca.example", NULL) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_export(NULL, NULL, &size) == CERTMARK_E_ARGUMENT);
  CHECK(certmark_trust_export(trust, NULL, NULL) == CERTMARK_E_ARGUMENT);
  size = 5;
  CHECK(certmark_trust_export(trust, NULL, &size) == CERTMARK_E_ARGUMENT && size == 0);
  size = 5;
  CHECK(certmark_trust_export(NULL, &facts, &size) == CERTMARK_E_ARGUMENT && size == 0);
  certmark_trust_free(trust);
  certmark_trust_free(NULL);
}

static int refused(certmark_policy policy) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_trust* trust = the_trust();
  certmark_verifier* verifier = (certmark_verifier*)trust;
  const int number = certmark_verifier_new(trust, &policy, NULL, &verifier, &why);
  CHECK(number == CERTMARK_E_ARGUMENT ? verifier == NULL && why.text[0] != '\0' : verifier != NULL);
  if (number == CERTMARK_OK) certmark_verifier_free(verifier);
  certmark_trust_free(trust);
  return number == CERTMARK_E_ARGUMENT;
}

static void a_policy_has_to_be_told(void) {
  static const char* witness[] = {"w1.example+6b1cc98f+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"};
  const char *levels[] = {"certified"}, *nothing[] = {NULL}, *empty[] = {""};
  certmark_policy policy = CERTMARK_POLICY_INIT;
  CHECK(refused(policy)); /* says nothing of schemes and levels */
  policy.any = CERTMARK_ANY_SCHEME;
  CHECK(refused(policy));
  policy.levels = levels, policy.levels_count = 1;
  CHECK(!refused(policy));
  policy.any |= CERTMARK_ANY_LEVEL;
  CHECK(refused(policy)); /* names levels, and says that any will do */
  policy = the_policy();
  CHECK(!refused(policy));
  policy.any |= 4;
  CHECK(refused(policy));
  policy = the_policy(), policy.allow = 64;
  CHECK(refused(policy));
  policy = the_policy(), policy.skew = -1;
  CHECK(refused(policy));
  policy = the_policy(), policy.status_age = -1;
  CHECK(refused(policy));
  policy = the_policy(), policy.any = CERTMARK_ANY_LEVEL, policy.schemes_count = 1;
  CHECK(refused(policy));
  policy.schemes = nothing;
  CHECK(refused(policy));
  policy.schemes = empty;
  CHECK(refused(policy));
  policy = the_policy(), policy.witness_threshold = 1;
  CHECK(refused(policy));
  policy = the_policy(), policy.witnesses = witness, policy.witnesses_count = 1;
  CHECK(refused(policy)); /* a threshold of 0; and its key id is made up */
  policy = the_policy(), policy.min_checkpoint_size = 5;
  CHECK(refused(policy));
  policy = the_policy(), policy.min_checkpoint_origin = "ca.example/log/1";
  CHECK(refused(policy));
  policy.min_checkpoint_size = 5;
  CHECK(!refused(policy));
  policy = the_policy(), policy.struct_size = 0;
  CHECK(refused(policy));
  policy.struct_size = 8;
  CHECK(refused(policy));
  policy.struct_size = sizeof policy - 1;
  CHECK(refused(policy));
  policy.struct_size = (size_t)-8;
  CHECK(refused(policy));
  policy.struct_size = offsetof(certmark_policy, schemes); /* smaller than any version's */
  CHECK(refused(policy));
}

static void structs_may_grow(void) {
  struct {
    certmark_policy known;
    uint64_t later;
  } newer = {CERTMARK_POLICY_INIT, 0};
  certmark_trust* trust = the_trust();
  certmark_verifier* verifier = NULL;
  newer.known.any = CERTMARK_ANY_SCHEME | CERTMARK_ANY_LEVEL;
  newer.known.struct_size = sizeof newer;
  CHECK(certmark_verifier_new(trust, &newer.known, NULL, &verifier, NULL) == CERTMARK_OK);
  certmark_verifier_free(verifier);
  newer.later = 1; /* a demand that this library does not know is not passed over */
  CHECK(certmark_verifier_new(trust, &newer.known, NULL, &verifier, NULL) == CERTMARK_E_ARGUMENT && verifier == NULL);
  certmark_trust_free(trust);
}

static certmark_verifier* the_verifier(certmark_policy policy, const certmark_verifier* like) {
  certmark_trust* trust = the_trust();
  certmark_verifier* verifier = NULL;
  CHECK(certmark_verifier_new(trust, &policy, like, &verifier, NULL) == CERTMARK_OK);
  certmark_trust_free(trust); /* a verifier does not need it any more */
  return verifier;
}

static void verdicts(void) {
  certmark_verifier *verifier = the_verifier(the_policy(), NULL), *other = NULL;
  certmark_policy policy = the_policy();
  certmark_query query = the_query();
  certmark_result result = CERTMARK_RESULT_INIT;
  const char *wrong[] = {"0000000000000000000000000000000000000000000000000000000000000001"}, *none[] = {NULL};
  const char* empty[] = {""};

  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_VALID);
  CHECK(result.verdict == CERTMARK_VALID && result.step == 10 && result.struct_size == sizeof result);
  CHECK(strcmp(result.number, "CM-2026-7K3Q9X2M4T4") == 0 && result.valid_until > query.now);
  CHECK(result.status_iat == query.now - 60);
  CHECK(strcmp(result.log_origin, "ca.example/log/1") == 0 && result.log_size == 7);
  CHECK(strstr(result.line, "certified until") != NULL);
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_VALID);
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_VALID); /* warm */

  query.bundle = revoked.text, query.bundle_size = revoked.size;
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_REVOKED && result.verdict == CERTMARK_REVOKED);
  query = the_query(), query.app = "android:org.example.other";
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_WRONG_APP && result.step == 7 && result.status_iat == 0);
  query = the_query(), query.signers = wrong;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_WRONG_SIGNER);
  query = the_query(), query.signers_count = 0;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_WRONG_SIGNER);
  query = the_query(), query.signers = empty;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_WRONG_SIGNER);
  query = the_query(), query.build = NULL;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_WRONG_VERSION);
  query.build = "";
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_WRONG_VERSION);
  query = the_query(), query.now = 0;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_UNTRUSTED_ISSUER); /* before any certificate's time */
  query = the_query(), query.now += 3 * 86400;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_STATUS_STALE);
  query = the_query(), query.bundle_size = 0;
  CHECK(certmark_verify(verifier, &query, &result) == CERTMARK_MALFORMED && result.step == 1 && result.number[0] == 0);
  query.bundle = NULL;
  CHECK(certmark_verify(verifier, &query, NULL) == CERTMARK_MALFORMED);

  policy.allow = CERTMARK_ALLOW_UNBOUND_SIGNER | CERTMARK_ALLOW_UNKNOWN_BUILD;
  other = the_verifier(policy, verifier);
  query = the_query(), query.signers_count = 0, query.build = NULL;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_VALID);
  certmark_verifier_free(verifier); /* what they remember is both's */
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_VALID);
  query.signers = empty, query.signers_count = 1; /* not the same as none */
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_WRONG_SIGNER);
  query.signers_count = 0, query.build = "";
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_WRONG_VERSION);
  certmark_verifier_free(other);
  policy = the_policy(), policy.min_checkpoint_origin = "ca.example/log/1", policy.min_checkpoint_size = 8;
  other = the_verifier(policy, NULL);
  query = the_query();
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_STATUS_STALE);
  certmark_verifier_free(other);
  policy = the_policy(), policy.min_status_iat = query.now - 59;
  other = the_verifier(policy, NULL);
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_STATUS_STALE);

  /* Misuse: nothing is decided, and what was in the result is gone. */
  memset(&result, 1, sizeof result);
  result.struct_size = sizeof result;
  CHECK(certmark_verify(NULL, &query, &result) == CERTMARK_E_ARGUMENT && result.verdict == CERTMARK_UNDECIDED);
  CHECK(certmark_verify(other, NULL, &result) == CERTMARK_E_ARGUMENT && result.verdict == CERTMARK_UNDECIDED);
  query.app = "org.example";
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT && result.line[0] != '\0');
  query.app = NULL;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query = the_query(), query.bundle = NULL;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query = the_query(), query.signers = NULL;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query.signers = none;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query = the_query(), query.struct_size = 3;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query = the_query(), result.struct_size = 7;
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT);
  query = the_query(), result.struct_size = offsetof(certmark_result, line), result.step = 77; /* below any version's */
  CHECK(certmark_verify(other, &query, &result) == CERTMARK_E_ARGUMENT && result.step == 77);
  query.struct_size = offsetof(certmark_query, now);
  CHECK(certmark_verify(other, &query, NULL) == CERTMARK_E_ARGUMENT);
  certmark_verifier_free(other);
  certmark_verifier_free(NULL);
  CHECK(certmark_verifier_new(NULL, &policy, NULL, &other, NULL) == CERTMARK_E_ARGUMENT && other == NULL);
  CHECK(certmark_verifier_new(NULL, &policy, NULL, NULL, NULL) == CERTMARK_E_ARGUMENT);
}

static void nobody_is_trusted_by_default(void) {
  certmark_message why = CERTMARK_MESSAGE_INIT;
  certmark_policy policy = the_policy();
  certmark_trust* trust = NULL;
  certmark_verifier* verifier = NULL;
  CHECK(certmark_trust_new(NULL, 0, &trust, NULL) == CERTMARK_OK);
  CHECK(certmark_verifier_new(trust, &policy, NULL, &verifier, &why) == CERTMARK_E_ARGUMENT && verifier == NULL);
  certmark_trust_free(trust);
}

static void batches(void) {
  certmark_verifier* verifier = the_verifier(the_policy(), NULL);
  certmark_query queries[4];
  certmark_result results[4];
  size_t i;
  for (i = 0; i < 4; ++i) queries[i] = the_query();
  queries[1].bundle = revoked.text, queries[1].bundle_size = revoked.size;
  queries[3].app = "android:org.example.other";
  memset(results, 1, sizeof results);
  results[0].struct_size = sizeof results[0];
  CHECK(certmark_verify_batch(verifier, queries, 4, results) == CERTMARK_OK);
  CHECK(results[0].verdict == CERTMARK_VALID && results[1].verdict == CERTMARK_REVOKED);
  CHECK(results[2].verdict == CERTMARK_VALID && results[3].verdict == CERTMARK_WRONG_APP);
  queries[1].app = "none";
  CHECK(certmark_verify_batch(verifier, queries, 4, results) == CERTMARK_E_ARGUMENT);
  CHECK(results[0].verdict == CERTMARK_VALID && results[1].verdict == CERTMARK_UNDECIDED);
  CHECK(results[2].verdict == CERTMARK_VALID && results[3].verdict == CERTMARK_WRONG_APP);
  queries[1] = the_query(), queries[1].struct_size = 16; /* an array has one stride */
  CHECK(certmark_verify_batch(verifier, queries, 4, results) == CERTMARK_E_ARGUMENT);
  CHECK(results[1].verdict == CERTMARK_UNDECIDED && results[2].verdict == CERTMARK_VALID);
  queries[1] = the_query();
  CHECK(certmark_verify_batch(verifier, NULL, 0, NULL) == CERTMARK_OK);
  CHECK(certmark_verify_batch(verifier, queries, 1, NULL) == CERTMARK_E_ARGUMENT);
  /* An array is used again: what stands in it from before is no answer to a batch that was not asked. */
  CHECK(certmark_verify_batch(verifier, queries, 2, results) == CERTMARK_OK && results[1].verdict == CERTMARK_VALID);
  CHECK(certmark_verify_batch(verifier, NULL, 2, results) == CERTMARK_E_ARGUMENT);
  CHECK(results[0].verdict == CERTMARK_UNDECIDED && results[1].verdict == CERTMARK_UNDECIDED);
  CHECK(certmark_verify_batch(verifier, queries, 2, results) == CERTMARK_OK && results[1].verdict == CERTMARK_VALID);
  CHECK(certmark_verify_batch(NULL, queries, 2, results) == CERTMARK_E_ARGUMENT);
  CHECK(results[0].verdict == CERTMARK_UNDECIDED && results[1].verdict == CERTMARK_UNDECIDED);
  CHECK(certmark_verify_batch(verifier, queries, 2, results) == CERTMARK_OK && results[1].verdict == CERTMARK_VALID);
  queries[0].struct_size = 16;
  CHECK(certmark_verify_batch(verifier, queries, 2, results) == CERTMARK_E_ARGUMENT);
  CHECK(results[0].verdict == CERTMARK_UNDECIDED && results[1].verdict == CERTMARK_UNDECIDED);
  queries[0] = the_query(), results[0].struct_size = 0;
  CHECK(certmark_verify_batch(verifier, queries, 1, results) == CERTMARK_E_ARGUMENT);
  certmark_verifier_free(verifier);
}

static void explanations(void) {
  certmark_verifier* verifier = the_verifier(the_policy(), NULL);
  certmark_query query = the_query();
  static char json[16 * 1024];
  size_t size = sizeof json, needed = 0;
  CHECK(certmark_explain(verifier, &query, json, &size) == CERTMARK_OK && json[size - 1] == '\0');
  CHECK(strlen(json) == size - 1 && strstr(json, "{\"verdict\":\"VALID\",\"step\":10,") == json);
  CHECK(strstr(json, "{\"number\":8,\"name\":\"log\",\"result\":\"passed\",") != NULL);
  CHECK(certmark_explain(verifier, &query, NULL, &needed) == CERTMARK_E_BUFFER && needed == size);
  /* Whatever goes wrong, no earlier explanation is left. */
  needed = size - 1, json[0] = 'x';
  CHECK(certmark_explain(verifier, &query, json, &needed) == CERTMARK_E_BUFFER && needed == size && json[0] == '\0');
  json[0] = 'x';
  CHECK(certmark_explain(NULL, &query, json, &size) == CERTMARK_E_ARGUMENT && size == 0 && json[0] == '\0');
  size = sizeof json, json[0] = 'x';
  CHECK(certmark_explain(verifier, NULL, json, &size) == CERTMARK_E_ARGUMENT && size == 0 && json[0] == '\0');
  CHECK(certmark_explain(verifier, &query, json, NULL) == CERTMARK_E_ARGUMENT);
  size = sizeof json;
  CHECK(certmark_explain(verifier, &query, NULL, &size) == CERTMARK_E_ARGUMENT && size == 0);
  certmark_verifier_free(verifier);
}

int main(int argc, char** argv) {
  if (argc != 2) return fprintf(stderr, "usage: whole_api FOLDER\n"), 3;
  folder = argv[1];
  bundle = read_file("bundle"), revoked = read_file("revoked"), trust_1 = read_file("trust");
  trust_2 = read_file("trust-2"), fork_2 = read_file("fork-2"), pin = read_file("pin"), app = read_file("app");
  signer = read_file("signer"), build = read_file("build"), scheme = read_file("scheme"), now = read_file("now");
  signers[0] = signer.text;
  names_and_versions();
  trust_walks_and_never_goes_back();
  a_policy_has_to_be_told();
  structs_may_grow();
  nobody_is_trusted_by_default();
  verdicts();
  batches();
  explanations();
  if (failures == 0) printf("Every function of certmark/verify.h does as it says.\n");
  return failures == 0 ? 0 : 1;
}
