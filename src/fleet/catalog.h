/* SPDX-License-Identifier: Apache-2.0 */

/* The server types of clouds that carry GPUs: a static table generated from catalog.json, which
 * names the source of every row. A type has no driver: the image of its system brings it. */
#ifndef GB_FLEET_CATALOG_H
#define GB_FLEET_CATALOG_H

#include "fleet/fleet.h"

struct gb_catalog_row {
	const char *provider;     /* "aws" */
	const char *type;         /* "g6.xlarge" */
	const char *product;      /* "NVIDIA L4" */
	unsigned count;           /* NVIDIA GPUs; 0: it carries those of another vendor */
	const char *arch;         /* compute capability; NULL: not known */
	const char *brand;        /* NULL: not known */
	const char *architecture; /* "amd64"; NULL: not known */
	const char *source;
};

extern const char gb_catalog_date[]; /* "2026-08" */
extern const struct gb_catalog_row gb_catalog[];
extern const size_t gb_catalog_count;

/* Adds the types of PROVIDER. USAGE, with the list of providers, if there is none of that name. */
enum gpubadge_code gb_catalog_add(struct gb_fleet *fleet, const char *provider,
				  struct gpubadge_error *err) GB_MUST_CHECK;

#endif
