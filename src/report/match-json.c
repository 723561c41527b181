/* SPDX-License-Identifier: Apache-2.0 */

/* Schema gpubadge-match/1, see gpubadge-1.schema.json. */
#include <stdlib.h>

#include "report/match.h"
#include "report/json-members.h"

/* What is written of a server after its name. */
static enum gpubadge_code write_verdict(struct gb_json_writer *json,
					const struct gpubadge_match *match, size_t server,
					struct gb_explainer *explainer, struct gpubadge_error *err)
{
	const struct gb_fleet *fleet = match->fleet;
	const struct gb_verdict verdict = gb_match_verdict(match, server);
	struct gb_reasons reasons;

	if (gb_explainer_reasons(explainer, &fleet->profiles[fleet->servers[server].profile],
				 &reasons, err))
		return err->code;
	gb_json_write_text(json, "verdict", gb_truth_name(verdict.truth));
	gb_json_write_text(json, "tier", gb_tier_name(verdict.tier));
	gb_json_open_array(json, "reasons");
	for (size_t i = 0; i < reasons.count; i++)
		gb_json_write_text(json, NULL, reasons.items[i]);
	gb_json_close_array(json);
	return GPUBADGE_OK;
}

/* Where the verdict on a profile stands in the output. */
struct written {
	size_t offset;
	size_t len;
};

/* Servers of one profile differ in the name alone: what follows it is made once, and copied. */
static enum gpubadge_code write_server(struct gb_json_writer *json,
				       const struct gpubadge_match *match, size_t server,
				       struct written *written, struct gb_explainer *explainer,
				       struct gpubadge_error *err)
{
	struct written *verdict = &written[match->fleet->servers[server].profile];

	gb_json_open_object(json, NULL);
	gb_json_write_span(json, "name", match->fleet->servers[server].name);
	if (verdict->len > 0) {
		gb_bytes_repeat(json->out, verdict->offset, verdict->len);
	} else {
		verdict->offset = json->out->len;
		if (write_verdict(json, match, server, explainer, err))
			return err->code;
		verdict->len = json->out->len - verdict->offset;
	}
	gb_json_close_object(json);
	return GPUBADGE_OK;
}

static enum gpubadge_code write_servers(struct gb_json_writer *json,
					const struct gpubadge_match *match,
					struct gpubadge_error *err)
{
	const struct gb_fleet *fleet = match->fleet;
	struct written *written = calloc(fleet->profile_count + 1, sizeof(*written));
	struct gb_explainer explainer;

	if (!written)
		return gb_error_set_nomem(err);
	gb_explainer_init(&explainer, match);
	gb_json_open_array(json, "servers");
	for (size_t i = 0; i < fleet->count && !err->code; i++)
		write_server(json, match, i, written, &explainer, err);
	gb_json_close_array(json);
	gb_explainer_done(&explainer);
	free(written);
	return err->code;
}

static enum gpubadge_code write_match(const struct gpubadge_match *match,
				      const struct gpubadge_style *style, struct gb_bytes *out,
				      struct gpubadge_error *err)
{
	const struct gpubadge_report *report = match->report;
	struct gb_json_writer json = gb_members_start(out, style);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", GB_MATCH_SCHEMA);
	gb_members_source(&json, report->transport, report->location, report->compression);
	gb_members_image(&json, &report->image);
	gb_json_write_bool(&json, "gpu", match->demand.gpu);
	if (write_servers(&json, match, err))
		return err->code;
	gb_json_open_object(&json, "summary");
	gb_json_write_size(&json, "yes", match->counts[GB_YES]);
	gb_json_write_size(&json, "no", match->counts[GB_NO]);
	gb_json_write_size(&json, "unknown", match->counts[GB_UNKNOWN]);
	gb_json_close_object(&json);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
	return GPUBADGE_OK;
}

const struct gb_match_format gb_match_json = {.write = write_match};
