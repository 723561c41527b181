/* SPDX-License-Identifier: Apache-2.0 */

/* From tree to verdict, as `nvidia-container-cli configure --require` gives it for one GPU
 * (libnvidia-container, src/cli/dsl.c): alternatives from left to right, conditions from left to
 * right, stopping as soon as the answer is known; a malformed condition that is reached refuses
 * the container whatever stands behind it. Where a fact is unknown both outcomes are followed,
 * and the answer is yes or no only if all of them agree: never a yes for want of knowledge. */
#ifndef GB_REQUIRE_EVALUATE_H
#define GB_REQUIRE_EVALUATE_H

#include "require/requirement.h"

enum gb_truth { GB_NO, GB_UNKNOWN, GB_YES };

enum gb_knowledge {
	GB_NOT_STATED, /* there is a value, and nobody said which */
	GB_STATED,
	/* The evaluator itself has none (brand and arch where no GPU is visible): it counts
	 * every condition on it as met. */
	GB_NOT_THERE,
};

/* What one GPU of one server offers, by enum gb_property. */
struct gb_subject {
	struct {
		enum gb_knowledge knowledge;
		struct gb_operand value;
		bool just_above; /* the next version above VALUE, not that one */
	} facts[GB_PROPERTIES];
};

/* A span that is absent is not stated. The version must be valid. */
void gb_subject_set(struct gb_subject *subject, enum gb_property property, struct gb_span value);

struct gb_answer {
	enum gb_truth truth;
	const struct gb_alternative *met;     /* yes: the one that holds; NULL: nothing to meet */
	const struct gb_condition *malformed; /* one that is, or may be, reached; NULL: none */
	bool not_stated[GB_PROPERTIES];       /* unknown: the facts that were asked for */
};

struct gb_answer gb_requirement_evaluate(const struct gb_requirement *requirement,
					 const struct gb_subject *subject);

/* Does one condition hold? It must not have a flaw. */
enum gb_truth gb_condition_holds(const struct gb_condition *condition,
				 const struct gb_subject *subject);

#endif
