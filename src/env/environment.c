/* SPDX-License-Identifier: Apache-2.0 */
#include "env/environment.h"

/* Findings of one kind beyond this many would only repeat themselves. */
#define REPORTED 8

/* How much of an entry a finding shows. */
#define SHOWN 60

bool gb_environment_split(struct gb_span entry, struct gb_span *ret_name, struct gb_span *ret_value)
{
	size_t equals = gb_span_index(entry, '=');

	*ret_name = (struct gb_span){entry.ptr, equals};
	*ret_value = (struct gb_span){NULL, 0};
	if (equals == entry.len)
		return false;
	*ret_value = gb_span_from(entry, equals + 1);
	return true;
}

/* A NUL cannot be passed to a process: runc refuses such an environment. */
static bool has_nul(struct gb_span entry)
{
	return gb_span_index(entry, '\0') < entry.len;
}

struct gb_span gb_environment_find(const struct gb_environment *environment, const char *name)
{
	for (size_t i = environment->count; i-- > 0;) {
		struct gb_span found, value;

		if (gb_environment_split(environment->entries[i], &found, &value) &&
		    gb_span_is(found, name) && !has_nul(value))
			return value;
	}
	return (struct gb_span){NULL, 0};
}

static int shown(struct gb_span entry)
{
	return (int)gb_span_cut(entry, SHOWN).len;
}

enum gpubadge_code gb_environment_check(const struct gb_environment *environment,
					struct gb_arena *arena, struct gb_findings *findings,
					struct gpubadge_error *err)
{
	size_t without_equals = 0, not_text = 0;

	for (size_t i = 0; i < environment->count; i++) {
		struct gb_span entry = environment->entries[i], name, value;

		if (entry.len == 0)
			continue;
		if (has_nul(entry)) {
			if (not_text++ < REPORTED &&
			    gb_findings_add(findings, arena, err, GB_FINDING_ENTRY_NOT_TEXT,
					    "Env[%zu] holds a NUL character: it is ignored, and a "
					    "container runtime will refuse it",
					    i))
				return err->code;
		} else if (!gb_environment_split(entry, &name, &value) &&
			   without_equals++ < REPORTED) {
			if (gb_findings_add(findings, arena, err, GB_FINDING_ENTRY_WITHOUT_EQUALS,
					    "Env[%zu] \"%.*s\" has no \"=\": it sets nothing", i,
					    shown(entry), entry.ptr))
				return err->code;
		}
	}
	return GPUBADGE_OK;
}
