/* SPDX-License-Identifier: Apache-2.0 */

/* Bytes in, in one forward pass: a file, a pipe, or memory, with up to two outer compressions
 * taken off. Told by content, never by name. */
#ifndef GB_SOURCE_SOURCE_H
#define GB_SOURCE_SOURCE_H

#include "base/gb-bytes.h"

/* A chunk is at least this long unless the input ends with it: enough to tell every format by
 * its first bytes. */
#define GB_SOURCE_HEAD 512

struct gb_source;

/* FD stays the caller's and must outlive the source. A regular file is read from its current
 * offset and sought over; all else is only read. */
enum gpubadge_code gb_source_open_fd(int fd, const struct gpubadge_limits *limits,
				     struct gb_source **ret_source, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* BYTES must outlive the source. */
enum gpubadge_code gb_source_open_memory(struct gb_span bytes, const struct gpubadge_limits *limits,
					 struct gb_source **ret_source, struct gpubadge_error *err)
	GB_MUST_CHECK;

void gb_source_close(struct gb_source *source);
void gb_source_closep(struct gb_source **source); /* for GB_CLEANUP */

/* The next bytes, valid until the next call; an empty span at the end. IO, and for compressed
 * input TRUNCATED, CORRUPT (checksums included) and LIMIT. */
enum gpubadge_code gb_source_next(struct gb_source *source, struct gb_span *ret_chunk,
				  struct gpubadge_error *err) GB_MUST_CHECK;

/* The same bytes again: the next gb_source_next() returns them once more. */
enum gpubadge_code gb_source_peek(struct gb_source *source, struct gb_span *ret_chunk,
				  struct gpubadge_error *err) GB_MUST_CHECK;

/* Passes over up to COUNT bytes without reading them. *RET_SKIPPED is 0 where only reading
 * moves on, and never beyond the end of the input. */
enum gpubadge_code gb_source_skip(struct gb_source *source, uint64_t count, uint64_t *ret_skipped,
				  struct gpubadge_error *err) GB_MUST_CHECK;

/* Passes over the rest: a writer at the other end of a pipe gets no SIGPIPE, and the checksums
 * of a compressed input are verified. */
enum gpubadge_code gb_source_drain(struct gb_source *source, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Reads a pipe to its end whatever is in it, for a writer that shall not break over a reader that
 * failed. A file is left alone. */
void gb_source_discard(int fd);

/* "gzip", "zstd+gzip" (the outermost first), or NULL; valid as long as the source. */
const char *gb_source_compression(const struct gb_source *source);

/* Does HEAD start like a blob that registries and tools compress: gzip or zstd? */
bool gb_source_is_compressed(struct gb_span head);

/* Appends BYTES without their compression to OUT; failures of OUT are returned too. */
enum gpubadge_code gb_source_unpack(struct gb_span bytes, const struct gpubadge_limits *limits,
				    struct gb_bytes *out, struct gpubadge_error *err) GB_MUST_CHECK;

#endif
