/* SPDX-License-Identifier: Apache-2.0 */

/* Fleets and matches: the handles of the public header. */
#include <stdlib.h>
#include <string.h>

#include "api/result.h"
#include "base/gb-limits.h"
#include "fleet/catalog.h"
#include "fleet/host.h"
#include "fleet/inventory.h"
#include "report/match.h"
#include "require/version.h"

struct gpubadge_fleet {
	struct gb_fleet fleet;
	bool settled;
};

/* Hands the error over where the caller wants it. */
static enum gpubadge_code answer(const struct gpubadge_error *own, struct gpubadge_error *err)
{
	if (err)
		*err = *own;
	return own->code;
}

enum gpubadge_code gpubadge_fleet_new(const struct gpubadge_limits *limits,
				      struct gpubadge_fleet **ret_fleet, struct gpubadge_error *err)
{
	const struct gpubadge_limits merged = gb_limits_merge(limits);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gpubadge_fleet *fleet = calloc(1, sizeof(*fleet));

	if (fleet) {
		gb_fleet_init(&fleet->fleet, &merged);
		*ret_fleet = fleet;
	} else {
		gb_error_set_nomem(&own);
	}
	return answer(&own, err);
}

/* Servers are added before the fleet is settled. */
static enum gpubadge_code check_open(const struct gpubadge_fleet *fleet, struct gpubadge_error *own)
{
	if (!fleet->settled)
		return GPUBADGE_OK;
	return gb_error_set(own, GPUBADGE_E_USAGE,
			    "the fleet is settled: servers are added before that");
}

/* Servers that came before a failure are not kept. */
static enum gpubadge_code finish_adding(struct gpubadge_fleet *fleet, size_t before,
					const struct gpubadge_error *own,
					struct gpubadge_error *err)
{
	if (own->code)
		fleet->fleet.count = before;
	return answer(own, err);
}

/* "gpu-1" of "inventories/gpu-1.csv". */
static struct gb_span server_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct gb_span name = gb_span_of(slash ? slash + 1 : path);
	const char *dot = memrchr(name.ptr, '.', name.len);

	if (dot && dot != name.ptr)
		name.len = (size_t)(dot - name.ptr);
	return name;
}

enum gpubadge_code gpubadge_fleet_add_inventory(struct gpubadge_fleet *fleet, int fd,
						const char *name, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	size_t before = fleet->fleet.count;

	if (!check_open(fleet, &own) &&
	    gb_inventory_read(&fleet->fleet, fd, server_name(name), &own))
		gb_error_wrap(&own, "%s", name);
	return finish_adding(fleet, before, &own, err);
}

enum gpubadge_code gpubadge_fleet_add_host(struct gpubadge_fleet *fleet, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	size_t before = fleet->fleet.count;

	if (!check_open(fleet, &own) && gb_host_add(&fleet->fleet, &gb_host_sources, &own))
		gb_error_wrap(&own, "this host");
	return finish_adding(fleet, before, &own, err);
}

enum gpubadge_code gpubadge_fleet_add_catalog(struct gpubadge_fleet *fleet, const char *provider,
					      struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	size_t before = fleet->fleet.count;

	if (check_open(fleet, &own) || gb_catalog_add(&fleet->fleet, provider, &own))
		return finish_adding(fleet, before, &own, err);
	return answer(&own, err);
}

enum gpubadge_code gpubadge_fleet_settle(struct gpubadge_fleet *fleet, const char *driver,
					 struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};

	if (driver && !gb_version_is_valid(gb_span_of(driver)))
		gb_error_set(&own, GPUBADGE_E_USAGE,
			     "driver \"%s\" is no version; write one as in 550.54.15 or 550",
			     driver);
	else if (fleet->settled)
		gb_error_set(&own, GPUBADGE_E_USAGE, "the fleet is settled already");
	else if (!gb_fleet_settle(&fleet->fleet, gb_span_of(driver), &own))
		fleet->settled = true;
	return answer(&own, err);
}

size_t gpubadge_fleet_count(const struct gpubadge_fleet *fleet)
{
	return fleet->fleet.count;
}

const char *gpubadge_fleet_name(const struct gpubadge_fleet *fleet, size_t index)
{
	return index < fleet->fleet.count ? fleet->fleet.servers[index].name.ptr : NULL;
}

void gpubadge_fleet_free(struct gpubadge_fleet *fleet)
{
	if (!fleet)
		return;
	gb_fleet_done(&fleet->fleet);
	free(fleet);
}

/* --- matches --- */

/* What REPORT asks of a server; lives in ARENA, and borrows from REPORT. */
static enum gpubadge_code read_demand(const struct gpubadge_report *report, struct gb_arena *arena,
				      struct gb_demand *ret_demand, struct gpubadge_error *err)
{
	struct gb_named_requirement *requirements =
		gb_arena_alloc(arena, (report->condition_count + 1) * sizeof(*requirements), err);
	struct gb_demand demand = {
		.gpu = gb_report_has_badge(report),
		.enforced = report->nvidia.enforced,
		.unreadable = report->nvidia.cuda_unreadable,
		.requirements = requirements,
		.architecture = gb_span_of(report->image.platform.architecture),
	};

	if (!requirements)
		return err->code;
	if (gb_version_is_valid(report->nvidia.cuda_version))
		demand.cuda = gb_version_major_minor(report->nvidia.cuda_version);
	else
		demand.cuda = report->floor.cuda;
	if (report->nvidia.cuda.variable)
		requirements[demand.count++] = (struct gb_named_requirement){
			report->nvidia.cuda.variable, &report->requirement};
	for (size_t i = 0; i < report->condition_count; i++)
		requirements[demand.count++] = (struct gb_named_requirement){
			report->conditions[i].stated.variable, &report->conditions[i].requirement};
	*ret_demand = demand;
	return GPUBADGE_OK;
}

static enum gpubadge_code judge_all(struct gpubadge_match *match, struct gpubadge_error *err)
{
	const struct gb_fleet *fleet = match->fleet;

	match->verdicts = gb_arena_alloc(&match->arena,
					 (fleet->profile_count + 1) * sizeof(*match->verdicts),
					 err);
	if (!match->verdicts)
		return err->code;
	for (size_t i = 0; i < fleet->profile_count; i++) {
		struct gb_verdict verdict = gb_judge(&match->demand, &fleet->profiles[i]);

		match->verdicts[i] = (struct gb_small_verdict){(uint8_t)verdict.truth,
							       (uint8_t)verdict.tier};
	}
	for (size_t i = 0; i < fleet->count; i++)
		match->counts[gb_match_verdict(match, i).truth]++;
	return GPUBADGE_OK;
}

enum gpubadge_code gpubadge_match_new(const struct gpubadge_report *report,
				      const struct gpubadge_fleet *fleet,
				      struct gpubadge_match **ret_match, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gpubadge_match *match = calloc(1, sizeof(*match));

	if (!match) {
		gb_error_set_nomem(&own);
		return answer(&own, err);
	}
	if (!fleet->settled) {
		free(match);
		gb_error_set(&own, GPUBADGE_E_USAGE, "the fleet is not settled");
		return answer(&own, err);
	}
	match->report = report;
	match->fleet = &fleet->fleet;
	gb_arena_init(&match->arena, fleet->fleet.limits.result_bytes);
	if (read_demand(report, &match->arena, &match->demand, &own) || judge_all(match, &own))
		gpubadge_match_free(match);
	else
		*ret_match = match;
	return answer(&own, err);
}

void gpubadge_match_free(struct gpubadge_match *match)
{
	if (!match)
		return;
	gb_arena_done(&match->arena);
	free(match);
}

static enum gb_truth truth_of(enum gpubadge_verdict verdict)
{
	static const enum gb_truth truths[] = {
		[GPUBADGE_NO] = GB_NO,
		[GPUBADGE_UNKNOWN] = GB_UNKNOWN,
		[GPUBADGE_YES] = GB_YES,
	};

	return (size_t)verdict < GB_ARRAY_LEN(truths) ? truths[verdict] : GB_UNKNOWN;
}

enum gpubadge_verdict gpubadge_match_verdict(const struct gpubadge_match *match, size_t index)
{
	static const enum gpubadge_verdict verdicts[] = {
		[GB_NO] = GPUBADGE_NO,
		[GB_UNKNOWN] = GPUBADGE_UNKNOWN,
		[GB_YES] = GPUBADGE_YES,
	};

	return index < match->fleet->count ? verdicts[gb_match_verdict(match, index).truth]
					   : GPUBADGE_UNKNOWN;
}

size_t gpubadge_match_count(const struct gpubadge_match *match, enum gpubadge_verdict verdict)
{
	return match->counts[truth_of(verdict)];
}

enum gpubadge_code gpubadge_match_render(const struct gpubadge_match *match,
					 const struct gpubadge_style *style, char **ret_text,
					 size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	const struct gb_match_format *format = gb_match_format(merged.format);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	if (!format)
		gb_error_set(&own, GPUBADGE_E_USAGE, "unknown format %d", (int)merged.format);
	else if (format->write(match, &merged, &out, &own))
		gb_bytes_done(&out);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}

enum gpubadge_code gpubadge_match_names(const struct gpubadge_match *match, char **ret_text,
					size_t *ret_size, struct gpubadge_error *err)
{
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	gb_match_write_names(match, &out);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}

static bool are_of_one_fleet(const struct gpubadge_match *const *matches, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (matches[i]->fleet != matches[0]->fleet)
			return false;
	return true;
}

enum gpubadge_code gpubadge_matrix_render(const struct gpubadge_match *const *matches, size_t count,
					  const struct gpubadge_style *style, char **ret_text,
					  size_t *ret_size, struct gpubadge_error *err)
{
	const struct gpubadge_style merged = gb_style_merge(style);
	struct gpubadge_error own = {.code = GPUBADGE_OK};
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);

	if (merged.format != GPUBADGE_FORMAT_TEXT)
		gb_error_set(&own, GPUBADGE_E_USAGE, "a matrix is text alone");
	else if (!are_of_one_fleet(matches, count))
		gb_error_set(&own, GPUBADGE_E_USAGE, "matches of different fleets");
	else
		gb_matrix_write(matches, count, &merged, &out);
	return gb_hand_over(&out, ret_text, ret_size, &own, err);
}
