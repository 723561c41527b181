/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/catalog.h"

#include <string.h>

#include "base/gb-bytes.h"

/* Longer than any note or list of providers of the table. */
#define TEXT_BYTES ((size_t)64 * 1024)

/* The rows of a provider stand together; the generator sees to that. */
static enum gpubadge_code refuse(const char *provider, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes known = gb_bytes_init(TEXT_BYTES);

	for (size_t i = 0; i < gb_catalog_count; i++)
		if (i == 0 || strcmp(gb_catalog[i - 1].provider, gb_catalog[i].provider) != 0)
			gb_bytes_format(&known, "%s%s", i == 0 ? "" : ", ", gb_catalog[i].provider);
	if (gb_bytes_check(&known, err))
		return err->code;
	return gb_error_set(err, GPUBADGE_E_USAGE,
			    "no catalog of a cloud \"%s\"; there are those of: %.*s", provider,
			    (int)known.len, known.ptr);
}

static enum gpubadge_code add_row(struct gb_fleet *fleet, const struct gb_catalog_row *row,
				  struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes note = gb_bytes_init(TEXT_BYTES);
	struct gb_gpu gpu = {
		.product = gb_span_of(row->product),
		.brand = gb_span_of(row->brand),
		.arch = gb_span_of(row->arch),
	};
	struct gb_server server = {
		.name = gb_span_of(row->type),
		.architecture = gb_span_of(row->architecture),
		.gpus = &gpu,
		/* They are equal, and the fleet keeps one of each kind. */
		.gpu_count = row->count > 0 ? 1 : 0,
		.gpus_known = true,
	};

	if (row->count > 0)
		gb_bytes_text(&note, "a cloud type states no driver: give one with --driver");
	else
		gb_bytes_format(&note, "its GPUs are not NVIDIA's: %s", row->product);
	if (gb_bytes_check(&note, err))
		return err->code;
	server.note = gb_bytes_span(&note);
	return gb_fleet_add(fleet, &server, err);
}

enum gpubadge_code gb_catalog_add(struct gb_fleet *fleet, const char *provider,
				  struct gpubadge_error *err)
{
	bool found = false;

	for (size_t i = 0; i < gb_catalog_count; i++) {
		if (strcmp(gb_catalog[i].provider, provider) != 0)
			continue;
		found = true;
		if (add_row(fleet, &gb_catalog[i], err))
			return err->code;
	}
	return found ? GPUBADGE_OK : refuse(provider, err);
}
