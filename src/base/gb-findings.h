/* SPDX-License-Identifier: Apache-2.0 */

/* Findings: what a person should know about an image that is no error. Ids are stable words;
 * the table of them is what gpubadge(1) documents. */
#ifndef GB_BASE_FINDINGS_H
#define GB_BASE_FINDINGS_H

#include "base/gb-arena.h"

enum gb_finding_kind {
	GB_FINDING_ENTRY_WITHOUT_EQUALS,
	GB_FINDING_ENTRY_NOT_TEXT,
	GB_FINDING_DUPLICATE_VARIABLE,
	GB_FINDING_GPU_FALSE_WORD,
	GB_FINDING_REQUIREMENT_EMPTIED,
	GB_FINDING_REQUIREMENT_NOT_ENFORCED,
	GB_FINDING_REQUIREMENT_MALFORMED,
	GB_FINDING_REQUIREMENT_NEVER_MET,
	GB_FINDING_REQUIREMENT_CASE,
	GB_FINDING_REQUIREMENT_BLANKS,
	GB_FINDING_REQUIREMENT_LOOSENED,
	GB_FINDING_CUDA_VERSION_MALFORMED,
	GB_FINDING_NO_DEVICES,
	GB_FINDING_UNSTATED_GPU,
	GB_FINDING_SPLIT_VALUE,
	GB_FINDING_MISSPELT_VARIABLE,
	GB_FINDING_CONFIG_NAME_MISMATCH,
	GB_FINDING_CONFIG_UNVERIFIED,
	GB_FINDING_KINDS,
};

enum gb_severity { GB_SEVERITY_INFO, GB_SEVERITY_WARNING, GB_SEVERITY_ERROR };

struct gb_finding {
	enum gb_finding_kind kind;
	const char *message; /* one line, safe to show */
};

struct gb_findings {
	struct gb_finding *items;
	size_t count;
	size_t capacity;
};

const char *gb_finding_id(enum gb_finding_kind kind);
enum gb_severity gb_finding_severity(enum gb_finding_kind kind);
const char *gb_severity_name(enum gb_severity severity);

/* Adds a finding whose message, quoted, lives in ARENA. */
enum gpubadge_code gb_findings_add(struct gb_findings *findings, struct gb_arena *arena,
				   struct gpubadge_error *err, enum gb_finding_kind kind,
				   const char *format, ...) GB_PRINTF(5, 6) GB_MUST_CHECK;

#endif
