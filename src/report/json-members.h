/* SPDX-License-Identifier: Apache-2.0 */

/* The members that several JSON documents share, see gpubadge-1.schema.json. */
#ifndef GB_REPORT_JSON_MEMBERS_H
#define GB_REPORT_JSON_MEMBERS_H

#include "base/gb-json-writer.h"
#include "report/report.h"

struct gb_json_writer gb_members_start(struct gb_bytes *out, const struct gpubadge_style *style);

void gb_members_source(struct gb_json_writer *json, enum gb_transport transport,
		       const char *location, const char *compression);
void gb_members_image(struct gb_json_writer *json, const struct gb_image *image);

/* A condition with a flaw has its text as value, and neither property nor operator. */
void gb_members_condition(struct gb_json_writer *json, const struct gb_condition *condition);
void gb_members_alternatives(struct gb_json_writer *json, const struct gb_requirement *requirement);

void gb_members_spans(struct gb_json_writer *json, const char *key, const struct gb_span *items,
		      size_t count);
void gb_members_findings(struct gb_json_writer *json, const struct gb_findings *findings);

#endif
