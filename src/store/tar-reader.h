/* SPDX-License-Identifier: Apache-2.0 */

/* The members of a tar archive, one after the other, in one pass. libarchive parses the tar
 * format and nothing else: no filter of its own is enabled, because the source room has taken
 * the compression off and verified its checksums. */
#ifndef GB_STORE_TAR_READER_H
#define GB_STORE_TAR_READER_H

#include "source/source.h"

struct gb_tar_reader;

enum gb_tar_kind {
	GB_TAR_REGULAR,
	GB_TAR_SYMBOLIC_LINK,
	GB_TAR_HARD_LINK,
	GB_TAR_OTHER, /* directory, device, FIFO, socket */
};

/* Valid until the next member is asked for. */
struct gb_tar_entry {
	const char *name; /* as written; NULL if it cannot be had */
	const char *link; /* target of a link, as written */
	uint64_t size;
	enum gb_tar_kind kind;
};

/* SOURCE stays the caller's and must outlive the reader. NOT_IMAGE if it is no tar archive. */
enum gpubadge_code gb_tar_reader_open(struct gb_source *source, struct gb_tar_reader **ret_reader,
				      struct gpubadge_error *err) GB_MUST_CHECK;
void gb_tar_reader_closep(struct gb_tar_reader **reader); /* for GB_CLEANUP */

/* The next member, or false in *RET_FOUND behind the last one. */
enum gpubadge_code gb_tar_reader_next(struct gb_tar_reader *reader, struct gb_tar_entry *ret_entry,
				      bool *ret_found, struct gpubadge_error *err) GB_MUST_CHECK;

/* Appends content of the current member to BYTES until these are LIMIT long or it ends. */
enum gpubadge_code gb_tar_reader_read(struct gb_tar_reader *reader, size_t limit,
				      struct gb_bytes *bytes, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Behind the last member: did a lone block of zeros end the archive, with more behind it? */
bool gb_tar_reader_was_cut(const struct gb_tar_reader *reader);

#endif
