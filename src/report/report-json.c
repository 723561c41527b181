/* SPDX-License-Identifier: Apache-2.0 */

/* Schema gpubadge/1, see gpubadge-1.schema.json. Facts that are absent are null. */
#include "report/explanation.h"
#include "report/match.h"
#include "report/json-members.h"
#include "require/driver-table.h"

#define SCHEMA "gpubadge/1"

static void write_environment(struct gb_json_writer *json, const struct gb_environment *environment)
{
	gb_json_open_array(json, "env");
	for (size_t i = 0; i < environment->count; i++)
		gb_json_write_span(json, NULL, environment->entries[i]);
	gb_json_close_array(json);
}

static void write_evidence(struct gb_json_writer *json, const struct gpubadge_report *report)
{
	gb_json_open_array(json, "evidence");
	for (size_t i = 0; i < report->evidence_count; i++) {
		gb_json_open_object(json, NULL);
		gb_json_write_text(json, "variable", report->evidence[i].variable);
		gb_json_write_span(json, "value", report->evidence[i].value);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_cuda(struct gb_json_writer *json, const struct gpubadge_report *report)
{
	const struct gb_stated *stated = &report->nvidia.cuda;

	gb_json_open_object(json, "cuda");
	gb_json_write_span(json, "version", report->nvidia.cuda_version);
	if (stated->variable) {
		gb_json_open_object(json, "requirement");
		gb_json_write_text(json, "origin", stated->variable);
		gb_json_write_span(json, "expression", stated->expression);
		gb_json_write_span(json, "minimum", report->floor.cuda);
		gb_json_write_bool(json, "enforced", report->nvidia.enforced);
		gb_members_alternatives(json, &report->requirement);
		gb_json_close_object(json);
	} else {
		gb_json_write_null(json, "requirement");
	}
	gb_json_close_object(json);
}

static void write_conditions(struct gb_json_writer *json, const struct gpubadge_report *report)
{
	gb_json_open_array(json, "conditions");
	for (size_t i = 0; i < report->condition_count; i++) {
		const struct gb_report_condition *condition = &report->conditions[i];

		gb_json_open_object(json, NULL);
		gb_json_write_text(json, "origin", condition->stated.variable);
		gb_json_write_span(json, "expression", condition->stated.expression);
		gb_members_alternatives(json, &condition->requirement);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_driver(struct gb_json_writer *json, const struct gb_floor *floor)
{
	gb_json_open_object(json, "driver");
	gb_json_write_span(json, "minimum", floor->driver);
	gb_json_open_array(json, "branches");
	for (size_t i = 0; i < floor->branch_count; i++) {
		const struct gb_branch *branch = &floor->branches[i];

		gb_json_open_object(json, NULL);
		gb_json_write_span(json, "minimum", branch->minimum);
		gb_json_write_span(json, "below", branch->below);
		gb_members_spans(json, "brands", branch->brands, branch->brand_count);
		gb_json_write_text(json, "also", branch->also);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
	gb_json_close_object(json);
}

static void write_words(struct gb_json_writer *json, const char *key, const struct gb_words *words)
{
	if (words->items)
		gb_members_spans(json, key, words->items, words->count);
	else
		gb_json_write_null(json, key);
}

static void write_json(const struct gpubadge_report *report, const struct gpubadge_style *style,
		       struct gb_bytes *out)
{
	struct gb_json_writer json = gb_members_start(out, style);
	bool badge = gb_report_has_badge(report);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", SCHEMA);
	gb_members_source(&json, report->transport, report->location, report->compression);
	gb_members_image(&json, &report->image);
	gb_json_write_text(&json, "badge", badge ? GB_BADGE : NULL);
	gb_json_write_bool(&json, "gpu", badge);
	if (style->environment)
		write_environment(&json, &report->environment);
	else
		gb_json_write_null(&json, "env");
	write_evidence(&json, report);
	write_cuda(&json, report);
	write_conditions(&json, report);
	write_driver(&json, &report->floor);
	write_words(&json, "visibleDevices", &report->nvidia.visible_devices);
	write_words(&json, "driverCapabilities", &report->nvidia.driver_capabilities);
	gb_members_findings(&json, &report->findings);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
}

static void write_failure(const char *location, enum gb_transport transport,
			  const struct gpubadge_error *failure, const struct gpubadge_style *style,
			  struct gb_bytes *out)
{
	static const char *const schemas[] = {
		[GPUBADGE_DOCUMENT_REPORT] = SCHEMA,
		[GPUBADGE_DOCUMENT_MATCH] = GB_MATCH_SCHEMA,
		[GPUBADGE_DOCUMENT_EXPLANATION] = GB_EXPLANATION_SCHEMA,
	};
	struct gb_json_writer json = gb_members_start(out, style);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", schemas[style->document]);
	gb_members_source(&json, transport, location, NULL);
	gb_json_open_object(&json, "error");
	gb_json_write_text(&json, "code", gpubadge_code_name(failure->code));
	gb_json_write_text(&json, "message", failure->text);
	gb_json_close_object(&json);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
}

static void write_tables(const struct gpubadge_style *style, struct gb_bytes *out)
{
	struct gb_json_writer json = gb_members_start(out, style);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", "gpubadge-tables/1");
	gb_json_write_text(&json, "date", gb_driver_table_date);
	gb_json_open_array(&json, "releases");
	for (size_t i = 0; i < gb_cuda_release_count; i++) {
		gb_json_open_object(&json, NULL);
		gb_json_write_text(&json, "version", gb_cuda_releases[i].version);
		gb_json_write_text(&json, "name", gb_cuda_releases[i].name);
		gb_json_write_text(&json, "driver", gb_cuda_releases[i].driver);
		gb_json_write_text(&json, "source", gb_cuda_releases[i].source);
		gb_json_close_object(&json);
	}
	gb_json_close_array(&json);
	gb_json_open_array(&json, "compatibility");
	for (size_t i = 0; i < gb_cuda_major_count; i++) {
		gb_json_open_object(&json, NULL);
		gb_json_write_text(&json, "major", gb_cuda_majors[i].major);
		gb_json_write_text(&json, "driver", gb_cuda_majors[i].driver);
		gb_json_write_text(&json, "source", gb_cuda_majors[i].source);
		gb_json_close_object(&json);
	}
	gb_json_close_array(&json);
	gb_json_open_array(&json, "branches");
	for (size_t i = 0; i < gb_driver_branch_count; i++) {
		gb_json_open_object(&json, NULL);
		gb_json_write_text(&json, "branch", gb_driver_branches[i].branch);
		gb_json_write_text(&json, "cuda", gb_driver_branches[i].cuda);
		gb_json_write_text(&json, "basis", gb_driver_branches[i].basis);
		gb_json_close_object(&json);
	}
	gb_json_close_array(&json);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
}

const struct gb_report_format gb_format_json = {
	.write = write_json,
	.write_failure = write_failure,
	.write_tables = write_tables,
};
