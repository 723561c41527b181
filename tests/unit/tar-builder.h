/* SPDX-License-Identifier: Apache-2.0 */

/* Tar archives in memory, written header by header (POSIX.1-1988 ustar) so that a test can
 * build what no tar program would. */
#ifndef GB_TESTS_TAR_BUILDER_H
#define GB_TESTS_TAR_BUILDER_H

#include "base/gb-bytes.h"

#define TAR_BLOCK 512

enum tar_type {
	TAR_OLD_FILE = '\0',
	TAR_FILE = '0',
	TAR_HARD_LINK = '1',
	TAR_SYMLINK = '2',
	TAR_DEVICE = '3',
	TAR_DIRECTORY = '5',
	TAR_FIFO = '6',
	TAR_CONTIGUOUS = '7',
	TAR_PAX = 'x',
};

struct tar_header {
	const char *name;   /* at most 99 bytes */
	const char *target; /* of a link */
	enum tar_type type;
	uint64_t size;
};

/* A header alone, its checksum right. */
void tar_header(struct gb_bytes *tar, const struct tar_header *header);

/* CONTENT and the zeros to the end of its last block. */
void tar_content(struct gb_bytes *tar, struct gb_span content);

void tar_member(struct gb_bytes *tar, const char *name, struct gb_span content);
void tar_text(struct gb_bytes *tar, const char *name, const char *content);
void tar_symlink(struct gb_bytes *tar, const char *name, const char *target);
void tar_hard_link(struct gb_bytes *tar, const char *name, const char *target);
void tar_special(struct gb_bytes *tar, const char *name, enum tar_type type);

/* A pax record "KEY=VALUE" for the next member. */
void tar_pax(struct gb_bytes *tar, const char *key, const char *value);

void tar_zeros(struct gb_bytes *tar, size_t size);

/* The two zero blocks at the end. */
void tar_end(struct gb_bytes *tar);

#endif
