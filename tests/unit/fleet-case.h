/* SPDX-License-Identifier: Apache-2.0 */

/* A fleet for a test, and what is read into it. */
#ifndef GB_TESTS_FLEET_CASE_H
#define GB_TESTS_FLEET_CASE_H

#include "base/gb-bytes.h"
#include "fleet/fleet.h"

struct fleet_case {
	struct gpubadge_limits limits; /* the defaults until a test changes them */
	struct gb_fleet fleet;
	struct gpubadge_error err;
};

extern struct fleet_case fleet_case;

/* For .init and .fini of a suite. */
void fleet_case_enter(void);
void fleet_case_leave(void);

/* Starts over with an empty fleet and no error. */
void fleet_case_reset(void);

/* Reads TEXT as an inventory whose one server, where it names none, is "host". */
enum gpubadge_code read_inventory(struct gb_span text);

/* TEXT is an inventory, and its servers are LINES as describe_fleet() writes them. */
#define reads(text, lines) reads_at(__LINE__, text, lines)
void reads_at(int line, struct gb_span text, const char *lines);

/* TEXT is refused with exactly this message. */
#define refuses(text, code, message) refuses_at(__LINE__, text, code, message)
void refuses_at(int line, struct gb_span text, enum gpubadge_code code, const char *message);

/* One line for each server: "name driver=... cuda=... arch=... gpus=product/brand/arch,...";
 * "?" is unknown. A note follows in a line of its own. */
void describe_fleet(const struct gb_fleet *fleet, struct gb_bytes *out);

#endif
