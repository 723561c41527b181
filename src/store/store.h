/* SPDX-License-Identifier: Apache-2.0 */

/* Names to bytes: "read member NAME". A tar archive or a directory; nothing above knows which.
 *
 * Names are given as a producer wrote them and compared in normal form: without leading "/"
 * and "./", without empty and "." components. A member whose name has ".." or NUL matches
 * nothing. */
#ifndef GB_STORE_STORE_H
#define GB_STORE_STORE_H

#include "base/gb-arena.h"
#include "source/source.h"

struct gb_store;

/* Longest name that is looked at: PATH_MAX of Linux, which no image producer comes near. */
#define GB_NAME_BYTES 4096

/* NAME in normal form into OUT. False if it can match nothing: "..", NUL, empty, too long. */
bool gb_store_normalise(struct gb_span name, char out[GB_NAME_BYTES]);

/* The same for a name that a document gives: ".." steps back ("a/../x.json" is "x.json"), and
 * false if it leads out. */
bool gb_store_clean(struct gb_span name, char out[GB_NAME_BYTES]);

/* How far a symbolic link on the way to a member may lead. In an archive links never leave it;
 * the difference is for directories (rules_oci's layouts hold blobs as links to elsewhere). */
enum gb_link_rule {
	GB_LINKS_INSIDE,   /* nobody checks the bytes: no link leaves the directory */
	GB_LINKS_VERIFIED, /* the caller checks a digest before it looks at the bytes */
};

/* What an input without image documents seems to be. */
enum gb_store_hint {
	GB_HINT_NONE,
	GB_HINT_EMPTY,           /* no member at all */
	GB_HINT_ROOT_FILESYSTEM, /* bin/, etc/, usr/: docker export */
	GB_HINT_NESTED,          /* an image one directory down */
	GB_HINT_NO_FILE,         /* a pointer to images that is no regular file */
	GB_HINT_CUT,             /* a lone block of zeros ends the archive before its end */
};

/* Reads all of SOURCE, which is only needed during the call, as a tar archive: one pass to its
 * end. NOT_IMAGE if it is no tar archive. LIMITS must outlive the store. */
enum gpubadge_code gb_store_open_tar(struct gb_source *source, const struct gpubadge_limits *limits,
				     struct gb_store **ret_store, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* The directory DIRFD, which stays the caller's and must outlive the store. */
enum gpubadge_code gb_store_open_directory(int dirfd, const struct gpubadge_limits *limits,
					   struct gb_store **ret_store, struct gpubadge_error *err)
	GB_MUST_CHECK;

void gb_store_close(struct gb_store *store);
void gb_store_closep(struct gb_store **store); /* for GB_CLEANUP */

/* The bytes of member NAME, at most CEILING, valid until the store is closed. MISSING if there
 * is no such member, LIMIT if it is longer, CONFLICT if an archive holds it twice with
 * different bytes. In an archive a member that is no regular file, or a link to nothing, is
 * MISSING, a loop of links CORRUPT, and a member that is no document (not even a compressed one)
 * JSON; in a directory what is no regular file is CORRUPT. */
enum gpubadge_code gb_store_read(struct gb_store *store, const char *name, enum gb_link_rule links,
				 uint64_t ceiling, struct gb_span *ret_bytes,
				 struct gpubadge_error *err) GB_MUST_CHECK;

/* Would gb_store_read() find something called NAME? */
bool gb_store_has(struct gb_store *store, const char *name);

/* Goes through the names of an archive's documents in order: start with *CURSOR 0, stop at
 * NULL. A directory is not listed. */
const char *gb_store_next(struct gb_store *store, size_t *cursor);

/* *RET_EXAMPLE is the directory of a nested image, the name of what is no file, or NULL; valid as
 * long as the store. */
enum gb_store_hint gb_store_hint(struct gb_store *store, const char **ret_example);

#endif
