/* SPDX-License-Identifier: Apache-2.0 */

/* Environments of a few entries, and what is read out of them. */
#ifndef GB_TESTS_ENV_CASE_H
#define GB_TESTS_ENV_CASE_H

#include "env/nvidia-env.h"

extern struct env_case {
	struct gb_span entries[64];
	struct gb_environment environment;
	struct gpubadge_limits limits;
	struct gb_arena arena;
	struct gb_findings findings;
	struct gb_nvidia_environment nvidia;
	struct gpubadge_error err;
} env_case;

/* For .init and .fini. */
void env_case_enter(void);
void env_case_leave(void);

void add_entry(struct gb_span entry);

/* Adds the ENTRIES, the last of which is followed by NULL. */
void set_environment(const char *entry, ...);

/* The message of the finding of KIND, NULL without one. */
const char *message_of(enum gb_finding_kind kind);

#endif
