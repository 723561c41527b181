/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json-members.h"

struct gb_json_writer gb_members_start(struct gb_bytes *out, const struct gpubadge_style *style)
{
	return (struct gb_json_writer){
		.out = out,
		.layout = style->indent ? GB_JSON_INDENTED : GB_JSON_ONE_LINE,
	};
}

void gb_members_source(struct gb_json_writer *json, enum gb_transport transport,
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

void gb_members_image(struct gb_json_writer *json, const struct gb_image *image)
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

void gb_members_condition(struct gb_json_writer *json, const struct gb_condition *condition)
{
	bool good = condition->flaw == GB_FLAW_NONE;

	gb_json_open_object(json, NULL);
	gb_json_write_text(json, "property", good ? gb_property_name(condition->property) : NULL);
	gb_json_write_text(json, "operator", good ? gb_operator_text(condition->op) : NULL);
	gb_json_write_span(json, "value", good ? condition->value : condition->text);
	gb_json_close_object(json);
}

void gb_members_alternatives(struct gb_json_writer *json, const struct gb_requirement *requirement)
{
	gb_json_open_array(json, "alternatives");
	for (size_t i = 0; i < requirement->count; i++) {
		gb_json_open_array(json, NULL);
		for (size_t j = 0; j < requirement->alternatives[i].count; j++)
			gb_members_condition(json, &requirement->alternatives[i].conditions[j]);
		gb_json_close_array(json);
	}
	gb_json_close_array(json);
}

void gb_members_spans(struct gb_json_writer *json, const char *key, const struct gb_span *items,
		      size_t count)
{
	gb_json_open_array(json, key);
	for (size_t i = 0; i < count; i++)
		gb_json_write_span(json, NULL, items[i]);
	gb_json_close_array(json);
}

void gb_members_findings(struct gb_json_writer *json, const struct gb_findings *findings)
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
