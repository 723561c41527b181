/* SPDX-License-Identifier: Apache-2.0 */

/* The members of an archive as one pass leaves them: the bytes of the documents, the targets of
 * the links, and of all others the name, as long as there is room for names. */
#ifndef GB_STORE_MEMBERS_H
#define GB_STORE_MEMBERS_H

#include "base/gb-arena.h"

enum gb_member_kind {
	GB_MEMBER_DOCUMENT, /* a regular file whose bytes were kept */
	GB_MEMBER_SKIPPED,  /* a regular file whose bytes were not */
	GB_MEMBER_LINK,     /* symbolic or hard */
	GB_MEMBER_OTHER,    /* directory, device, FIFO, socket */
};

enum gb_skip_reason {
	GB_SKIPPED_AS_NO_JSON,
	GB_SKIPPED_AS_TOO_LONG,
	GB_SKIPPED_AS_TOO_MUCH, /* kept_bytes was used up */
};

struct gb_member {
	const char *name;   /* in normal form */
	const char *target; /* of a link, in normal form; "" if it leads out */
	struct gb_span bytes;
	uint64_t size;
	uint32_t order; /* place in the archive */
	enum gb_member_kind kind;
	enum gb_skip_reason reason;
	bool conflict; /* the name occurs again with other content */
};

/* Embedded by its owner: zero-initialise, then gb_members_init(). */
struct gb_members {
	const struct gpubadge_limits *limits;
	struct gb_arena arena;   /* names and bytes */
	struct gb_member *items; /* sorted by name once gb_members_sort() ran */
	size_t count;
	size_t capacity;
	uint64_t kept;
	uint64_t names;
	bool forgot_names; /* name_bytes was used up */
};

/* LIMITS must outlive MEMBERS. */
void gb_members_init(struct gb_members *members, const struct gpubadge_limits *limits);
void gb_members_done(struct gb_members *members);

/* Would the bytes of a document of SIZE bytes stay within kept_bytes? */
bool gb_members_have_room(const struct gb_members *members, const char *name, uint64_t size);

/* All of these copy what they are given. NAME is in normal form. */
enum gpubadge_code gb_members_add_document(struct gb_members *members, const char *name,
					   struct gb_span bytes, struct gpubadge_error *err)
	GB_MUST_CHECK;
enum gpubadge_code gb_members_add_skipped(struct gb_members *members, const char *name,
					  uint64_t size, enum gb_skip_reason reason,
					  struct gpubadge_error *err) GB_MUST_CHECK;

/* TARGET is in normal form, "" if it leads out of the archive. */
enum gpubadge_code gb_members_add_link(struct gb_members *members, const char *name,
				       const char *target, struct gpubadge_error *err)
	GB_MUST_CHECK;
enum gpubadge_code gb_members_add_other(struct gb_members *members, const char *name,
					struct gpubadge_error *err) GB_MUST_CHECK;

/* Makes names unique, for gb_members_find(). crane writes one config for every tag of an image:
 * the same name twice with the same bytes is one member. A directory beside a file of its name
 * is no rival. */
void gb_members_sort(struct gb_members *members);

/* The member NAME, or NULL. */
const struct gb_member *gb_members_find(const struct gb_members *members, const char *name);

#endif
