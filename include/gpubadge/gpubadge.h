/* SPDX-License-Identifier: Apache-2.0 */

/* libgpubadge: does a container image need an NVIDIA GPU, and which CUDA?
 *
 * An inspection opens one input (a docker-save or OCI archive, an OCI layout or `dir:`
 * directory, a pipe), finds the images in it, verifies the digests of what it reads, and
 * yields one report for each image and platform.
 *
 * Threads: the library keeps no mutable global state. Different threads may inspect at the
 * same time; one handle may be read by several threads as long as none frees it.
 *
 * Errors: a function that returns enum gpubadge_code fills ERR on failure, leaves its other
 * outputs untouched, and leaves nothing to free. ERR may be NULL where the caller does not
 * want the text.
 *
 * Strings are UTF-8 and NUL-terminated. The library never prints, never exits, never reads
 * the process environment, never changes signals or locale, and writes no file.
 */
#ifndef GPUBADGE_GPUBADGE_H
#define GPUBADGE_GPUBADGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GPUBADGE_API __attribute__((visibility("default")))
#else
#define GPUBADGE_API
#endif

/* What a caller can act on; the story is in gpubadge_error.text. New codes are appended. */
enum gpubadge_code {
	GPUBADGE_OK = 0,
	GPUBADGE_E_USAGE,       /* the caller's argument is wrong */
	GPUBADGE_E_NOMEM,       /* out of memory */
	GPUBADGE_E_IO,          /* the operating system refused; see sys_errno */
	GPUBADGE_E_NOT_IMAGE,   /* the input is no container image */
	GPUBADGE_E_TRUNCATED,   /* the input ends too early */
	GPUBADGE_E_CORRUPT,     /* the archive or its compression is damaged */
	GPUBADGE_E_JSON,        /* a document is not JSON */
	GPUBADGE_E_SCHEMA,      /* a document is JSON of the wrong shape */
	GPUBADGE_E_MISSING,     /* something named is not in the input */
	GPUBADGE_E_DIGEST,      /* bytes do not match their digest or size */
	GPUBADGE_E_UNSUPPORTED, /* known, and not read by this build */
	GPUBADGE_E_ARTIFACT,    /* an OCI artifact that is no container image */
	GPUBADGE_E_AMBIGUOUS,   /* a selector leaves more than one image */
	GPUBADGE_E_CONFLICT,    /* the input contradicts itself */
	GPUBADGE_E_LIMIT,       /* a limit of struct gpubadge_limits was reached */
};

/* The name of CODE without its prefix ("NOT_IMAGE"), as it stands in JSON error objects. */
GPUBADGE_API const char *gpubadge_code_name(enum gpubadge_code code);

#define GPUBADGE_ERROR_TEXT 1024

/* Owned by the caller. TEXT is one line, safe for a terminal: bytes of the image that could
 * act on one are escaped. */
struct gpubadge_error {
	enum gpubadge_code code;
	int sys_errno; /* errno of the failed system call, 0 if none */
	char text[GPUBADGE_ERROR_TEXT];
};

/* Ceilings on what an input may cost. Going over one is GPUBADGE_E_LIMIT; only link_hops is
 * GPUBADGE_E_CORRUPT, because so many links in a row are a loop, and name_bytes no error. */
struct gpubadge_limits {
	size_t size;                      /* sizeof(struct gpubadge_limits), set by _init */
	uint64_t document_bytes;          /* one JSON document (manifest, index, config) */
	uint64_t kept_bytes;              /* all documents of one input together */
	uint64_t name_bytes;              /* names of members that were passed over */
	uint64_t json_values;             /* values in one JSON document */
	uint64_t decompressed_bytes;      /* output of one outer compression */
	uint64_t window_bytes;            /* memory of one decompressor */
	uint64_t compression_depth;       /* outer compressions inside each other */
	uint64_t index_depth;             /* image indexes inside each other */
	uint64_t index_descriptors;       /* descriptors of all indexes together */
	uint64_t image_names;             /* names of one image */
	uint64_t link_hops;               /* links from one member to the next */
	uint64_t environment_entries;     /* entries of one environment */
	uint64_t environment_entry_bytes; /* one entry */
	uint64_t requirement_variables;   /* NVIDIA_REQUIRE_* entries */
	uint64_t requirement_bytes;       /* one NVIDIA_REQUIRE_* value */
	uint64_t requirement_conditions;  /* conditions in one value */
	uint64_t result_bytes;            /* everything one result holds */
	uint64_t inventory_bytes;         /* one inventory of servers */
	uint64_t inventory_values;        /* values in the JSON of one inventory */
	uint64_t fleet_servers;           /* servers of one fleet */
};

/* Fills LIMITS with the defaults that gpubadge(1) documents. */
GPUBADGE_API void gpubadge_limits_init(struct gpubadge_limits *limits);

/* Sets the member of LIMITS called NAME, which must have been initialised. USAGE if there is no
 * such limit. */
GPUBADGE_API enum gpubadge_code gpubadge_limits_set(struct gpubadge_limits *limits,
						    const char *name, uint64_t value,
						    struct gpubadge_error *err);

/* Where gpubadge_inspect_fd() passes on what it reads: every byte of the input, in order and as
 * it stands, also what stands behind the image and an input that is none. Writing fails with
 * GPUBADGE_E_IO and a text that starts with NAME; the library does not change signals, so a
 * caller that wants to see a broken pipe ignores SIGPIPE. Zero-initialise and set size. */
struct gpubadge_copy {
	size_t size;          /* sizeof(struct gpubadge_copy) */
	int fd;               /* open for writing; stays the caller's */
	const char *name;     /* of FD, in messages */
	bool stop_on_failure; /* where the image is bad, do not pass on the rest */
};

/* What to read. Zero-initialise and set size; NULL members mean the default. */
struct gpubadge_options {
	size_t size;           /* sizeof(struct gpubadge_options) */
	const char *platform;  /* os/arch[/variant]: report this platform alone */
	const char *reference; /* name, tag, digest or @N: report this image alone */
	const struct gpubadge_limits *limits;
	const struct gpubadge_copy *copy; /* gpubadge_inspect_fd() only; NULL: none is made */
};

/* The reports of one input. */
struct gpubadge_result;

/* One image for one platform; belongs to its result. */
struct gpubadge_report;

/* Reads IMAGE: a path, or TRANSPORT:PATH[:REFERENCE] with the transports docker-archive,
 * oci-archive, oci and dir of containers-transports(5). An argument that names an existing
 * file is a path, colons or not. On success *RET_RESULT has at least one report and is freed
 * by the caller with gpubadge_result_free(). OPTIONS may be NULL. */
GPUBADGE_API enum gpubadge_code gpubadge_inspect(const char *image,
						 const struct gpubadge_options *options,
						 struct gpubadge_result **ret_result,
						 struct gpubadge_error *err);

/* The same for an archive read from FD, which stays the caller's and is read to its end: a
 * pipe is never sought, and its writer sees no broken pipe. NAME stands in messages and in the
 * report's source.location. */
GPUBADGE_API enum gpubadge_code gpubadge_inspect_fd(int fd, const char *name,
						    const struct gpubadge_options *options,
						    struct gpubadge_result **ret_result,
						    struct gpubadge_error *err);

/* One report on EXPRESSION as if it were the value of an image's NVIDIA_REQUIRE_CUDA, for
 * gpubadge_report_explain() and gpubadge_match_new(). */
GPUBADGE_API enum gpubadge_code gpubadge_inspect_expression(const char *expression,
							    const struct gpubadge_options *options,
							    struct gpubadge_result **ret_result,
							    struct gpubadge_error *err);

GPUBADGE_API void gpubadge_result_free(struct gpubadge_result *result);
GPUBADGE_API size_t gpubadge_result_count(const struct gpubadge_result *result);

/* The report at INDEX, valid until the result is freed; NULL past the end. */
GPUBADGE_API const struct gpubadge_report *
gpubadge_result_report(const struct gpubadge_result *result, size_t index);

/* Does the image carry the badge NVIDIA GPU? */
GPUBADGE_API bool gpubadge_report_gpu(const struct gpubadge_report *report);

/* Does an image with the badge state a requirement that no server can meet as it is written: its
 * first condition, or each of its alternatives, is malformed? */
GPUBADGE_API bool gpubadge_report_undetermined(const struct gpubadge_report *report);

/* The bytes of the image's config document as its digest covers them (decompressed, if the
 * blob was), valid until the result is freed. They come from the image: not safe to print. */
GPUBADGE_API const char *gpubadge_report_config(const struct gpubadge_report *report,
						size_t *ret_size);

enum gpubadge_format {
	GPUBADGE_FORMAT_TEXT, /* for people */
	GPUBADGE_FORMAT_JSON, /* see gpubadge_schema() */
};

enum gpubadge_colour {
	GPUBADGE_COLOUR_NONE,
	GPUBADGE_COLOUR_BASIC, /* the eight colours of ECMA-48 */
	GPUBADGE_COLOUR_256,
	GPUBADGE_COLOUR_TRUE, /* 24 bit */
};

/* What is written of an image. */
enum gpubadge_document {
	GPUBADGE_DOCUMENT_REPORT,      /* schema gpubadge/1 */
	GPUBADGE_DOCUMENT_MATCH,       /* schema gpubadge-match/1 */
	GPUBADGE_DOCUMENT_EXPLANATION, /* schema gpubadge-explain/1 */
};

/* How to write. Zero-initialise and set size. */
struct gpubadge_style {
	size_t size; /* sizeof(struct gpubadge_style) */
	enum gpubadge_format format;
	enum gpubadge_colour colour;     /* text only */
	bool indent;                     /* JSON over several lines */
	bool environment;                /* add the image's environment */
	enum gpubadge_document document; /* that gpubadge_failure_render() stands in for */
	unsigned width;                  /* columns a line of text may have; 0: any number */
};

/* Writes one report, ending in a newline, to a fresh string that the caller frees with
 * gpubadge_free(). RET_SIZE (may be NULL) gets its length without the NUL. */
GPUBADGE_API enum gpubadge_code gpubadge_report_render(const struct gpubadge_report *report,
						       const struct gpubadge_style *style,
						       char **ret_text, size_t *ret_size,
						       struct gpubadge_error *err);

/* The value at PATH ("cuda.requirement.minimum", "evidence.0.value") of the JSON report: one
 * line with a newline; an array of scalars gives one line each; null an empty line. Control
 * characters are written \xNN or \uNNNN. USAGE if the schema has no such path. The caller
 * frees *RET_TEXT with gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_report_value(const struct gpubadge_report *report,
						      const char *path, char **ret_text,
						      struct gpubadge_error *err);

/* The JSON object for an input that failed with FAILURE. Freed with gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_failure_render(const char *image,
							const struct gpubadge_error *failure,
							const struct gpubadge_style *style,
							char **ret_text, size_t *ret_size,
							struct gpubadge_error *err);

/* Servers, read from inventories. */
struct gpubadge_fleet;

/* An empty fleet, which the caller frees with gpubadge_fleet_free(). LIMITS may be NULL. Servers
 * are added with the functions below, then gpubadge_fleet_settle() is called once, and from then
 * on the fleet may be used, by several threads as well; another order is USAGE. */
GPUBADGE_API enum gpubadge_code gpubadge_fleet_new(const struct gpubadge_limits *limits,
						   struct gpubadge_fleet **ret_fleet,
						   struct gpubadge_error *err);

/* Adds the servers of an inventory: our own JSON (see gpubadge(1)), what `kubectl get nodes -o
 * json` prints, each also one object a line, and the CSV of `nvidia-container-cli info --csv`
 * and `nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv`. FD stays the
 * caller's. NAME stands in messages; without directories and suffix it also names the one server
 * of a format that names none. */
GPUBADGE_API enum gpubadge_code gpubadge_fleet_add_inventory(struct gpubadge_fleet *fleet, int fd,
							     const char *name,
							     struct gpubadge_error *err);

/* Adds this machine, as NVML or the driver tells about it; without a driver it is a server
 * without GPUs. */
GPUBADGE_API enum gpubadge_code gpubadge_fleet_add_host(struct gpubadge_fleet *fleet,
							struct gpubadge_error *err);

/* Adds the server types with GPUs of a cloud: "aws" or "vultr". They state no driver. */
GPUBADGE_API enum gpubadge_code gpubadge_fleet_add_catalog(struct gpubadge_fleet *fleet,
							   const char *provider,
							   struct gpubadge_error *err);

/* DRIVER ("550.54.15", may be NULL) is assumed where a server with GPUs states none. */
GPUBADGE_API enum gpubadge_code gpubadge_fleet_settle(struct gpubadge_fleet *fleet,
						      const char *driver,
						      struct gpubadge_error *err);

GPUBADGE_API size_t gpubadge_fleet_count(const struct gpubadge_fleet *fleet);

/* The name of the server at INDEX, valid until the fleet is freed; NULL past the end. It comes
 * from the inventory: not safe to print. */
GPUBADGE_API const char *gpubadge_fleet_name(const struct gpubadge_fleet *fleet, size_t index);
GPUBADGE_API void gpubadge_fleet_free(struct gpubadge_fleet *fleet);

enum gpubadge_verdict {
	GPUBADGE_NO,
	GPUBADGE_UNKNOWN, /* facts are missing, and they matter */
	GPUBADGE_YES,
};

/* One image and all servers of a fleet. */
struct gpubadge_match;

/* Which servers of FLEET, which is settled, can run the image of REPORT? Both have to outlive
 * *RET_MATCH, which the caller frees with gpubadge_match_free(). The rules are those of
 * libnvidia-container (src/cli/dsl.c), what is unknown stays unknown. */
GPUBADGE_API enum gpubadge_code gpubadge_match_new(const struct gpubadge_report *report,
						   const struct gpubadge_fleet *fleet,
						   struct gpubadge_match **ret_match,
						   struct gpubadge_error *err);
GPUBADGE_API void gpubadge_match_free(struct gpubadge_match *match);

/* The verdict on the server at INDEX; UNKNOWN past the end. */
GPUBADGE_API enum gpubadge_verdict gpubadge_match_verdict(const struct gpubadge_match *match,
							  size_t index);

/* How many servers have VERDICT? */
GPUBADGE_API size_t gpubadge_match_count(const struct gpubadge_match *match,
					 enum gpubadge_verdict verdict);

/* Verdict, tier and reasons for every server; schema gpubadge-match/1. Freed with
 * gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_match_render(const struct gpubadge_match *match,
						      const struct gpubadge_style *style,
						      char **ret_text, size_t *ret_size,
						      struct gpubadge_error *err);

/* The names of the servers that qualify, one a line; control characters are written \xNN. Empty
 * if none does. Freed with gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_match_names(const struct gpubadge_match *match,
						     char **ret_text, size_t *ret_size,
						     struct gpubadge_error *err);

/* COUNT matches of one fleet as a table: servers down, images across. Text only. Freed with
 * gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_matrix_render(const struct gpubadge_match *const *matches,
						       size_t count,
						       const struct gpubadge_style *style,
						       char **ret_text, size_t *ret_size,
						       struct gpubadge_error *err);

/* What the image of REPORT requires, in words: every alternative, the drivers accepted, and who
 * enforces it; schema gpubadge-explain/1. Freed with gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_report_explain(const struct gpubadge_report *report,
							const struct gpubadge_style *style,
							char **ret_text, size_t *ret_size,
							struct gpubadge_error *err);

/* The built-in tables of CUDA versions and drivers with their sources. Freed with
 * gpubadge_free(). */
GPUBADGE_API enum gpubadge_code gpubadge_tables_render(const struct gpubadge_style *style,
						       char **ret_text, size_t *ret_size,
						       struct gpubadge_error *err);

/* The JSON Schema (2020-12) of the JSON reports; static. */
GPUBADGE_API const char *gpubadge_schema(void);

/* "0.1.0"; static. */
GPUBADGE_API const char *gpubadge_version(void);

/* The month the CUDA tables were last compared with their sources, "2026-08"; static. */
GPUBADGE_API const char *gpubadge_tables_date(void);

/* What this build can do, "gzip zstd xz bzip2 isal": the compressions it reads, and the library
 * that makes gzip fast; static. */
GPUBADGE_API const char *gpubadge_features(void);

/* Frees a string this library returned. NULL is allowed. */
GPUBADGE_API void gpubadge_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
