/* SPDX-License-Identifier: Apache-2.0 */
#include "require/classes.h"

#include "require/version.h"

/* NVIDIA's lists name twelve brands and no architecture. */
#define MAX_BRANDS 32
#define MAX_ARCHS 8

/* Conditions times kinds of GPUs: 2,860 for the longest published list. */
#define MAX_TRIALS 200000

/* Compute capabilities below the first that is named, at each, and above each. */
#define MAX_PLACES (2 * MAX_ARCHS + 1)

struct named_values {
	struct gb_span brands[MAX_BRANDS];
	size_t brand_count;
	struct gb_span archs[MAX_ARCHS]; /* rising */
	size_t arch_count;
	size_t conditions;
	bool too_many;
};

/* One brand, or all that are not named, with what is accepted at each place. */
struct row {
	struct gb_span brand; /* absent: all others */
	struct gb_acceptance acceptances[MAX_PLACES];
	bool told;
};

static void add_brand(struct named_values *named, const struct gb_condition *condition)
{
	for (size_t i = 0; i < named->brand_count; i++) {
		struct gb_operand other = gb_operand_of_brand(named->brands[i]);

		if (gb_operand_is_same_brand(&other, &condition->operand))
			return;
	}
	if (named->brand_count == MAX_BRANDS)
		named->too_many = true;
	else
		named->brands[named->brand_count++] = condition->value;
}

static void add_arch(struct named_values *named, struct gb_span arch)
{
	for (size_t i = 0; i < named->arch_count; i++)
		if (gb_version_compare(named->archs[i], arch) == 0)
			return;
	if (named->arch_count == MAX_ARCHS)
		named->too_many = true;
	else
		named->archs[named->arch_count++] = arch;
}

static void gather_condition(struct named_values *named, const struct gb_condition *condition)
{
	named->conditions++;
	if (condition->flaw != GB_FLAW_NONE || named->too_many)
		return;
	if (condition->property == GB_PROPERTY_BRAND)
		add_brand(named, condition);
	else if (condition->property == GB_PROPERTY_ARCH)
		add_arch(named, condition->value);
}

static void gather(struct named_values *named, const struct gb_requirement *const *requirements,
		   size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < requirements[i]->count; j++)
			for (size_t k = 0; k < requirements[i]->alternatives[j].count; k++)
				gather_condition(named,
						 &requirements[i]->alternatives[j].conditions[k]);
	gb_version_sort(named->archs, named->arch_count);
}

static size_t place_count(const struct named_values *named)
{
	return 2 * named->arch_count + 1;
}

/* Place 0 is below all that are named, 1 at the first, 2 just above it, ... */
static void set_arch(struct gb_subject *subject, const struct named_values *named, size_t place)
{
	struct gb_span arch = place ? named->archs[(place - 1) / 2] : gb_span_of("0");

	gb_subject_set(subject, GB_PROPERTY_ARCH, arch);
	subject->facts[GB_PROPERTY_ARCH].just_above = place > 0 && place % 2 == 0;
}

static enum gpubadge_code fill_row(struct row *row, const struct named_values *named,
				   const struct gb_requirement *const *requirements, size_t count,
				   struct gb_arena *arena, struct gpubadge_error *err)
{
	/* A comma cannot be written in a requirement: it stands for all that are not named. */
	struct gb_span brand = row->brand.ptr ? row->brand : gb_span_of(",");
	struct gb_subject gpu = {.facts = {{.just_above = false}}};

	gb_subject_set(&gpu, GB_PROPERTY_BRAND, brand);
	for (size_t place = 0; place < place_count(named); place++) {
		set_arch(&gpu, named, place);
		if (gb_acceptance_of(requirements, count, &gpu, arena, &row->acceptances[place],
				     err))
			return err->code;
	}
	return GPUBADGE_OK;
}

static bool rows_are_equal(const struct row *a, const struct row *b, size_t places)
{
	for (size_t i = 0; i < places; i++)
		if (!gb_acceptance_equal(&a->acceptances[i], &b->acceptances[i]))
			return false;
	return true;
}

/* The architectures from place FIRST to before place END. */
static struct gb_arch_range arch_range(const struct named_values *named, size_t first, size_t end)
{
	struct gb_arch_range range = {.from_above = first > 0 && first % 2 == 0};

	if (first > 0)
		range.from = named->archs[(first - 1) / 2];
	if (end < place_count(named)) {
		range.until = named->archs[(end - 1) / 2];
		range.through_until = end % 2 == 0;
	}
	return range;
}

struct builder {
	struct gb_arena *arena;
	struct gb_classes classes;
	size_t capacity;
};

/* The brands of ROWS from INDEX on that have the same acceptances; they are told then. */
static enum gpubadge_code take_brands(struct row *rows, size_t count, size_t index, size_t places,
				      struct gb_arena *arena, struct gb_class *ret_class,
				      struct gpubadge_error *err)
{
	struct gb_span *brands = gb_arena_alloc(arena, count * sizeof(*brands), err);

	if (!brands)
		return err->code;
	*ret_class = (struct gb_class){.brands = brands};
	for (size_t i = index; i < count; i++) {
		if (rows[i].told || !rows_are_equal(&rows[index], &rows[i], places))
			continue;
		rows[i].told = i != index;
		if (rows[i].brand.ptr)
			brands[ret_class->brand_count++] = rows[i].brand;
		else
			ret_class->other_brands = true;
	}
	rows[index].told = true;
	return GPUBADGE_OK;
}

static enum gpubadge_code add_classes(struct builder *builder, const struct named_values *named,
				      const struct row *row, const struct gb_class *brands,
				      struct gpubadge_error *err)
{
	size_t end;

	for (size_t first = 0; first < place_count(named); first = end) {
		struct gb_classes *classes = &builder->classes;

		for (end = first + 1; end < place_count(named); end++)
			if (!gb_acceptance_equal(&row->acceptances[first], &row->acceptances[end]))
				break;
		classes->items = gb_arena_grow(builder->arena, classes->items, classes->count,
					       &builder->capacity, sizeof(*classes->items), err);
		if (!classes->items)
			return err->code;
		classes->items[classes->count] = *brands;
		classes->items[classes->count].arch = arch_range(named, first, end);
		classes->items[classes->count++].acceptance = row->acceptances[first];
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_classes_of(const struct gb_requirement *const *requirements, size_t count,
				 struct gb_arena *arena, struct gb_classes *ret_classes,
				 struct gpubadge_error *err)
{
	struct builder builder = {.arena = arena};
	struct named_values named = {.brand_count = 0};
	struct row *rows;

	gather(&named, requirements, count);
	if (named.too_many ||
	    named.conditions * (named.brand_count + 1) * place_count(&named) > MAX_TRIALS) {
		*ret_classes = (struct gb_classes){.too_many = true};
		return GPUBADGE_OK;
	}
	rows = gb_arena_alloc(arena, (named.brand_count + 1) * sizeof(*rows), err);
	if (!rows)
		return err->code;
	for (size_t i = 0; i <= named.brand_count; i++) {
		if (i < named.brand_count)
			rows[i].brand = named.brands[i];
		if (fill_row(&rows[i], &named, requirements, count, arena, err))
			return err->code;
	}
	for (size_t i = 0; i <= named.brand_count; i++) {
		struct gb_class brands;

		if (rows[i].told)
			continue;
		if (take_brands(rows, named.brand_count + 1, i, place_count(&named), arena, &brands,
				err) ||
		    add_classes(&builder, &named, &rows[i], &brands, err))
			return err->code;
	}
	*ret_classes = builder.classes;
	return GPUBADGE_OK;
}
