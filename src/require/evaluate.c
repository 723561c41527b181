/* SPDX-License-Identifier: Apache-2.0 */
#include "require/evaluate.h"

void gb_subject_set(struct gb_subject *subject, enum gb_property property, struct gb_span value)
{
	subject->facts[property].knowledge = value.ptr ? GB_STATED : GB_NOT_STATED;
	subject->facts[property].value = property == GB_PROPERTY_BRAND
						 ? gb_operand_of_brand(value)
						 : gb_operand_of_version(value);
}

static bool order_meets(int order, enum gb_operator op)
{
	switch (op) {
	case GB_OP_EQ:
		return order == 0;
	case GB_OP_NE:
		return order != 0;
	case GB_OP_LT:
		return order < 0;
	case GB_OP_LE:
		return order <= 0;
	case GB_OP_GT:
		return order > 0;
	case GB_OP_GE:
		break;
	}
	return order >= 0;
}

enum gb_truth gb_condition_holds(const struct gb_condition *condition,
				 const struct gb_subject *subject)
{
	const struct gb_operand *value = &subject->facts[condition->property].value;
	int order;

	switch (subject->facts[condition->property].knowledge) {
	case GB_NOT_STATED:
		return GB_UNKNOWN;
	case GB_NOT_THERE:
		return GB_YES;
	case GB_STATED:
		break;
	}
	if (condition->property == GB_PROPERTY_BRAND)
		order = !gb_operand_is_same_brand(value, &condition->operand);
	else
		order = gb_operand_compare(value, &condition->operand);
	if (order == 0 && subject->facts[condition->property].just_above)
		order = 1;
	return order_meets(order, condition->op) ? GB_YES : GB_NO;
}

/* The evaluator copies a condition that does not hold into a buffer of this size for its
 * message, and takes one that does not fit for malformed. */
#define LONGEST_FALSE_CONDITION 128

enum outcome { MET, NOT_MET, MALFORMED, EITHER };

static enum outcome reach(const struct gb_condition *condition, const struct gb_subject *subject)
{
	bool there;

	if (condition->flaw != GB_FLAW_NONE) {
		/* The value is looked at only if there is a fact to compare it with. */
		there = !gb_flaw_is_of_value(condition->flaw) ||
			subject->facts[condition->property].knowledge != GB_NOT_THERE;
		return there ? MALFORMED : MET;
	}
	switch (gb_condition_holds(condition, subject)) {
	case GB_YES:
		return MET;
	case GB_UNKNOWN:
		return EITHER;
	case GB_NO:
		break;
	}
	return condition->text.len < LONGEST_FALSE_CONDITION ? NOT_MET : MALFORMED;
}

/* Goes through one alternative. MALFORMED: its flaw is reached for sure, which ends the
 * evaluation. EITHER: it holds or not, for want of facts. In ANSWER a flaw is named also where
 * it is reached only if an unknown condition in front of it holds; then the alternative cannot
 * hold. */
static enum outcome go_through(const struct gb_alternative *alternative,
			       const struct gb_subject *subject, struct gb_answer *answer)
{
	enum outcome so_far = MET;

	for (size_t i = 0; i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		switch (reach(condition, subject)) {
		case MET:
			break;
		case NOT_MET:
			return NOT_MET;
		case MALFORMED:
			if (!answer->malformed)
				answer->malformed = condition;
			return so_far == MET ? MALFORMED : NOT_MET;
		case EITHER:
			answer->not_stated[condition->property] = true;
			if (condition->text.len >= LONGEST_FALSE_CONDITION && !answer->malformed)
				answer->malformed = condition;
			so_far = EITHER;
			break;
		}
	}
	return so_far;
}

struct gb_answer gb_requirement_evaluate(const struct gb_requirement *requirement,
					 const struct gb_subject *subject)
{
	struct gb_answer answer = {.truth = requirement->always_met ? GB_YES : GB_NO};

	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_alternative *alternative = &requirement->alternatives[i];

		switch (go_through(alternative, subject, &answer)) {
		case MET:
			/* A flaw named so far was reached in some of the outcomes. */
			answer.truth = answer.malformed ? GB_UNKNOWN : GB_YES;
			answer.met = alternative;
			return answer;
		case NOT_MET:
			break;
		case MALFORMED:
			return answer;
		case EITHER:
			answer.truth = GB_UNKNOWN;
			break;
		}
	}
	return answer;
}
