/* SPDX-License-Identifier: Apache-2.0 */

/* What a kind of store implements; only the files of this room include it. A kind embeds
 * struct gb_store as its first member. */
#ifndef GB_STORE_OPS_H
#define GB_STORE_OPS_H

#include "store/store.h"

struct gb_store_ops {
	/* NAME is in normal form. */
	enum gpubadge_code (*read)(struct gb_store *store, const char *name,
				   enum gb_link_rule links, uint64_t ceiling,
				   struct gb_span *ret_bytes, struct gpubadge_error *err);
	bool (*has)(struct gb_store *store, const char *name);
	const char *(*next)(struct gb_store *store, size_t *cursor);
	enum gb_store_hint (*hint)(struct gb_store *store, const char **ret_example);
	void (*close)(struct gb_store *store);
};

struct gb_store {
	const struct gb_store_ops *ops;
	const struct gpubadge_limits *limits;
};

/* The normal form of link TARGET as seen from member NAME (in normal form). A target that
 * climbs out of the archive is false. */
bool gb_store_resolve(const char *name, struct gb_span target, char out[GB_NAME_BYTES]);

/* Is NAME, in normal form, at or below a top-level directory of a Linux root file system? */
bool gb_store_is_root_name(const char *name);

#endif
