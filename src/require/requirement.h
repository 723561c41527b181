/* SPDX-License-Identifier: Apache-2.0 */

/* The language of NVIDIA_REQUIRE_*: text to tree. Blanks separate alternatives (OR), commas
 * conditions (AND); a condition is PROPERTY OPERATOR VALUE without blanks. The rules follow
 * libnvidia-container (src/cli/dsl.c, src/cli/configure.c), which is what runs at start: it
 * evaluates from left to right and stops as soon as the answer is known, so a malformed
 * condition matters only when it is reached. Here it becomes a condition with a flaw. */
#ifndef GB_REQUIRE_REQUIREMENT_H
#define GB_REQUIRE_REQUIREMENT_H

#include "base/gb-arena.h"
#include "base/gb-span.h"
#include "require/operand.h"

enum gb_property { GB_PROPERTY_CUDA, GB_PROPERTY_DRIVER, GB_PROPERTY_ARCH, GB_PROPERTY_BRAND };

#define GB_PROPERTIES 4

enum gb_operator { GB_OP_EQ, GB_OP_NE, GB_OP_LT, GB_OP_LE, GB_OP_GT, GB_OP_GE };

enum gb_flaw {
	GB_FLAW_NONE,
	GB_FLAW_NO_OPERATOR,      /* "12.4" */
	GB_FLAW_BAD_OPERATOR,     /* "cuda==12" */
	GB_FLAW_UNKNOWN_PROPERTY, /* "foo>=1" */
	GB_FLAW_BRAND_ORDER,      /* "brand>=tesla" */
	GB_FLAW_BAD_VALUE,        /* "cuda>=10_0", "cuda>=" */
};

struct gb_condition {
	struct gb_span text; /* all of it, as written */
	enum gb_flaw flaw;
	/* Meaningful without flaw, and PROPERTY also with one of the value. */
	enum gb_property property;
	enum gb_operator op;
	struct gb_span value;
	struct gb_operand operand; /* VALUE, ready to be compared */
};

struct gb_alternative {
	struct gb_condition *conditions; /* at least one */
	size_t count;
};

/* Spans are borrowed from the text, arrays live in the arena. */
struct gb_requirement {
	struct gb_alternative *alternatives;
	size_t count;
	/* There is nothing to meet: the text is blank, or starts with a piece made of commas
	 * alone, which ends libnvidia-container's evaluation with the result so far. */
	bool always_met;
};

/* LIMIT is all that can go wrong apart from NOMEM: malformed text is a tree with flaws. */
enum gpubadge_code gb_requirement_parse(struct gb_span text, const struct gpubadge_limits *limits,
					struct gb_arena *arena,
					struct gb_requirement *ret_requirement,
					struct gpubadge_error *err) GB_MUST_CHECK;

const char *gb_property_name(enum gb_property property); /* "cuda" */
const char *gb_property_noun(enum gb_property property); /* "compute capability" */
const char *gb_operator_text(enum gb_operator op);       /* ">=" */
const char *gb_flaw_text(enum gb_flaw flaw);             /* "has no operator" */

/* Does it show only when the value is compared? Name and operator are what they should be. */
bool gb_flaw_is_of_value(enum gb_flaw flaw);

/* Is it brand=NAME? */
bool gb_condition_asks_for_brand(const struct gb_condition *condition);

/* The first condition with a flaw, or NULL. */
const struct gb_condition *gb_requirement_flaw(const struct gb_requirement *requirement);

/* Is there text, but nothing that can ever be met: the very first condition has a flaw, which
 * ends the evaluation, or no alternative is free of them? */
bool gb_requirement_is_unreadable(const struct gb_requirement *requirement);

#endif
