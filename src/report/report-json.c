/* SPDX-License-Identifier: Apache-2.0 */

/* Schema gpubadge/1, see gpubadge-1.schema.json. Facts that are absent are null. */
#include "base/gb-json-writer.h"
#include "report/report.h"
#include "require/driver-table.h"

#define SCHEMA "gpubadge/1"

static struct gb_json_writer start(struct gb_bytes *out, const struct gpubadge_style *style)
{
	return (struct gb_json_writer){
		.out = out,
		.layout = style->indent ? GB_JSON_INDENTED : GB_JSON_ONE_LINE,
	};
}

static void write_source(struct gb_json_writer *json, enum gb_transport transport,
			 const char *location, const char *compression)
{
	gb_json_open_object(json, "source");
	gb_json_write_text(json, "transport", gb_transport_name(transport));
	gb_json_write_text(json, "location", location);
	gb_json_write_text(json, "compression", compression);
	gb_json_close_object(json);
}

static void write_platform(struct gb_json_writer *json, const struct gb_platform *platform)
{
	gb_json_open_object(json, "platform");
	gb_json_write_text(json, "os", platform->os);
	gb_json_write_text(json, "architecture", platform->architecture);
	gb_json_write_text(json, "variant", platform->variant);
	gb_json_close_object(json);
}

static void write_image(struct gb_json_writer *json, const struct gb_image *image)
{
	gb_json_open_object(json, "image");
	gb_json_write_text(json, "reference", image->tag_count ? image->tags[0] : NULL);
	gb_json_open_array(json, "tags");
	for (size_t i = 0; i < image->tag_count; i++)
		gb_json_write_text(json, NULL, image->tags[i]);
	gb_json_close_array(json);
	write_platform(json, &image->platform);
	gb_json_write_text(json, "manifestDigest", image->manifest_digest);
	gb_json_write_text(json, "configDigest", image->config_digest);
	gb_json_write_text(json, "created", image->created);
	gb_json_close_object(json);
}

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

/* A condition with a flaw has its text as value, and neither property nor operator. */
static void write_condition(struct gb_json_writer *json, const struct gb_condition *condition)
{
	bool good = condition->flaw == GB_FLAW_NONE;

	gb_json_open_object(json, NULL);
	gb_json_write_text(json, "property", good ? gb_property_name(condition->property) : NULL);
	gb_json_write_text(json, "operator", good ? gb_operator_text(condition->op) : NULL);
	gb_json_write_span(json, "value", good ? condition->value : condition->text);
	gb_json_close_object(json);
}

static void write_alternatives(struct gb_json_writer *json,
			       const struct gb_requirement *requirement)
{
	gb_json_open_array(json, "alternatives");
	for (size_t i = 0; i < requirement->count; i++) {
		gb_json_open_array(json, NULL);
		for (size_t j = 0; j < requirement->alternatives[i].count; j++)
			write_condition(json, &requirement->alternatives[i].conditions[j]);
		gb_json_close_array(json);
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
		write_alternatives(json, &report->requirement);
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
		write_alternatives(json, &condition->requirement);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_spans(struct gb_json_writer *json, const char *key, const struct gb_span *items,
			size_t count)
{
	gb_json_open_array(json, key);
	for (size_t i = 0; i < count; i++)
		gb_json_write_span(json, NULL, items[i]);
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
		write_spans(json, "brands", branch->brands, branch->brand_count);
		gb_json_write_text(json, "also", branch->also);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
	gb_json_close_object(json);
}

static void write_words(struct gb_json_writer *json, const char *key, const struct gb_words *words)
{
	if (words->items)
		write_spans(json, key, words->items, words->count);
	else
		gb_json_write_null(json, key);
}

static void write_findings(struct gb_json_writer *json, const struct gb_findings *findings)
{
	gb_json_open_array(json, "findings");
	for (size_t i = 0; i < findings->count; i++) {
		const struct gb_finding *finding = &findings->items[i];

		gb_json_open_object(json, NULL);
		gb_json_write_text(json, "id", gb_finding_id(finding->kind));
		gb_json_write_text(json, "severity",
				   gb_severity_name(gb_finding_severity(finding->kind)));
		gb_json_write_text(json, "message", finding->message);
		gb_json_close_object(json);
	}
	gb_json_close_array(json);
}

static void write_json(const struct gpubadge_report *report, const struct gpubadge_style *style,
		       struct gb_bytes *out)
{
	struct gb_json_writer json = start(out, style);
	bool badge = gb_report_has_badge(report);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", SCHEMA);
	write_source(&json, report->transport, report->location, report->compression);
	write_image(&json, &report->image);
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
	write_findings(&json, &report->findings);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
}

static void write_failure(const char *location, enum gb_transport transport,
			  const struct gpubadge_error *failure, const struct gpubadge_style *style,
			  struct gb_bytes *out)
{
	struct gb_json_writer json = start(out, style);

	gb_json_open_object(&json, NULL);
	gb_json_write_text(&json, "schema", SCHEMA);
	write_source(&json, transport, location, NULL);
	gb_json_open_object(&json, "error");
	gb_json_write_text(&json, "code", gpubadge_code_name(failure->code));
	gb_json_write_text(&json, "message", failure->text);
	gb_json_close_object(&json);
	gb_json_close_object(&json);
	gb_bytes_text(out, "\n");
}

static void write_tables(const struct gpubadge_style *style, struct gb_bytes *out)
{
	struct gb_json_writer json = start(out, style);

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
