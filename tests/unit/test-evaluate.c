/* SPDX-License-Identifier: Apache-2.0 */
#include "require/evaluate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data-file.h"
#include "expect.h"
#include "require/version.h"

static struct gpubadge_limits limits;
static struct gb_arena arena;

static void set_up(void)
{
	gpubadge_limits_init(&limits);
	gb_arena_init(&arena, SIZE_MAX / 2);
}

static void tear_down(void)
{
	gb_arena_done(&arena);
}

TestSuite(evaluate, .init = set_up, .fini = tear_down, .timeout = 300);

static struct gb_requirement parsed(const char *text)
{
	struct gb_requirement requirement;
	struct gpubadge_error err = NO_ERROR;

	cr_assert_eq(gb_requirement_parse(gb_span_of(text), &limits, &arena, &requirement, &err),
		     GPUBADGE_OK, "%s: %s", text, err.text);
	return requirement;
}

/* Facts in the order of enum gb_property; NULL is not stated, "-" not there. */
static struct gb_subject subject_of(const char *const facts[GB_PROPERTIES])
{
	struct gb_subject subject = {.facts = {{.just_above = false}}};

	for (size_t i = 0; i < GB_PROPERTIES; i++) {
		gb_subject_set(&subject, (enum gb_property)i, gb_span_of(facts[i]));
		if (facts[i] && strcmp(facts[i], "-") == 0)
			subject.facts[i].knowledge = GB_NOT_THERE;
	}
	return subject;
}

static struct gb_answer answer_of(const char *text, const char *cuda, const char *driver,
				  const char *arch, const char *brand)
{
	const struct gb_requirement requirement = parsed(text);
	const struct gb_subject subject = subject_of(
		(const char *const[]){cuda, driver, arch, brand});

	return gb_requirement_evaluate(&requirement, &subject);
}

static char letter_of(const struct gb_answer *answer)
{
	switch (answer->truth) {
	case GB_YES:
		return 'y';
	case GB_UNKNOWN:
		return 'u';
	case GB_NO:
		break;
	}
	return answer->malformed ? 'i' : 'n';
}

/* "server\tCUDA\tDRIVER\tARCH\tBRAND", in the order of enum gb_property. */
static struct gb_subject read_server(char *text)
{
	char *facts[GB_PROPERTIES];

	for (size_t i = 0; i < GB_PROPERTIES; i++) {
		text = strchr(text, '\t');
		cr_assert_not_null(text);
		*text++ = '\0';
		facts[i] = text;
	}
	return subject_of((const char *const *)facts);
}

Test(evaluate, agrees_with_every_verdict_of_nvidias_evaluator)
{
	static char texts[200][256];
	static struct gb_subject servers[200];
	struct data_file file;
	size_t count = 0, compared = 0;

	data_file_open(&file, "require/verdicts.data");
	while (data_file_next(&file)) {
		if (strncmp(file.text, "server\t", 7) == 0) {
			strcpy(texts[count], file.text);
			servers[count] = read_server(texts[count]);
			count++;
			continue;
		}
		const char *verdicts = strchr(file.text, '\t') + 1;
		const char *text = strchr(verdicts, '\t') + 1;
		const struct gb_requirement requirement = parsed(text);

		cr_assert_eq((size_t)(text - 1 - verdicts), count, "line %d", file.line);
		for (size_t i = 0; i < count; i++) {
			struct gb_answer answer = gb_requirement_evaluate(&requirement,
									  &servers[i]);

			cr_expect_eq(letter_of(&answer), verdicts[i], "line %d, server %zu: %c",
				     file.line, i, letter_of(&answer));
			compared++;
		}
	}
	data_file_close(&file, 100);
	cr_assert_eq(compared, 6784);
}

Test(evaluate, names_what_decided)
{
	struct gb_answer answer;

	answer = answer_of("cuda>=12.4 brand=tesla,driver>=470,driver<471", "11.4", "470.57.02",
			   "7.0", "Tesla");
	cr_assert_eq(answer.truth, GB_YES);
	cr_assert_not_null(answer.met);
	expect_span(answer.met->conditions[0].text, "brand=tesla");

	answer = answer_of("cuda>=99 foo>=1 cuda>=1", "12.2", NULL, NULL, NULL);
	cr_assert_eq(answer.truth, GB_NO);
	cr_assert_not_null(answer.malformed);
	expect_span(answer.malformed->text, "foo>=1");

	answer = answer_of("", NULL, NULL, NULL, NULL);
	cr_assert_eq(answer.truth, GB_YES);
	cr_assert_null(answer.met);
}

Test(evaluate, is_unknown_only_where_a_missing_fact_matters)
{
	static const struct {
		const char *text, *cuda, *driver, *brand;
		char letter;
	} table[] = {
		/* The brand is not stated. */
		{"cuda>=12.4 brand=tesla,driver>=470,driver<471", "12.6", "560.28", NULL, 'y'},
		{"cuda>=12.4 brand=tesla,driver>=470,driver<471", "12.2", "535.54", NULL, 'n'},
		{"cuda>=12.4 brand=tesla,driver>=470,driver<471", "11.4", "470.57", NULL, 'u'},
		{"brand=tesla cuda>=12.4", "12.4", NULL, NULL, 'y'},
		{"brand=tesla,cuda>=99", "12.4", NULL, NULL, 'n'},
		/* A flaw behind an unknown condition may be reached, and refuses then. */
		{"brand=tesla,foo>=1 cuda>=12.4", "12.4", NULL, NULL, 'u'},
		{"brand=tesla,foo>=1 cuda>=99", "12.4", NULL, NULL, 'i'},
		{"brand=tesla,foo>=1 cuda>=12.4", "12.4", NULL, "GeForce", 'y'},
		{"brand=tesla foo>=1 cuda>=12.4", "12.4", NULL, NULL, 'u'},
		{"foo>=1 brand=tesla", "12.4", NULL, NULL, 'i'},
		/* Nothing is stated. */
		{"cuda>=1", NULL, NULL, NULL, 'u'},
		{"cuda>=12.4 driver>=450", NULL, NULL, NULL, 'u'},
		{",", NULL, NULL, NULL, 'y'},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_answer answer = answer_of(table[i].text, table[i].cuda, table[i].driver,
						    NULL, table[i].brand);

		cr_expect_eq(letter_of(&answer), table[i].letter, "%s: %c", table[i].text,
			     letter_of(&answer));
	}
}

Test(evaluate, names_the_facts_that_are_missing)
{
	struct gb_answer answer = answer_of("cuda>=12.4 brand=tesla,driver>=470", "11.4", NULL,
					    NULL, NULL);

	cr_assert_eq(answer.truth, GB_UNKNOWN);
	cr_assert_not(answer.not_stated[GB_PROPERTY_CUDA]);
	cr_assert(answer.not_stated[GB_PROPERTY_BRAND]);
	cr_assert(answer.not_stated[GB_PROPERTY_DRIVER]);
	cr_assert_not(answer.not_stated[GB_PROPERTY_ARCH]);
}

/* The evaluator has no room for the text of a longer one. */
Test(evaluate, takes_a_false_condition_of_128_characters_for_malformed)
{
	static const struct {
		const char *start;
		int zeros;
		char letter;
	} table[] = {
		{"brand=", 121, 'n'},
		{"brand=", 122, 'i'},
		{"brand!=", 122, 'y'},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_answer answer;
		char text[256];

		snprintf(text, sizeof(text), "%s%0*d", table[i].start, table[i].zeros, 0);
		answer = answer_of(text, NULL, NULL, NULL, "Tesla");
		cr_expect_eq(letter_of(&answer), table[i].letter, "%s", text);
	}
}

Test(evaluate, takes_the_driver_just_above_for_a_higher_one)
{
	static const struct {
		const char *text;
		char letter;
	} table[] = {
		{"driver=535", 'n'}, {"driver!=535", 'y'}, {"driver<=535", 'n'},
		{"driver>535", 'y'}, {"driver>=535", 'y'}, {"driver<535.0.1", 'y'},
		{"driver<535", 'n'},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		const struct gb_requirement requirement = parsed(table[i].text);
		struct gb_subject subject = subject_of(
			(const char *const[]){NULL, "535", NULL, NULL});
		struct gb_answer answer;

		subject.facts[GB_PROPERTY_DRIVER].just_above = true;
		answer = gb_requirement_evaluate(&requirement, &subject);
		cr_expect_eq(letter_of(&answer), table[i].letter, "%s: %c", table[i].text,
			     letter_of(&answer));
	}
}

/* --- against a naive evaluator --- */

/* Reads the text anew for each server, and knows nothing but complete facts. */
static char naive_condition(const char *text, size_t len, const char *const facts[])
{
	static const char *const names[] = {"cuda", "driver", "arch", "brand"};
	static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">=", "!"};
	char copy[256], *op, *value;
	size_t width, property, kind;
	int order;

	memcpy(copy, text, len);
	copy[len] = '\0';
	op = strpbrk(copy, "=!<>");
	if (!op)
		return 'i';
	width = strspn(op, "=!<>");
	value = op + width;
	for (kind = 0; kind < 7; kind++)
		if (strlen(operators[kind]) == width && strncmp(op, operators[kind], width) == 0)
			break;
	for (property = 0; property < 4; property++)
		if (strlen(names[property]) == (size_t)(op - copy) &&
		    strncasecmp(copy, names[property], (size_t)(op - copy)) == 0)
			break;
	if (kind == 7 || property == 4)
		return 'i';
	if (property == GB_PROPERTY_BRAND) {
		if (kind != 0 && kind != 1 && kind != 6)
			return 'i';
		order = strcasecmp(facts[property], value);
	} else {
		if (!gb_version_is_valid(gb_span_of(value)))
			return 'i';
		order = gb_version_compare(gb_span_of(facts[property]), gb_span_of(value));
	}
	switch (kind) {
	case 0:
		return order == 0 ? 'y' : 'n';
	case 2:
		return order < 0 ? 'y' : 'n';
	case 3:
		return order <= 0 ? 'y' : 'n';
	case 4:
		return order > 0 ? 'y' : 'n';
	case 5:
		return order >= 0 ? 'y' : 'n';
	default:
		return order != 0 ? 'y' : 'n';
	}
}

static char naive_evaluate(const char *text, const char *const facts[])
{
	bool any = false;

	while (*text) {
		size_t word = strcspn(text, " "), at = 0;
		char verdict = 'y';
		bool pieces = false;

		while (at < word && verdict == 'y') {
			size_t len = strcspn(text + at, ", ");

			if (len > 0) {
				pieces = true;
				verdict = naive_condition(text + at, len, facts);
			}
			at += len + 1;
		}
		if (verdict == 'i')
			return 'i';
		if (word > 0 && !pieces)
			break;
		if (word > 0 && verdict == 'y')
			return 'y';
		any = any || word > 0;
		text += word + (text[word] == ' ');
	}
	return any ? 'n' : 'y';
}

static const char *const worlds[GB_PROPERTIES][4] = {
	[GB_PROPERTY_CUDA] = {"11.8", "12.2", "12.4", "13.0"},
	[GB_PROPERTY_DRIVER] = {"470.57.02", "535.54.03", "550.54.14", "580.65.06"},
	[GB_PROPERTY_ARCH] = {"7.0", "8.0", "8.9", "9.0"},
	[GB_PROPERTY_BRAND] = {"Tesla", "Nvidia", "GeForce", "Unknown"},
};

static void append_random_condition(char *text, size_t size)
{
	static const char *const names[] = {"cuda", "driver", "arch", "brand", "CUDA", "foo", ""};
	static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">=", "!", "==", ""};
	size_t property = (size_t)rand() % 30, op = (size_t)rand() % 60, used = strlen(text);
	const char *value;

	property = property < 28 ? property % 5 : property - 23;
	op = op < 57 ? op % 6 : op - 51;
	value = rand() % 25 ? worlds[property == 4 ? 0 : property % 4][rand() % 4] : "1_0";
	snprintf(text + used, size - used, "%s%s%s", names[property], operators[op], value);
}

static void random_requirement(char *text, size_t size)
{
	static const char *const separators[] = {" ", ",", ",", ",,", " , ", "  "};
	int conditions = rand() % 6;

	text[0] = '\0';
	for (int i = 0; i <= conditions; i++) {
		size_t used;

		append_random_condition(text, size);
		used = strlen(text);
		if (i < conditions)
			snprintf(text + used, size - used, "%s",
				 separators[rand() % 20 ? rand() % 3 : rand() % 6]);
	}
}

/* Which verdicts do the worlds that agree with FACTS give, NULL being any value? */
static void try_worlds(const char *text, const char *const facts[], bool *ret_yes, bool *ret_no)
{
	*ret_yes = *ret_no = false;
	for (unsigned world = 0; world < 256; world++) {
		const char *complete[GB_PROPERTIES];

		for (size_t i = 0; i < GB_PROPERTIES; i++)
			complete[i] = facts[i] ? facts[i] : worlds[i][world >> (2 * i) & 3];
		if (naive_evaluate(text, complete) == 'y')
			*ret_yes = true;
		else
			*ret_no = true;
	}
}

Test(evaluate, agrees_with_a_naive_one_on_random_requirements)
{
	unsigned seen_unknown = 0, seen_malformed = 0, seen_yes = 0;

	srand(20260822);
	for (int round = 0; round < 20000; round++) {
		const char *facts[GB_PROPERTIES];
		struct gb_answer answer;
		bool complete = true, can_hold, can_fail;
		char text[512];

		random_requirement(text, sizeof(text));
		for (size_t i = 0; i < GB_PROPERTIES; i++) {
			facts[i] = rand() % 4 ? worlds[i][rand() % 4] : NULL;
			complete = complete && facts[i];
		}
		answer = answer_of(text, facts[0], facts[1], facts[2], facts[3]);
		if (complete) {
			cr_assert_eq(letter_of(&answer), naive_evaluate(text, facts), "%s", text);
			seen_malformed += answer.malformed && answer.truth == GB_NO;
		}
		/* Sound: a verdict is the verdict of every world. */
		try_worlds(text, facts, &can_hold, &can_fail);
		if (answer.truth == GB_YES)
			cr_assert_not(can_fail, "yes, but not always: %s", text);
		if (answer.truth == GB_NO)
			cr_assert_not(can_hold, "no, but not always: %s", text);
		seen_unknown += answer.truth == GB_UNKNOWN;
		seen_yes += answer.truth == GB_YES;
	}
	/* The generator reaches what it is meant to reach. */
	cr_assert_gt(seen_unknown, 1000);
	cr_assert_gt(seen_malformed, 100);
	cr_assert_gt(seen_yes, 2000);
}

/* Packed or not, the same order: the fuzzer of the unpacked one is version.data. */
Test(evaluate, compares_packed_operands_as_texts)
{
	static const char *const versions[] = {
		"0",       "1",          "12",         "12.2",         "12.20",
		"12..2",   "12.2.",      "12.2.0.0.0", "535.129.3",    "535.129.03",
		"0012.2",  "4294967295", "4294967296", "1.4294967296", "99999999999999999999",
		"1.2.3.4", "1.2.3.4.5",  "1.2.3.4.0",  "1.2.3.5",      "535.183.06",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(versions); i++) {
		for (size_t j = 0; j < GB_ARRAY_LEN(versions); j++) {
			struct gb_span a = gb_span_of(versions[i]), b = gb_span_of(versions[j]);
			struct gb_operand left = gb_operand_of_version(a);
			struct gb_operand right = gb_operand_of_version(b);
			int packed = gb_operand_compare(&left, &right);
			int text = gb_version_compare(a, b);

			cr_expect_eq((packed > 0) - (packed < 0), (text > 0) - (text < 0),
				     "%s and %s", versions[i], versions[j]);
		}
	}
}

Test(evaluate, compares_brands_without_case_at_any_length)
{
	static const struct {
		const char *a, *b;
		bool same;
	} table[] = {
		{"Tesla", "tesla", true},
		{"CloudGaming", "CLOUDGAMING", true},
		{"Tesla", "Tesla2", false},
		{"", "", true},
		{"", "a", false},
		{"abcdefgh", "abcdefgi", false},
		{"abcdefghijklmnop", "ABCDEFGHIJKLMNOP", true},
		{"abcdefghijklmnop", "abcdefghijklmnoq", false},
		{"abcdefghijklmnopq", "ABCDEFGHIJKLMNOPQ", true},
		{"abcdefghijklmnopq", "abcdefghijklmnopr", false},
		{"[", "{", false}, /* letters only */
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		struct gb_operand a = gb_operand_of_brand(gb_span_of(table[i].a));
		struct gb_operand b = gb_operand_of_brand(gb_span_of(table[i].b));

		cr_expect_eq(gb_operand_is_same_brand(&a, &b), table[i].same, "%s and %s",
			     table[i].a, table[i].b);
	}
}
