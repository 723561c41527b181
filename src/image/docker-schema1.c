/* SPDX-License-Identifier: Apache-2.0 */

/* Docker Image Manifest Version 2, Schema 1, as "skopeo copy --format v2s1 ... dir:" writes it:
 * the config is a JSON string inside history[0]. Its digest covers the manifest without its
 * signatures and is stated nowhere in a dir: layout, so nothing can be verified here. */
#include "image/finder.h"

bool gb_schema1_is(const struct gb_json *manifest)
{
	char number[32];

	return gb_span_is(gb_json_scalar(gb_json_get(manifest, "schemaVersion"), number), "1") &&
	       gb_json_get(manifest, "history");
}

enum gpubadge_code gb_schema1_find(struct gb_finder *finder, const struct gb_json *manifest,
				   struct gb_image image, const struct gb_occurrence *occurrence,
				   struct gpubadge_error *err)
{
	const struct gb_json *history;
	struct gb_span config = {NULL, 0};
	const char *copy;

	if (gb_json_get_kind(manifest, "history", GB_JSON_ARRAY, &history, err))
		return err->code;
	if (gb_json_get_string(gb_json_at(history, 0), "v1Compatibility", &config, err))
		return gb_error_wrap(err, "history[0]");
	if (!config.ptr)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "history[0].v1Compatibility: missing in a schema 1 manifest");
	copy = gb_arena_copy(finder->arena, config, err);
	if (!copy)
		return err->code;
	image.config = (struct gb_span){copy, config.len};
	if (gb_config_read(finder, &image, err))
		return gb_error_wrap(err, "history[0].v1Compatibility");
	if (gb_findings_add(&image.findings, finder->arena, err, GB_FINDING_CONFIG_UNVERIFIED,
			    "the manifest is Docker schema 1, which states no digest of the "
			    "config: nothing was verified"))
		return err->code;
	return gb_finder_add(finder, &image, occurrence, err);
}
