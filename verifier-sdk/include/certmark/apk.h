/* certmark/apk.h: which app is this APK, and who signed it? As every version of Android it is for will find, out of the
 * file itself, and only of a file whose signatures verify and cover what it holds.
 *
 *   certmark_apk *apk = NULL;
 *   int verdict = CERTMARK_UNDECIDED; // of this file: the one before it may have been valid
 *   if (certmark_apk_verify("app.apk", NULL, &apk, &why) == CERTMARK_OK && certmark_apk_to_query(apk, &query) == CERTMARK_OK)
 *     verdict = certmark_verify(verifier, &query, &result);
 *   certmark_apk_free(apk);
 *
 * This is a library of its own, libcertmark_apk, so that whoever has no files carries none of it. It reads the file it is
 * told and nothing else. Numbers, structs, memory and texts are as certmark/verify.h says.
 *
 * An APK is a stranger's file: every offset in it is checked, limits stand before each allocation, and a file that two
 * readers could read in two ways is refused, or whose manifest Android would read in another way than this library does.
 *
 * Threads. A handle does not change once it is made, and may be used from any number of threads.
 */
#ifndef CERTMARK_APK_H
#define CERTMARK_APK_H

#include "certmark/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that runs, in the form of certmark_version. Never freed. */
CERTMARK_API const char *certmark_apk_version(void) CERTMARK_NOEXCEPT;
CERTMARK_API int certmark_apk_version_number(void) CERTMARK_NOEXCEPT;

/* Why a file is not taken, besides verify.h's errors. The first four say what the file is; the last two that it cannot
 * be told. certmark_name has their names. */
enum {
  CERTMARK_APK_UNSIGNED = -101,      /* nobody signed it, or nobody in a way that a platform that counts would take */
  CERTMARK_APK_MALFORMED = -102,     /* no APK, or one that two readers could read in two ways */
  CERTMARK_APK_BAD_SIGNATURE = -103, /* a signature or a digest does not fit, or a signature was stripped */
  CERTMARK_APK_NOT_ACCEPTED = -104,  /* the policy does not take its signers, or they use what is not accepted */
  CERTMARK_APK_TOO_MUCH = -105,      /* over a limit, or there is no memory for it */
  CERTMARK_APK_UNREADABLE = -106     /* it cannot be read, or was changed meanwhile: ask again if it is there */
};

/* ---- Policy ---- */

/* Every later platform, as a range's last. */
#define CERTMARK_APK_LATER 0x7fffffff

/* What an APK must be good for. NULL in its place, or 0 in all of it: every platform that the app is for. */
typedef struct certmark_apk_policy {
  size_t struct_size;
  const char *only_signer; /* lower-case hex SHA-256 of a certificate: it signs for each platform, and nobody else. Or NULL */
  uint32_t min_sdk;        /* the lowest platform that counts; 0: the manifest's own */
  uint32_t max_sdk;        /* the highest; 0: CERTMARK_APK_LATER */
  uint32_t threads;        /* that read and hash, at most 64; 0: two */
  uint32_t spare;          /* 0 */
} certmark_apk_policy;
#define CERTMARK_APK_POLICY_INIT {sizeof(certmark_apk_policy), NULL, 0, 0, 0, 0}

/* ---- Verifying ---- */

/* An app and its signers, of a file that was verified. */
typedef struct certmark_apk certmark_apk;

/* Verifies a file and says what it is. The answer is of the bytes that were read, whoever writes to the file meanwhile:
 * what you deliver or install must be what was judged, so make a copy of your own that nobody else can open (an unlinked
 * file, or one of memfd_create with MFD_ALLOW_SEALING, sealed by F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW: the first alone
 * lets it be cut off and made longer), have that judged by its descriptor, and deliver that. A descriptor of a file that
 * another may still write to guards against another file in its place, and against nothing more; that a file was changed
 * while it was read is found by its size and times, as far as those tell.
 *
 * A descriptor must be a regular file's; it is read from its beginning, is not moved, and stays yours. A path is opened and
 * closed again: with that, your process loses its record locks (fcntl) on that file.
 *
 * OK; else `*apk` is NULL, and `why` says what is wrong with the file. E_ARGUMENT: the call is wrong, not the file. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_verify(const char *path, const certmark_apk_policy *policy,
                                                        certmark_apk **apk, certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_verify_fd(int fd, const certmark_apk_policy *policy, certmark_apk **apk,
                                                           certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API void certmark_apk_free(certmark_apk *apk) CERTMARK_NOEXCEPT;

/* Puts the app, its signers and its build into a query, and leaves the rest of it as it is. They are the handle's: the query
 * is good for as long as that is. E_ARGUMENT: `apk` is NULL, or one whose contents nobody checked, and then nothing is left
 * in the query of what it said of an app before; or `query` is none. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_to_query(const certmark_apk *apk,
                                                          certmark_query *query) CERTMARK_NOEXCEPT;

/* ---- What it says ---- */

/* How an APK is signed: v1 as JAR files are, the others in its signing block. */
enum { CERTMARK_APK_V1 = 1, CERTMARK_APK_V2 = 2, CERTMARK_APK_V3 = 3, CERTMARK_APK_V31 = 31 };

/* Who signs for a range of platforms. Certificates are lower-case hex SHA-256. The struct is the library's, and as large as
 * that knows it: look at its struct_size before you read a member that a later header added. */
typedef struct certmark_apk_platform {
  size_t struct_size;
  uint32_t first; /* both included; the last may be CERTMARK_APK_LATER */
  uint32_t last;
  uint32_t scheme; /* CERTMARK_APK_V…, that these platforms go by */
  uint32_t spare;
  const char *const *signers; /* several of v1 and v2 alone, which all signed */
  size_t signers_count;
  const char *const *lineage; /* the certificates before the signer's, the oldest first: v3 and v3.1 */
  size_t lineage_count;
} certmark_apk_platform;

/* What an APK says of itself, and who signed it. Everything that it points to is the handle's. */
typedef struct certmark_apk_facts {
  size_t struct_size;
  const char *app;     /* "android:org.torproject.android", as certmark_query has it */
  const char *package; /* "org.torproject.android" */
  const char *build;   /* "1741004000": the version code, as certmark_query has it */
  uint64_t version_code;
  uint32_t min_sdk;    /* as Android takes it where the manifest does not say: 1 */
  uint32_t target_sdk; /* likewise: the minimum */
  const char *const *signers; /* those that any platform takes for current, each once; a certification must name all */
  size_t signers_count;
  const certmark_apk_platform *const *platforms; /* from the lowest that counts on, without a gap */
  size_t platforms_count;
} certmark_apk_facts;
#define CERTMARK_APK_FACTS_INIT {sizeof(certmark_apk_facts), NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL, 0}

CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_look(const certmark_apk *apk,
                                                      certmark_apk_facts *facts) CERTMARK_NOEXCEPT;

/* ---- A first look ---- */

/* An app and its signers, of a file whose signatures verify and whose contents nobody looked at: what it holds, and all
 * that it says of itself, may be anybody's. For a first look at an upload, never for a verdict: no query is made of it, were it cast
 * to the other kind. */
typedef struct certmark_apk_unchecked certmark_apk_unchecked;

/* As certmark_apk_verify, but for the contents: of entries only the directory is read. */
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_read_contents_unchecked(const char *path,
                                                                         const certmark_apk_policy *policy,
                                                                         certmark_apk_unchecked **apk,
                                                                         certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_read_contents_unchecked_fd(int fd, const certmark_apk_policy *policy,
                                                                            certmark_apk_unchecked **apk,
                                                                            certmark_message *why) CERTMARK_NOEXCEPT;
CERTMARK_API void certmark_apk_unchecked_free(certmark_apk_unchecked *apk) CERTMARK_NOEXCEPT;
CERTMARK_API CERTMARK_MUST_LOOK int certmark_apk_unchecked_look(const certmark_apk_unchecked *apk,
                                                                certmark_apk_facts *facts) CERTMARK_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
