/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gb-findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/gb-quote.h"

/* Messages are sentences; a foreign value in them is cut rather than shown whole. */
#define MESSAGE_BYTES 1024

static const struct {
	const char *id;
	enum gb_severity severity;
} kinds[GB_FINDING_KINDS] = {
	[GB_FINDING_ENTRY_WITHOUT_EQUALS] = {"entry-without-equals", GB_SEVERITY_WARNING},
	[GB_FINDING_ENTRY_NOT_TEXT] = {"entry-not-text", GB_SEVERITY_WARNING},
	[GB_FINDING_DUPLICATE_VARIABLE] = {"duplicate-variable", GB_SEVERITY_WARNING},
	[GB_FINDING_GPU_FALSE_WORD] = {"gpu-false-word", GB_SEVERITY_WARNING},
	[GB_FINDING_REQUIREMENT_EMPTIED] = {"requirement-emptied", GB_SEVERITY_WARNING},
	[GB_FINDING_REQUIREMENT_NOT_ENFORCED] = {"requirement-not-enforced", GB_SEVERITY_INFO},
	[GB_FINDING_REQUIREMENT_MALFORMED] = {"requirement-malformed", GB_SEVERITY_ERROR},
	[GB_FINDING_REQUIREMENT_NEVER_MET] = {"requirement-never-met", GB_SEVERITY_WARNING},
	[GB_FINDING_REQUIREMENT_CASE] = {"requirement-case", GB_SEVERITY_WARNING},
	[GB_FINDING_REQUIREMENT_BLANKS] = {"requirement-blanks", GB_SEVERITY_INFO},
	[GB_FINDING_REQUIREMENT_LOOSENED] = {"requirement-loosened", GB_SEVERITY_INFO},
	[GB_FINDING_CUDA_VERSION_MALFORMED] = {"cuda-version-malformed", GB_SEVERITY_ERROR},
	[GB_FINDING_NO_DEVICES] = {"no-devices", GB_SEVERITY_WARNING},
	[GB_FINDING_UNSTATED_GPU] = {"unstated-gpu", GB_SEVERITY_WARNING},
	[GB_FINDING_SPLIT_VALUE] = {"split-value", GB_SEVERITY_ERROR},
	[GB_FINDING_MISSPELT_VARIABLE] = {"misspelt-variable", GB_SEVERITY_WARNING},
	[GB_FINDING_CONFIG_NAME_MISMATCH] = {"config-name-mismatch", GB_SEVERITY_WARNING},
	[GB_FINDING_CONFIG_UNVERIFIED] = {"config-unverified", GB_SEVERITY_INFO},
};

const char *gb_finding_id(enum gb_finding_kind kind)
{
	return kinds[kind].id;
}

enum gb_severity gb_finding_severity(enum gb_finding_kind kind)
{
	return kinds[kind].severity;
}

const char *gb_severity_name(enum gb_severity severity)
{
	static const char *const names[] = {
		[GB_SEVERITY_INFO] = "info",
		[GB_SEVERITY_WARNING] = "warning",
		[GB_SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

enum gpubadge_code gb_findings_add(struct gb_findings *findings, struct gb_arena *arena,
				   struct gpubadge_error *err, enum gb_finding_kind kind,
				   const char *format, ...)
{
	char raw[MESSAGE_BYTES], shown[MESSAGE_BYTES];
	struct gb_finding *items;
	const char *message;
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	gb_quote_into(shown, sizeof(shown), gb_span_of(raw));
	message = gb_arena_copy(arena, gb_span_of(shown), err);
	if (!message)
		return err->code;
	items = gb_arena_grow(arena, findings->items, findings->count, &findings->capacity,
			      sizeof(*items), err);
	if (!items)
		return err->code;
	findings->items = items;
	items[findings->count++] = (struct gb_finding){kind, message};
	return GPUBADGE_OK;
}
