/* SPDX-License-Identifier: Apache-2.0 */
#include "require/requirement.h"

#include <string.h>

#include "base/gb-limits.h"
#include "require/version.h"

static const char *const properties[] = {
	[GB_PROPERTY_CUDA] = "cuda",
	[GB_PROPERTY_DRIVER] = "driver",
	[GB_PROPERTY_ARCH] = "arch",
	[GB_PROPERTY_BRAND] = "brand",
};

static const char *const nouns[] = {
	[GB_PROPERTY_CUDA] = "CUDA",
	[GB_PROPERTY_DRIVER] = "driver",
	[GB_PROPERTY_ARCH] = "compute capability",
	[GB_PROPERTY_BRAND] = "brand",
};

static const char *const operators[] = {
	[GB_OP_EQ] = "=",  [GB_OP_NE] = "!=", [GB_OP_LT] = "<",
	[GB_OP_LE] = "<=", [GB_OP_GT] = ">",  [GB_OP_GE] = ">=",
};

const char *gb_property_name(enum gb_property property)
{
	return properties[property];
}

const char *gb_property_noun(enum gb_property property)
{
	return nouns[property];
}

const char *gb_operator_text(enum gb_operator op)
{
	return operators[op];
}

const char *gb_flaw_text(enum gb_flaw flaw)
{
	static const char *const texts[] = {
		[GB_FLAW_NONE] = "is well-formed",
		[GB_FLAW_NO_OPERATOR] = "has no operator",
		[GB_FLAW_BAD_OPERATOR] = "has an operator that is not allowed there",
		[GB_FLAW_UNKNOWN_PROPERTY] = "names no property (cuda, driver, arch, brand)",
		[GB_FLAW_BRAND_ORDER] = "has an operator that is not allowed there",
		[GB_FLAW_BAD_VALUE] = "has no usable value (digits and dots)",
	};

	return texts[flaw];
}

bool gb_flaw_is_of_value(enum gb_flaw flaw)
{
	return flaw == GB_FLAW_BRAND_ORDER || flaw == GB_FLAW_BAD_VALUE;
}

bool gb_condition_asks_for_brand(const struct gb_condition *condition)
{
	return condition->flaw == GB_FLAW_NONE && condition->property == GB_PROPERTY_BRAND &&
	       condition->op == GB_OP_EQ;
}

static bool find_property(struct gb_span name, enum gb_property *ret_property)
{
	for (size_t i = 0; i < GB_ARRAY_LEN(properties); i++) {
		if (gb_span_is_nocase(name, properties[i])) {
			*ret_property = (enum gb_property)i;
			return true;
		}
	}
	return false;
}

static bool find_operator(struct gb_span text, enum gb_operator *ret_op)
{
	/* libnvidia-container compares as many characters as there are, so that a lone "!"
	 * is taken for "!=". */
	if (gb_span_is(text, "!")) {
		*ret_op = GB_OP_NE;
		return true;
	}
	for (size_t i = 0; i < GB_ARRAY_LEN(operators); i++) {
		if (gb_span_is(text, operators[i])) {
			*ret_op = (enum gb_operator)i;
			return true;
		}
	}
	return false;
}

static bool is_operator_byte(char byte)
{
	return memchr("=!<>", byte, 4) != NULL;
}

static struct gb_condition parse_condition(struct gb_span text)
{
	struct gb_condition condition = {.text = text, .flaw = GB_FLAW_NONE};
	size_t start = 0, end;

	while (start < text.len && !is_operator_byte(text.ptr[start]))
		start++;
	for (end = start; end < text.len && is_operator_byte(text.ptr[end]); end++)
		;
	condition.value = gb_span_from(text, end);
	if (start == end) {
		condition.flaw = GB_FLAW_NO_OPERATOR;
	} else if (!find_operator((struct gb_span){text.ptr + start, end - start}, &condition.op)) {
		condition.flaw = GB_FLAW_BAD_OPERATOR;
	} else if (!find_property((struct gb_span){text.ptr, start}, &condition.property)) {
		condition.flaw = GB_FLAW_UNKNOWN_PROPERTY;
	} else if (condition.property == GB_PROPERTY_BRAND) {
		if (condition.op != GB_OP_EQ && condition.op != GB_OP_NE)
			condition.flaw = GB_FLAW_BRAND_ORDER;
		condition.operand = gb_operand_of_brand(condition.value);
	} else if (!gb_version_is_valid(condition.value)) {
		condition.flaw = GB_FLAW_BAD_VALUE;
	} else {
		condition.operand = gb_operand_of_version(condition.value);
	}
	return condition;
}

static enum gpubadge_code parse_alternative(struct gb_span text, struct gb_arena *arena,
					    uint64_t *budget,
					    struct gb_alternative *ret_alternative,
					    struct gpubadge_error *err)
{
	struct gb_alternative alternative = {NULL, 0};
	struct gb_span piece;
	size_t capacity = 0;

	while (gb_span_split(&text, ',', &piece)) {
		if (piece.len == 0)
			continue;
		if ((*budget)-- == 0)
			return gb_limit_exceeded(err, "requirement_conditions",
						 "more conditions than the limit");
		alternative.conditions = gb_arena_grow(arena, alternative.conditions,
						       alternative.count, &capacity,
						       sizeof(*alternative.conditions), err);
		if (!alternative.conditions)
			return err->code;
		alternative.conditions[alternative.count++] = parse_condition(piece);
	}
	*ret_alternative = alternative;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_requirement_parse(struct gb_span text, const struct gpubadge_limits *limits,
					struct gb_arena *arena,
					struct gb_requirement *ret_requirement,
					struct gpubadge_error *err)
{
	struct gb_requirement requirement = {NULL, 0, false};
	uint64_t budget = limits->requirement_conditions;
	struct gb_span piece;
	size_t capacity = 0;

	if (text.len > limits->requirement_bytes)
		return gb_limit_exceeded(err, "requirement_bytes",
					 "%zu bytes, longer than the limit of %llu", text.len,
					 (unsigned long long)limits->requirement_bytes);
	while (gb_span_split(&text, ' ', &piece)) {
		struct gb_alternative alternative;

		if (piece.len == 0)
			continue;
		if (parse_alternative(piece, arena, &budget, &alternative, err))
			return err->code;
		if (alternative.count == 0) /* commas alone: nothing behind it is evaluated */
			break;
		requirement.alternatives = gb_arena_grow(arena, requirement.alternatives,
							 requirement.count, &capacity,
							 sizeof(*requirement.alternatives), err);
		if (!requirement.alternatives)
			return err->code;
		requirement.alternatives[requirement.count++] = alternative;
	}
	requirement.always_met = requirement.count == 0;
	*ret_requirement = requirement;
	return GPUBADGE_OK;
}

static const struct gb_condition *alternative_flaw(const struct gb_alternative *alternative)
{
	for (size_t i = 0; i < alternative->count; i++)
		if (alternative->conditions[i].flaw != GB_FLAW_NONE)
			return &alternative->conditions[i];
	return NULL;
}

const struct gb_condition *gb_requirement_flaw(const struct gb_requirement *requirement)
{
	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_condition *flaw = alternative_flaw(&requirement->alternatives[i]);

		if (flaw)
			return flaw;
	}
	return NULL;
}

bool gb_requirement_is_unreadable(const struct gb_requirement *requirement)
{
	if (requirement->count > 0 &&
	    requirement->alternatives[0].conditions[0].flaw != GB_FLAW_NONE)
		return true;
	for (size_t i = 0; i < requirement->count; i++)
		if (!alternative_flaw(&requirement->alternatives[i]))
			return false;
	return requirement->count > 0;
}
