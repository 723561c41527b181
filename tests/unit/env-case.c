/* SPDX-License-Identifier: Apache-2.0 */
#include "env-case.h"

#include <stdarg.h>

#include "expect.h"

struct env_case env_case;

void env_case_enter(void)
{
	env_case = (struct env_case){.environment = {NULL, 0}};
	env_case.environment.entries = env_case.entries;
	gpubadge_limits_init(&env_case.limits);
	gb_arena_init(&env_case.arena, SIZE_MAX / 2);
}

void env_case_leave(void)
{
	gb_arena_done(&env_case.arena);
}

void add_entry(struct gb_span entry)
{
	cr_assert_lt(env_case.environment.count, GB_ARRAY_LEN(env_case.entries));
	env_case.entries[env_case.environment.count++] = entry;
}

void set_environment(const char *entry, ...)
{
	va_list args;

	va_start(args, entry);
	for (; entry; entry = va_arg(args, const char *))
		add_entry(gb_span_of(entry));
	va_end(args);
}

const char *message_of(enum gb_finding_kind kind)
{
	for (size_t i = 0; i < env_case.findings.count; i++)
		if (env_case.findings.items[i].kind == kind)
			return env_case.findings.items[i].message;
	return NULL;
}
