/* SPDX-License-Identifier: Apache-2.0 */
#include "require/lint.h"

#include <string.h>

/* Bytes of a foreign value that a finding shows. */
#define VALUE_SHOWN 60

struct lint {
	const struct gb_requirement *requirement;
	const char *variable;
	struct gb_arena *arena;
	struct gb_findings *findings;
	struct gpubadge_error *err;
};

static int shown(struct gb_span value)
{
	return (int)gb_span_cut(value, VALUE_SHOWN).len;
}

static enum gpubadge_code name_flaw(const struct lint *lint)
{
	const struct gb_condition *flaw = gb_requirement_flaw(lint->requirement);

	if (!flaw)
		return GPUBADGE_OK;
	return gb_findings_add(
		lint->findings, lint->arena, lint->err, GB_FINDING_REQUIREMENT_MALFORMED,
		"%s: \"%.*s\" %s; libnvidia-container refuses to start the container "
		"when it comes to it",
		lint->variable, shown(flaw->text), flaw->text.ptr, gb_flaw_text(flaw->flaw));
}

/* The first condition whose property is not in lower case, or NULL. */
static const struct gb_condition *find_capitals(const struct gb_requirement *requirement)
{
	for (size_t i = 0; i < requirement->count; i++) {
		const struct gb_alternative *alternative = &requirement->alternatives[i];

		for (size_t j = 0; j < alternative->count; j++) {
			const struct gb_condition *condition = &alternative->conditions[j];

			if (condition->flaw == GB_FLAW_NONE &&
			    !gb_span_starts(condition->text, gb_property_name(condition->property)))
				return condition;
		}
	}
	return NULL;
}

/* The Go toolkit compares property names exactly and skips unknown ones
 * (internal/requirements/constraints/factory.go). */
static enum gpubadge_code name_capitals(const struct lint *lint)
{
	const struct gb_condition *condition = find_capitals(lint->requirement);

	if (!condition)
		return GPUBADGE_OK;
	return gb_findings_add(lint->findings, lint->arena, lint->err, GB_FINDING_REQUIREMENT_CASE,
			       "%s: \"%.*s\" has a property in capital letters: "
			       "libnvidia-container honours it, NVIDIA's Go toolkit "
			       "(CSV mode) skips it",
			       lint->variable, shown(condition->text), condition->text.ptr);
}

static enum gpubadge_code name_blanks(const struct lint *lint, struct gb_span text)
{
	bool doubled = memmem(text.ptr ? text.ptr : "", text.len, "  ", 2) != NULL;

	if (text.len == 0 || lint->requirement->always_met ||
	    (!doubled && text.ptr[0] != ' ' && text.ptr[text.len - 1] != ' '))
		return GPUBADGE_OK;
	return gb_findings_add(lint->findings, lint->arena, lint->err,
			       GB_FINDING_REQUIREMENT_BLANKS,
			       "%s has blanks %s: they change nothing for libnvidia-container, "
			       "which passes over empty alternatives",
			       lint->variable,
			       text.ptr[text.len - 1] == ' ' ? "at its end"
			       : text.ptr[0] == ' '          ? "at its start"
							     : "one after another");
}

/* Does ALTERNATIVE ask for lower bounds of PROPERTY, and for nothing else? */
static bool is_floor_of(const struct gb_alternative *alternative, enum gb_property property)
{
	for (size_t i = 0; i < alternative->count; i++) {
		const struct gb_condition *condition = &alternative->conditions[i];

		if (condition->flaw != GB_FLAW_NONE || condition->property != property ||
		    (condition->op != GB_OP_GE && condition->op != GB_OP_GT))
			return false;
	}
	return true;
}

static const struct gb_alternative *find_floor(const struct gb_requirement *requirement,
					       enum gb_property property)
{
	for (size_t i = 0; i < requirement->count; i++)
		if (is_floor_of(&requirement->alternatives[i], property))
			return &requirement->alternatives[i];
	return NULL;
}

/* "cuda>=11.0 driver>=450" is read as AND by many, NVIDIA's own documentation among them. */
static enum gpubadge_code name_loosened(const struct lint *lint)
{
	const struct gb_alternative *cuda = find_floor(lint->requirement, GB_PROPERTY_CUDA);
	const struct gb_alternative *driver = find_floor(lint->requirement, GB_PROPERTY_DRIVER);
	struct gb_span left, right;

	if (!cuda || !driver)
		return GPUBADGE_OK;
	left = cuda->conditions[0].text;
	right = driver->conditions[0].text;
	return gb_findings_add(lint->findings, lint->arena, lint->err,
			       GB_FINDING_REQUIREMENT_LOOSENED,
			       "%s: a blank means \"or\": one of \"%.*s\" and \"%.*s\" is "
			       "enough; if both were meant, write a comma",
			       lint->variable, shown(left), left.ptr, shown(right), right.ptr);
}

enum gpubadge_code gb_requirement_lint(const struct gb_requirement *requirement,
				       struct gb_span text, const char *variable,
				       struct gb_arena *arena, struct gb_findings *findings,
				       struct gpubadge_error *err)
{
	const struct lint lint = {requirement, variable, arena, findings, err};

	if (name_flaw(&lint) || name_capitals(&lint) || name_blanks(&lint, text) ||
	    name_loosened(&lint))
		return err->code;
	return GPUBADGE_OK;
}
