/* SPDX-License-Identifier: Apache-2.0 */

/* Passes the bytes of one descriptor on to another while an image is read from them. What was
 * taken from the one is in the other at once, so that the rest can be passed on wherever reading
 * stopped. Bytes that nobody looks at stay in the kernel where it can move them. */
#ifndef GB_SOURCE_COPY_H
#define GB_SOURCE_COPY_H

#include "source/source.h"

struct gb_copy;

/* FROM and TO stay the caller's, and with NAME, which stands in messages for TO, must outlive the
 * copy. Where TO is a pipe without a reader, a process that does not ignore SIGPIPE ends. */
enum gpubadge_code gb_copy_new(int from, int to, const char *name, struct gb_copy **ret_copy,
			       struct gpubadge_error *err) GB_MUST_CHECK;
void gb_copy_free(struct gb_copy *copy);
void gb_copy_freep(struct gb_copy **copy); /* for GB_CLEANUP */

/* As gb_source_open_fd() on FROM, once; nothing is sought over. COPY must outlive the source. */
enum gpubadge_code gb_source_open_copy(struct gb_copy *copy, const struct gpubadge_limits *limits,
				       struct gb_source **ret_source, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Passes on what is left of FROM. Nothing is tried again that failed before. */
enum gpubadge_code gb_copy_rest(struct gb_copy *copy, struct gpubadge_error *err) GB_MUST_CHECK;

/* Why TO did not get all that was taken from FROM, or NULL; valid as long as the copy. */
const struct gpubadge_error *gb_copy_failure(const struct gb_copy *copy);

#endif
