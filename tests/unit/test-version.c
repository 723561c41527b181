/* SPDX-License-Identifier: Apache-2.0 */
#include "require/version.h"

#include <string.h>

#include "data-file.h"
#include "expect.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

Test(version, is_ordered_as_the_table_says)
{
	struct data_file file;

	data_file_open(&file, "require/version.data");
	while (data_file_next(&file)) {
		char left[64], right[64], relation;
		int wanted;

		if (file.text[0] == '!')
			continue;
		cr_assert_eq(sscanf(file.text, "%63s %c %63s", left, &relation, right), 3,
			     "line %d", file.line);
		wanted = relation == '<' ? -1 : 0;
		cr_expect(gb_version_is_valid(gb_span_of(left)), "line %d: %s", file.line, left);
		cr_expect(gb_version_is_valid(gb_span_of(right)), "line %d: %s", file.line, right);
		cr_expect_eq(sign(gb_version_compare(gb_span_of(left), gb_span_of(right))), wanted,
			     "line %d: %s", file.line, file.text);
		cr_expect_eq(sign(gb_version_compare(gb_span_of(right), gb_span_of(left))), -wanted,
			     "line %d, turned round: %s", file.line, file.text);
	}
	data_file_close(&file, 40);
}

Test(version, is_refused_where_the_table_says)
{
	struct data_file file;

	data_file_open(&file, "require/version.data");
	while (data_file_next(&file)) {
		const char *text = file.text + (file.text[1] == ' ' ? 2 : 1);

		if (file.text[0] == '!')
			cr_expect_not(gb_version_is_valid(gb_span_of(text)), "line %d: \"%s\"",
				      file.line, text);
	}
	data_file_close(&file, 40);
}

Test(version, is_not_absent)
{
	cr_assert_not(gb_version_is_valid((struct gb_span){NULL, 0}));
}

static bool holds(int order, const char *op)
{
	static const struct {
		const char *text;
		bool below, equal, above;
	} operators[] = {
		{"=", false, true, false}, {"!=", true, false, true}, {"<", true, false, false},
		{"<=", true, true, false}, {">", false, false, true}, {">=", false, true, true},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(operators); i++)
		if (strcmp(op, operators[i].text) == 0)
			return order < 0    ? operators[i].below
			       : order == 0 ? operators[i].equal
					    : operators[i].above;
	cr_assert_fail("operator %s", op);
	return false;
}

Test(version, compares_as_libnvidia_container_does)
{
	struct data_file file;

	data_file_open(&file, "require/comparison.data");
	while (data_file_next(&file)) {
		char actual[64], op[8], stated[64], answer[8];

		cr_assert_eq(sscanf(file.text, "%63s %7s %63s %7s", actual, op, stated, answer), 4,
			     "line %d", file.line);
		cr_expect_eq(holds(gb_version_compare(gb_span_of(actual), gb_span_of(stated)), op),
			     strcmp(answer, "ok") == 0, "line %d: %s", file.line, file.text);
	}
	data_file_close(&file, 50);
}
