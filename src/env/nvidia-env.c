/* SPDX-License-Identifier: Apache-2.0 */
#include "env/nvidia-env.h"

#include <string.h>

#include "base/gb-bytes.h"
#include "base/gb-limits.h"

/* How much of a value a finding shows. */
#define SHOWN 60

static int shown(struct gb_span value)
{
	return (int)gb_span_cut(value, SHOWN).len;
}

/* Empty counts as not set. */
static struct gb_span find_set(const struct gb_environment *environment, const char *name)
{
	struct gb_span value = gb_environment_find(environment, name);

	return value.len > 0 ? value : (struct gb_span){NULL, 0};
}

/* What Go's strconv.ParseBool calls true; the toolkit takes everything else, also what is no
 * boolean, for false. */
static bool is_go_true(struct gb_span value)
{
	static const char *const words[] = {"1", "t", "T", "TRUE", "true", "True"};

	for (size_t i = 0; i < GB_ARRAY_LEN(words); i++)
		if (gb_span_is(value, words[i]))
			return true;
	return false;
}

/* Takes a decimal number off the front of *TEXT. */
static bool take_number(struct gb_span *text, struct gb_span *ret_number)
{
	size_t len = 0;

	while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9')
		len++;
	*ret_number = (struct gb_span){text->ptr, len};
	*text = gb_span_from(*text, len);
	return len > 0;
}

/* The legacy rule: "v11.6", "12", "12.4.1", "11.5.0.029" (NGC), "12.4-rc1" give
 * cuda>=MAJOR.MINOR. Absent if VERSION is something else. */
static enum gpubadge_code legacy_requirement(struct gb_span version, struct gb_arena *arena,
					     struct gb_span *ret_expression,
					     struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text = gb_bytes_init(version.len + 16);
	struct gb_span major, minor = gb_span_of("0"), number;
	struct gb_span rest = version;
	const char *copy;

	*ret_expression = (struct gb_span){NULL, 0};
	if (gb_span_starts(rest, "v"))
		rest = gb_span_from(rest, 1);
	if (!take_number(&rest, &major))
		return GPUBADGE_OK;
	for (int i = 0; gb_span_starts(rest, "."); i++) {
		rest = gb_span_from(rest, 1);
		if (!take_number(&rest, &number))
			return GPUBADGE_OK;
		if (i == 0)
			minor = number;
	}
	if (rest.len > 0 && rest.ptr[0] != '-' && rest.ptr[0] != '+')
		return GPUBADGE_OK;
	gb_bytes_text(&text, "cuda>=");
	gb_bytes_append(&text, major);
	gb_bytes_text(&text, ".");
	gb_bytes_append(&text, minor);
	if (gb_bytes_check(&text, err))
		return err->code;
	copy = gb_arena_copy(arena, gb_bytes_span(&text), err);
	*ret_expression = (struct gb_span){copy, text.len};
	return err->code;
}

static enum gpubadge_code read_cuda(const struct gb_environment *environment,
				    struct gb_arena *arena, struct gb_findings *findings,
				    struct gb_nvidia_environment *nvidia,
				    struct gpubadge_error *err)
{
	if (nvidia->require_cuda.ptr) {
		nvidia->cuda = (struct gb_stated){GB_NVIDIA_REQUIRE_CUDA, nvidia->require_cuda};
		return GPUBADGE_OK;
	}
	if (!nvidia->cuda_version.ptr)
		return GPUBADGE_OK;
	if (legacy_requirement(nvidia->cuda_version, arena, &nvidia->cuda.expression, err))
		return err->code;
	if (!nvidia->cuda.expression.ptr) {
		nvidia->cuda_unreadable = true;
		return gb_findings_add(
			findings, arena, err, GB_FINDING_CUDA_VERSION_MALFORMED,
			"CUDA_VERSION \"%.*s\" is no version: what the image requires "
			"is unknown, and NVIDIA's toolkit refuses to start it",
			shown(nvidia->cuda_version), nvidia->cuda_version.ptr);
	}
	nvidia->cuda.variable = GB_CUDA_VERSION;
	if (gb_environment_find(environment, GB_NVIDIA_REQUIRE_CUDA).ptr)
		return gb_findings_add(
			findings, arena, err, GB_FINDING_REQUIREMENT_EMPTIED,
			"NVIDIA_REQUIRE_CUDA is emptied but CUDA_VERSION is set, so the "
			"toolkit requires %.*s all the same; NVIDIA_DISABLE_REQUIRE=true "
			"would lift it",
			shown(nvidia->cuda.expression), nvidia->cuda.expression.ptr);
	return GPUBADGE_OK;
}

/* Does a later entry set the same variable? */
static bool is_overridden(const struct gb_environment *environment, size_t index,
			  struct gb_span name)
{
	for (size_t i = index + 1; i < environment->count; i++) {
		struct gb_span other, value;

		if (gb_environment_split(environment->entries[i], &other, &value) &&
		    gb_span_equal(other, name) && gb_span_index(value, '\0') == value.len)
			return true;
	}
	return false;
}

/* Entries that are looked at; images have two at most. */
#define JETPACK_ENTRIES 32

static bool states_jetpack(const struct gb_environment *environment)
{
	size_t seen = 0;

	for (size_t i = environment->count; i > 0 && seen < JETPACK_ENTRIES; i--) {
		struct gb_span name, value;

		if (!gb_environment_split(environment->entries[i - 1], &name, &value) ||
		    !gb_span_starts(name, GB_NVIDIA_REQUIRE_JETPACK_PREFIX))
			continue;
		seen++;
		if (value.len > 0 && !is_overridden(environment, i - 1, name))
			return true;
	}
	return seen == JETPACK_ENTRIES;
}

static bool is_condition(struct gb_span name)
{
	return gb_span_starts(name, GB_NVIDIA_REQUIRE_PREFIX) &&
	       !gb_span_starts(name, GB_NVIDIA_REQUIRE_JETPACK_PREFIX) &&
	       !gb_span_is(name, GB_NVIDIA_REQUIRE_CUDA);
}

static enum gpubadge_code read_conditions(const struct gb_environment *environment,
					  const struct gpubadge_limits *limits,
					  struct gb_arena *arena,
					  struct gb_nvidia_environment *nvidia,
					  struct gpubadge_error *err)
{
	size_t capacity = 0, seen = 0;

	for (size_t i = 0; i < environment->count; i++) {
		struct gb_span name, value;
		const char *copy;

		if (!gb_environment_split(environment->entries[i], &name, &value) ||
		    !is_condition(name))
			continue;
		if (seen++ == limits->requirement_variables)
			return gb_limit_exceeded(
				err, "requirement_variables",
				"config.Env: more than the limit of %llu NVIDIA_REQUIRE_* "
				"entries",
				(unsigned long long)limits->requirement_variables);
		if (value.len == 0 || gb_span_index(value, '\0') < value.len ||
		    is_overridden(environment, i, name))
			continue;
		nvidia->conditions = gb_arena_grow(arena, nvidia->conditions,
						   nvidia->condition_count, &capacity,
						   sizeof(*nvidia->conditions), err);
		copy = nvidia->conditions ? gb_arena_copy(arena, name, err) : NULL;
		if (!copy)
			return err->code;
		nvidia->conditions[nvidia->condition_count++] = (struct gb_stated){copy, value};
	}
	return GPUBADGE_OK;
}

static enum gpubadge_code split_words(struct gb_span value, struct gb_arena *arena,
				      struct gb_words *ret_words, struct gpubadge_error *err)
{
	struct gb_words words = {NULL, 0};
	struct gb_span word;
	size_t capacity = 0;

	words.items = gb_arena_grow(arena, NULL, 0, &capacity, sizeof(*words.items), err);
	while (words.items && gb_span_split(&value, ',', &word)) {
		if (word.len == 0)
			continue;
		words.items = gb_arena_grow(arena, words.items, words.count, &capacity,
					    sizeof(*words.items), err);
		if (words.items)
			words.items[words.count++] = word;
	}
	if (!words.items)
		return err->code;
	*ret_words = words;
	return GPUBADGE_OK;
}

/* A list variable; where it is not set, legacy images (CUDA_VERSION without
 * NVIDIA_REQUIRE_CUDA) mean all. */
static enum gpubadge_code read_words(const struct gb_environment *environment, const char *name,
				     const struct gb_nvidia_environment *nvidia,
				     struct gb_arena *arena, struct gb_words *ret_words,
				     struct gpubadge_error *err)
{
	struct gb_span value = gb_environment_find(environment, name);

	if (!value.ptr && nvidia->cuda_version.ptr && !nvidia->require_cuda.ptr)
		value = gb_span_of("all");
	return value.ptr ? split_words(value, arena, ret_words, err) : GPUBADGE_OK;
}

static bool has_word(const struct gb_words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (gb_span_is(words->items[i], word))
			return true;
	return false;
}

static bool states_gpu(const struct gb_nvidia_environment *nvidia)
{
	return nvidia->gpu.ptr || nvidia->require_cuda.ptr || nvidia->cuda_version.ptr;
}

static enum gpubadge_code find_devices(const struct gb_nvidia_environment *nvidia,
				       struct gb_arena *arena, struct gb_findings *findings,
				       struct gpubadge_error *err)
{
	const struct gb_words *devices = &nvidia->visible_devices;

	if (states_gpu(nvidia) && has_word(devices, "none"))
		return gb_findings_add(
			findings, arena, err, GB_FINDING_NO_DEVICES,
			"NVIDIA_VISIBLE_DEVICES is none: the toolkit gives such a container the "
			"driver's libraries, but no GPU, unless the variable is set at start");
	if (states_gpu(nvidia) && devices->items &&
	    (devices->count == 0 || has_word(devices, "void")))
		return gb_findings_add(
			findings, arena, err, GB_FINDING_NO_DEVICES,
			"NVIDIA_VISIBLE_DEVICES is %s: the toolkit gives such a "
			"container no GPU and checks nothing, unless the variable is "
			"set at start",
			devices->count ? "void" : "empty");
	if (!states_gpu(nvidia) &&
	    ((devices->count > 0 && !has_word(devices, "void") && !has_word(devices, "none")) ||
	     nvidia->driver_capabilities.count > 0))
		return gb_findings_add(findings, arena, err, GB_FINDING_UNSTATED_GPU,
				       "%s is set, but none of NVIDIA_GPU, NVIDIA_REQUIRE_CUDA, "
				       "CUDA_VERSION: the image may use a GPU without saying so",
				       devices->count ? GB_NVIDIA_VISIBLE_DEVICES
						      : GB_NVIDIA_DRIVER_CAPABILITIES);
	return GPUBADGE_OK;
}

/* Mistakes seen in published images. */
static enum gpubadge_code find_slips(const struct gb_environment *environment,
				     struct gb_arena *arena, struct gb_findings *findings,
				     struct gpubadge_error *err)
{
	struct gb_span brand = gb_environment_find(environment, "brand");

	/* ENV NVIDIA_REQUIRE_CUDA=cuda>=12.0 brand=tesla,driver>=450 without quotes. */
	if (memmem(brand.ptr ? brand.ptr : "", brand.len, "driver", strlen("driver")) &&
	    gb_findings_add(
		    findings, arena, err, GB_FINDING_SPLIT_VALUE,
		    "a variable \"brand\" holds a piece of a requirement: quotes are missing "
		    "around the value of NVIDIA_REQUIRE_CUDA in the Dockerfile, so its other "
		    "alternatives are lost"))
		return err->code;
	if (gb_environment_find(environment, "NVIDIA_DISABLE_REQUIRES").ptr)
		return gb_findings_add(
			findings, arena, err, GB_FINDING_MISSPELT_VARIABLE,
			"NVIDIA_DISABLE_REQUIRES has no effect: the variable is called "
			"NVIDIA_DISABLE_REQUIRE");
	return GPUBADGE_OK;
}

static enum gpubadge_code find_duplicates(const struct gb_environment *environment,
					  struct gb_arena *arena, struct gb_findings *findings,
					  struct gpubadge_error *err)
{
	static const char *const names[] = {
		GB_NVIDIA_GPU,
		GB_NVIDIA_REQUIRE_CUDA,
		GB_CUDA_VERSION,
		GB_NVIDIA_VISIBLE_DEVICES,
		GB_NVIDIA_DISABLE_REQUIRE,
		GB_NVIDIA_DRIVER_CAPABILITIES,
	};

	for (size_t n = 0; n < GB_ARRAY_LEN(names); n++) {
		struct gb_span value = gb_environment_find(environment, names[n]);
		struct gb_span name, other = value;

		for (size_t i = 0; i < environment->count && gb_span_equal(other, value); i++) {
			struct gb_span candidate;

			if (gb_environment_split(environment->entries[i], &name, &candidate) &&
			    gb_span_is(name, names[n]) &&
			    gb_span_index(candidate, '\0') == candidate.len)
				other = candidate;
		}
		if (!gb_span_equal(other, value) &&
		    gb_findings_add(findings, arena, err, GB_FINDING_DUPLICATE_VARIABLE,
				    "%s is set more than once; the last value, \"%.*s\", counts",
				    names[n], shown(value), value.ptr))
			return err->code;
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_nvidia_read(const struct gb_environment *environment,
				  const struct gpubadge_limits *limits, struct gb_arena *arena,
				  struct gb_findings *findings,
				  struct gb_nvidia_environment *ret_nvidia,
				  struct gpubadge_error *err)
{
	struct gb_nvidia_environment nvidia = {
		.gpu = find_set(environment, GB_NVIDIA_GPU),
		.require_cuda = find_set(environment, GB_NVIDIA_REQUIRE_CUDA),
		.cuda_version = find_set(environment, GB_CUDA_VERSION),
		.disable_require = gb_environment_find(environment, GB_NVIDIA_DISABLE_REQUIRE),
		.jetpack = states_jetpack(environment),
	};

	nvidia.enforced = !is_go_true(nvidia.disable_require);
	if (gb_environment_check(environment, arena, findings, err) ||
	    find_duplicates(environment, arena, findings, err) ||
	    read_cuda(environment, arena, findings, &nvidia, err) ||
	    read_conditions(environment, limits, arena, &nvidia, err) ||
	    read_words(environment, GB_NVIDIA_VISIBLE_DEVICES, &nvidia, arena,
		       &nvidia.visible_devices, err) ||
	    read_words(environment, GB_NVIDIA_DRIVER_CAPABILITIES, &nvidia, arena,
		       &nvidia.driver_capabilities, err) ||
	    find_devices(&nvidia, arena, findings, err) ||
	    find_slips(environment, arena, findings, err))
		return err->code;
	if ((nvidia.cuda.variable || nvidia.condition_count > 0) && !nvidia.enforced &&
	    gb_findings_add(findings, arena, err, GB_FINDING_REQUIREMENT_NOT_ENFORCED,
			    "NVIDIA_DISABLE_REQUIRE is true: the requirement is stated, but not "
			    "checked when the container starts"))
		return err->code;
	*ret_nvidia = nvidia;
	return GPUBADGE_OK;
}
