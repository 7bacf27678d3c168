/* certmark/verify.h: is this app certified? Judged offline, exactly as FORMATS.md section 9 says.
 *
 *   1. a trust store: which authorities you believe, and how far you have walked their trust lists
 *   2. a policy: what you demand. It must be told; what it does not name is refused
 *   3. a verifier of both: constant, for many threads, and it remembers what it has verified
 *   4. a query for each app at hand, and its verdict. Compare the verdict with CERTMARK_VALID and with nothing else
 *
 * There is no network, no file, no clock and no thread-local error here: bytes and times go in, an answer comes out.
 *
 * Numbers. 0 is never good: no function returns it for success, and as a verdict it says that nothing was decided.
 * Errors are negative. Verdicts are 1 and above, CERTMARK_OK and CERTMARK_KNOWN above all verdicts, so that no function's
 * success can be taken for a verdict.
 *
 * Structs begin with their size: `certmark_query query = {sizeof query}`, or one of the _INIT macros. Members are only
 * ever added, at the end, and 0 in them is always the strict reading. So a program compiled against an older header gives
 * a smaller struct, which is read as if the rest were 0; a program compiled against a newer one gives a larger one, which
 * is refused (CERTMARK_E_ARGUMENT) unless what this library does not know of it is 0. A size that is no multiple of 8, or
 * below what the struct had in version 0.1, is refused, and nothing is written to such a struct.
 *
 * Memory. What you hand in is yours, is only read, and is not kept beyond the call. Handles that end in `_new` are freed
 * by their `_free`, which takes NULL. Texts are UTF-8 and end in NUL, bytes have a size.
 *
 * Threads. A certmark_verifier may be used from any number of threads. A certmark_trust is for one at a time while it is
 * changed; a verifier takes what it needs of it when it is made, and does not follow it afterwards.
 *
 * In doubt, nothing is valid: a function that returns an error has left its results at 0, but for
 * the line that says why, and for the size that E_BUFFER asks for.
 */
#ifndef CERTMARK_VERIFY_H
#define CERTMARK_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CERTMARK_API __attribute__((visibility("default")))
#define CERTMARK_MUST_LOOK __attribute__((warn_unused_result))
#else
#define CERTMARK_API
#define CERTMARK_MUST_LOOK
#endif
#ifdef __cplusplus
#define CERTMARK_NOEXCEPT noexcept
extern "C" {
#else
#define CERTMARK_NOEXCEPT
#endif

/* ---- Version ---- */

#define CERTMARK_VERSION "0.1.0"
#define CERTMARK_VERSION_NUMBER 100 /* 10000 * major + 100 * minor + patch */

/* The version of the library that runs, which may be another than the header's: "0.1.0", and 100. Never freed. */
CERTMARK_API const char *certmark_version(void) CERTMARK_NOEXCEPT;
CERTMARK_API int certmark_version_number(void) CERTMARK_NOEXCEPT;

/* ---- Numbers ---- */

enum {
  CERTMARK_UNDECIDED = 0, /* nothing was decided: see the function's error */
  CERTMARK_VALID = 1,     /* this app is certified, now, as far as the policy asks */
  CERTMARK_MALFORMED = 2,
  CERTMARK_UNTRUSTED_ISSUER = 3,
  CERTMARK_BAD_SIGNATURE = 4,
  CERTMARK_NOT_YET_VALID = 5,
  CERTMARK_EXPIRED = 6,
  CERTMARK_WRONG_APP = 7,
  CERTMARK_WRONG_SIGNER = 8,
  CERTMARK_WRONG_VERSION = 9,
  CERTMARK_NOT_ACCEPTED = 10,
  CERTMARK_NOT_LOGGED = 11,
  CERTMARK_NOT_WITNESSED = 12,
  CERTMARK_STATUS_UNKNOWN = 13,
  CERTMARK_STATUS_STALE = 14,
  CERTMARK_REVOKED = 15,
  CERTMARK_SUSPENDED = 16,
  CERTMARK_ENDED = 17,

  CERTMARK_OK = 1000,    /* done */
  CERTMARK_KNOWN = 1001, /* was so already: nothing changed */

  CERTMARK_E_ARGUMENT = -1, /* the call is wrong: NULL, a bad size, a policy that does not say what it must */
  CERTMARK_E_REFUSED = -2,  /* a trust list, or a state, is not one to accept: nothing changed */
  CERTMARK_E_CONFLICT = -3, /* two trust lists of one number, both signed: keep them and report the authority */
  CERTMARK_E_BUFFER = -4,   /* the buffer is too small: *size says how large it must be */
  CERTMARK_E_MEMORY = -5,   /* no memory */
  CERTMARK_E_INTERNAL = -6  /* a defect of this library */
};

/* The name of a number: verdicts as FORMATS.md writes them ("WRONG_SIGNER"), "OK", "E_ARGUMENT", "APK_UNSIGNED" (apk.h);
 * "UNDECIDED" for 0 and for what is none. Never freed. */
CERTMARK_API const char *certmark_name(int number) CERTMARK_NOEXCEPT;

/* A line for people, of what is wrong. Functions take NULL where nobody asks. */
typedef struct certmark_message {
  size_t struct_size;
  char text[256]; /* UTF-8, cut at a character */
} certmark_message;
#define CERTMARK_MESSAGE_INIT {sizeof(certmark_message), ""}

/* ---- Trust ---- */

/* Which authorities are believed. An authority is begun by a pin, told out of band, and from there its trust lists are
 * walked one by one: /trust/1, /trust/2, … (FORMATS.md section 8). The store never goes back and never skips. */
typedef struct certmark_trust certmark_trust;

/* Makes an empty store (state_size 0), or again one that certmark_trust_export wrote. The state is walked again from its
 * pins, so that only its pins need be kept from strangers; but an old copy of it is an old store: keep it where nobody puts
 * old copies back. E_REFUSED: it is not what was exported. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_trust_new(const void *state, size_t state_size, certmark_trust **trust,
                                                       certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API void certmark_trust_free(certmark_trust *trust) CERTMARK_NOEXCEPT;

/* Accepts a trust list, a compact JWS of at most 256 KiB. `pin` (https://ca.example#<hex SHA-256 of a root's DER>) is
 * needed for an authority's first list, and may be NULL afterwards. OK: accepted; export the store and keep it before you
 * act on it. KNOWN: held already. E_REFUSED: not signed as it must be, not the next number, another pin than before, or
 * the store is full: its state would be over 64 MiB, decades of lists, and could not be read again (KNOWN and E_CONFLICT
 * are told all the same). E_CONFLICT: another list of a number that is held. Whatever is not OK has changed nothing. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_trust_add(certmark_trust *trust, const char *list, size_t list_size,
                                                       const char *pin, certmark_message *why) CERTMARK_NOEXCEPT;

/* What is held of an authority. */
typedef struct certmark_trust_facts {
  size_t struct_size;
  uint64_t seq;   /* of the newest list; the next one to fetch is /trust/{seq + 1} */
  int64_t iat;    /* when it was signed */
  int64_t exp;    /* from then on nothing of this authority is valid until a newer list is accepted */
  int32_t test;   /* 1: a test authority, whose credentials say nothing (CERTMARK_ALLOW_TEST_AUTHORITY) */
  int32_t spare;
} certmark_trust_facts;
/* OK, or E_REFUSED: nothing is known of `authority` ("https://ca.example"). */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_trust_look(const certmark_trust *trust, const char *authority,
                                                        certmark_trust_facts *facts) CERTMARK_NOEXCEPT;

/* Writes the whole store as bytes to be kept. `*size` is the buffer's size, and then how many were written or, with
 * E_BUFFER, are needed; `state` may be NULL where `*size` is 0. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_trust_export(const certmark_trust *trust, void *state,
                                                          size_t *size) CERTMARK_NOEXCEPT;

/* ---- Policy ---- */

/* What a policy gives up, by FORMATS.md's names. Each is a bit of certmark_policy.allow. */
enum {
  /* AllowTestAuthority. Lost: everything. Anybody can found a test authority, and its keys lie on developers' disks. For
   * tests of your own. */
  CERTMARK_ALLOW_TEST_AUTHORITY = 1,
  /* AllowUnboundSigner: a query need not say who signed the app. Lost: that it is this app. A re-packaged one of the same
   * name is judged as the real one. For listing and ranking, where there is no file; never for upload or install. */
  CERTMARK_ALLOW_UNBOUND_SIGNER = 2,
  /* AllowUnknownBuild: a query need not say which build it is. Lost: that this build was evaluated. For listing and
   * ranking; never for upload or install. */
  CERTMARK_ALLOW_UNKNOWN_BUILD = 4,
  /* AllowUnlogged: a bundle may come without a proof. Lost: that anybody can see what the authority issued; a stolen or
   * lying signer is not found out. What a bundle proves wrongly is refused all the same. */
  CERTMARK_ALLOW_UNLOGGED = 8,
  /* AllowUnwitnessed: too few witnesses may have seen the log. Lost: that everybody is shown the same log. */
  CERTMARK_ALLOW_UNWITNESSED = 16,
  /* AllowUnknownStatus: a bundle may come without a status list. Lost: whether it is suspended or revoked. */
  CERTMARK_ALLOW_UNKNOWN_STATUS = 32
};

/* What a policy accepts all of. It must be told: either which schemes, or CERTMARK_ANY_SCHEME; likewise levels. */
enum { CERTMARK_ANY_SCHEME = 1, CERTMARK_ANY_LEVEL = 2 };

/* A policy. Begin with CERTMARK_POLICY_INIT, which allows nothing, and say which schemes and levels you accept. */
typedef struct certmark_policy {
  size_t struct_size;
  uint32_t allow;  /* CERTMARK_ALLOW_…; an unknown bit is E_ARGUMENT */
  uint32_t any;    /* CERTMARK_ANY_… */
  int64_t status_age; /* seconds: how old a status list may be, beside its own end. 86400 in CERTMARK_POLICY_INIT */
  int64_t skew;       /* seconds: how far your clock and the authority's may differ. 60 in CERTMARK_POLICY_INIT */
  const char *const *schemes; /* accepted, for example "CNCA-App-001" */
  size_t schemes_count;
  const char *const *levels; /* accepted, for example "certified" */
  size_t levels_count;
  /* Witnesses of your own choice, as vkeys, in place of the trust list's, and how many of them must have signed: 1 to as
   * many as there are. None: the list's. */
  const char *const *witnesses;
  size_t witnesses_count;
  size_t witness_threshold;
  /* Floors, of what you have seen before (certmark_result tells): older is STATUS_STALE. 0 and NULL: none. */
  int64_t min_status_iat;
  const char *min_checkpoint_origin; /* "ca.example/log/1" */
  uint64_t min_checkpoint_size;
} certmark_policy;
#define CERTMARK_POLICY_INIT {sizeof(certmark_policy), 0, 0, 86400, 60, NULL, 0, NULL, 0, NULL, 0, 0, 0, NULL, 0}

/* ---- Verifying ---- */

/* A verifier: a policy, and what a trust store held when it was made. It remembers which certificates, checkpoints and
 * status lists it has verified (some megabytes at most), which changes how long an answer takes and never the answer. */
typedef struct certmark_verifier certmark_verifier;

/* Makes a verifier. `like` may be NULL; else the new one shares what that one remembers: so a newer trust list or another
 * policy costs nothing. E_ARGUMENT: the store holds nobody, or the policy does not say what it must, or contradicts itself;
 * `why` says what. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_verifier_new(const certmark_trust *trust, const certmark_policy *policy,
                                                          const certmark_verifier *like, certmark_verifier **verifier,
                                                          certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API void certmark_verifier_free(certmark_verifier *verifier) CERTMARK_NOEXCEPT;

/* The app at hand, from its file or your listing, never from the bundle; the bundle that comes with it; and the time. */
typedef struct certmark_query {
  size_t struct_size;
  const void *bundle; /* bytes as received; above 256 KiB they are MALFORMED */
  size_t bundle_size;
  const char *app;            /* "android:org.torproject.android" */
  const char *const *signers; /* who signs it now: lower-case hex SHA-256 of the certificates, or an iOS team */
  size_t signers_count;       /* 0: not told. "" among them is told, and WRONG_SIGNER */
  const char *build;          /* "1741004000", "7.12.1"; NULL: not told. "" is told, and WRONG_VERSION */
  int64_t now;                /* seconds since 1970, by your clock */
} certmark_query;
#define CERTMARK_QUERY_INIT {sizeof(certmark_query), NULL, 0, NULL, NULL, 0, NULL, 0}

/* The answer. What is not known is 0 or "". */
typedef struct certmark_result {
  size_t struct_size;
  int32_t verdict;      /* CERTMARK_VALID, or why not */
  int32_t step;         /* of FORMATS.md section 9 that gave the verdict: 1 to 10 */
  int64_t valid_until;  /* the credential's own end; 0 until step 5 */
  int64_t status_iat;   /* of the status list; 0 until step 9. The largest seen makes a min_status_iat */
  uint64_t log_size;    /* of the checkpoint; 0 until step 8. The largest seen makes a min_checkpoint_size */
  char log_origin[304]; /* of that checkpoint */
  char number[24];      /* "CM-2026-7K3Q9X2M4T4", as the credential says from step 1 on: believe it only if VALID */
  char line[320];       /* for people: printable ASCII */
} certmark_result;
#define CERTMARK_RESULT_INIT {sizeof(certmark_result), 0, 0, 0, 0, 0, "", "", ""}

/* Judges. Returns the verdict, as `result->verdict` has it, or an error, and then nothing was decided. `result` may be
 * NULL. E_ARGUMENT: a NULL, a bad size, or an app that is not platform:package. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_verify(const certmark_verifier *verifier, const certmark_query *query,
                                                    certmark_result *result) CERTMARK_NOEXCEPT;

/* Judges many, one after the other; call it from as many threads as you have. queries and results are arrays of `count`,
 * each of one struct_size throughout, that of the first. OK: every result has its verdict. Otherwise the first error: what
 * could be judged has its verdict, the rest is UNDECIDED. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_verify_batch(const certmark_verifier *verifier,
                                                          const certmark_query *queries, size_t count,
                                                          certmark_result *results) CERTMARK_NOEXCEPT;

/* Judges, and writes what each step found as a JSON object, NUL behind it: `verdict`, `step`, `reason`, and `steps` with
 * `number`, `name`, `result` and `detail`. `*size` is the buffer's size, and then how many bytes it takes with the NUL.
 * OK, E_BUFFER (16 KiB are always enough), E_ARGUMENT; whatever is not OK leaves "" in a buffer that has room for it. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_explain(const certmark_verifier *verifier, const certmark_query *query,
                                                     char *json, size_t *size) CERTMARK_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
