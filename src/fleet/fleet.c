/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gb-limits.h"
#include "fleet/product-brand.h"
#include "require/driver-table.h"
#include "require/version.h"

/* Bytes of a foreign value that a message shows. */
#define VALUE_SHOWN 60

void gb_fleet_init(struct gb_fleet *fleet, const struct gpubadge_limits *limits)
{
	*fleet = (struct gb_fleet){.limits = *limits};
	gb_arena_init(&fleet->arena, limits->result_bytes);
}

void gb_fleet_done(struct gb_fleet *fleet)
{
	gb_arena_done(&fleet->arena);
	*fleet = (struct gb_fleet){.count = 0};
}

static int shown(struct gb_span value)
{
	return (int)gb_span_cut(value, VALUE_SHOWN).len;
}

/* FIELD of the server NAME holds VALUE, which has to be a version where it is stated. */
static enum gpubadge_code check_version(struct gb_span name, const char *field,
					struct gb_span value, struct gpubadge_error *err)
{
	if (!value.ptr || gb_version_is_valid(value))
		return GPUBADGE_OK;
	return gb_error_set(err, GPUBADGE_E_SCHEMA,
			    "server \"%.*s\": %s: \"%.*s\" is no version (digits and dots, at most "
			    "100 of them)",
			    shown(name), name.ptr, field, shown(value), value.ptr);
}

static enum gpubadge_code check_server(const struct gb_server *server, struct gpubadge_error *err)
{
	if (server->name.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "a server has an empty name");
	if (check_version(server->name, "driver", server->driver, err) ||
	    check_version(server->name, "cuda", server->cuda, err))
		return err->code;
	for (size_t i = 0; i < server->gpu_count; i++) {
		char field[40];

		snprintf(field, sizeof(field), "gpus[%zu].arch", i);
		if (check_version(server->name, field, server->gpus[i].arch, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

/* A copy of the span in the fleet; absent stays absent. */
static bool keep(struct gb_fleet *fleet, struct gb_span *span, struct gpubadge_error *err)
{
	const char *copy;

	if (!span->ptr)
		return true;
	copy = gb_arena_copy(&fleet->arena, *span, err);
	if (copy)
		span->ptr = copy;
	return copy != NULL;
}

/* Texts in the order of their bytes, an absent one first. */
static int compare_spans(struct gb_span a, struct gb_span b)
{
	int order;

	if (!a.ptr || !b.ptr)
		return (a.ptr != NULL) - (b.ptr != NULL);
	order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_gpus(const void *a, const void *b)
{
	const struct gb_gpu *left = a, *right = b;
	int order = compare_spans(left->product, right->product);

	if (!order)
		order = compare_spans(left->brand, right->brand);
	return order ? order : compare_spans(left->arch, right->arch);
}

/* One of each kind of GPU, in a fixed order. */
static enum gpubadge_code keep_gpus(struct gb_fleet *fleet, struct gb_server *server,
				    struct gpubadge_error *err)
{
	struct gb_gpu *gpus;
	size_t kinds = 0;

	if (server->gpu_count == 0)
		return GPUBADGE_OK;
	gpus = gb_arena_alloc(&fleet->arena, server->gpu_count * sizeof(*gpus), err);
	if (!gpus)
		return err->code;
	memcpy(gpus, server->gpus, server->gpu_count * sizeof(*gpus));
	qsort(gpus, server->gpu_count, sizeof(*gpus), compare_gpus);
	for (size_t i = 0; i < server->gpu_count; i++)
		if (kinds == 0 || compare_gpus(&gpus[kinds - 1], &gpus[i]) != 0)
			gpus[kinds++] = gpus[i];
	for (size_t i = 0; i < kinds; i++)
		if (!keep(fleet, &gpus[i].product, err) || !keep(fleet, &gpus[i].brand, err) ||
		    !keep(fleet, &gpus[i].arch, err))
			return err->code;
	server->gpus = gpus;
	server->gpu_count = kinds;
	return GPUBADGE_OK;
}

enum gpubadge_code gb_fleet_add(struct gb_fleet *fleet, const struct gb_server *server,
				struct gpubadge_error *err)
{
	struct gb_server copy = *server;
	struct gb_server *servers;

	if (check_server(server, err))
		return err->code;
	if (fleet->count == fleet->limits.fleet_servers)
		return gb_limit_exceeded(err, "fleet_servers",
					 "more servers than the limit of %llu",
					 (unsigned long long)fleet->limits.fleet_servers);
	if (!keep(fleet, &copy.name, err) || !keep(fleet, &copy.driver, err) ||
	    !keep(fleet, &copy.cuda, err) || !keep(fleet, &copy.architecture, err) ||
	    !keep(fleet, &copy.note, err) || keep_gpus(fleet, &copy, err))
		return err->code;
	servers = gb_arena_grow(&fleet->arena, fleet->servers, fleet->count, &fleet->capacity,
				sizeof(*servers), err);
	if (!servers)
		return err->code;
	servers[fleet->count++] = copy;
	fleet->servers = servers;
	return GPUBADGE_OK;
}

/* What nobody stated and something else tells. */
static void complete(struct gb_server *server, struct gb_span driver)
{
	struct gb_gpu *gpus = (struct gb_gpu *)server->gpus; /* the fleet's own copy */

	if (!server->driver.ptr && driver.ptr && (server->gpu_count > 0 || !server->gpus_known)) {
		server->driver = driver;
		server->driver_assumed = true;
		if (server->gpus_known)
			server->note = (struct gb_span){NULL, 0}; /* the driver was missing */
	}
	if (!server->cuda.ptr && server->driver.ptr) {
		server->cuda = gb_cuda_of_driver(server->driver);
		server->cuda_from_table = server->cuda.ptr != NULL;
		if (!server->cuda.ptr && !server->note.ptr)
			server->note = gb_span_of("the tables do not know the CUDA version of this "
						  "driver; state it in the inventory");
	}
	for (size_t i = 0; i < server->gpu_count; i++) {
		if (gpus[i].brand.ptr || !gpus[i].product.ptr)
			continue;
		gpus[i].brand = gb_product_brand_find(gpus[i].product);
		gpus[i].brand_from_product = gpus[i].brand.ptr != NULL;
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct gb_server *left = *(const struct gb_server *const *)a;
	const struct gb_server *right = *(const struct gb_server *const *)b;

	return compare_spans(left->name, right->name);
}

static enum gpubadge_code refuse_same_names(struct gb_server *const *sorted, size_t count,
					    struct gpubadge_error *err)
{
	for (size_t i = 1; i < count; i++) {
		struct gb_span name = sorted[i]->name;

		if (compare_spans(sorted[i - 1]->name, name) == 0)
			return gb_error_set(err, GPUBADGE_E_SCHEMA,
					    "server \"%.*s\" is listed twice; names have to be "
					    "unique",
					    shown(name), name.ptr);
	}
	return GPUBADGE_OK;
}

/* Equal for servers that no image can tell apart. */
static int compare_facts(const void *a, const void *b)
{
	const struct gb_server *left = *(const struct gb_server *const *)a;
	const struct gb_server *right = *(const struct gb_server *const *)b;
	int order = compare_spans(left->driver, right->driver);

	if (!order)
		order = compare_spans(left->cuda, right->cuda);
	if (!order)
		order = compare_spans(left->architecture, right->architecture);
	if (!order)
		order = compare_spans(left->note, right->note);
	if (!order)
		order = (left->gpus_known > right->gpus_known) -
			(left->gpus_known < right->gpus_known);
	if (!order)
		order = (left->driver_assumed > right->driver_assumed) -
			(left->driver_assumed < right->driver_assumed);
	if (!order)
		order = (left->cuda_from_table > right->cuda_from_table) -
			(left->cuda_from_table < right->cuda_from_table);
	if (!order)
		order = (left->gpu_count > right->gpu_count) - (left->gpu_count < right->gpu_count);
	for (size_t i = 0; !order && i < left->gpu_count; i++) {
		order = compare_gpus(&left->gpus[i], &right->gpus[i]);
		if (!order)
			order = left->gpus[i].brand_from_product -
				right->gpus[i].brand_from_product;
	}
	return order;
}

static enum gpubadge_code add_profile(struct gb_fleet *fleet, const struct gb_server *server,
				      struct gpubadge_error *err)
{
	size_t count = server->gpus_known ? server->gpu_count : 1;
	struct gb_subject *subjects;

	subjects = gb_arena_alloc(&fleet->arena, (count + 1) * sizeof(*subjects), err);
	if (!subjects)
		return err->code;
	for (size_t i = 0; i < count; i++) {
		gb_subject_set(&subjects[i], GB_PROPERTY_CUDA, server->cuda);
		gb_subject_set(&subjects[i], GB_PROPERTY_DRIVER, server->driver);
		if (!server->gpus_known)
			continue;
		gb_subject_set(&subjects[i], GB_PROPERTY_ARCH, server->gpus[i].arch);
		gb_subject_set(&subjects[i], GB_PROPERTY_BRAND, server->gpus[i].brand);
	}
	fleet->profiles[fleet->profile_count++] = (struct gb_profile){server, subjects, count};
	return GPUBADGE_OK;
}

static enum gpubadge_code number_profiles(struct gb_fleet *fleet, struct gb_server **sorted,
					  struct gpubadge_error *err)
{
	fleet->profiles = gb_arena_alloc(&fleet->arena,
					 (fleet->count + 1) * sizeof(*fleet->profiles), err);
	if (!fleet->profiles)
		return err->code;
	for (size_t i = 0; i < fleet->count; i++) {
		if ((i == 0 || compare_facts(&sorted[i - 1], &sorted[i]) != 0) &&
		    add_profile(fleet, sorted[i], err))
			return err->code;
		sorted[i]->profile = fleet->profile_count - 1;
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_fleet_settle(struct gb_fleet *fleet, struct gb_span driver,
				   struct gpubadge_error *err)
{
	struct gb_server **sorted = gb_arena_alloc(&fleet->arena,
						   (fleet->count + 1) * sizeof(*sorted), err);

	if (!sorted || !keep(fleet, &driver, err))
		return err->code;
	for (size_t i = 0; i < fleet->count; i++) {
		sorted[i] = &fleet->servers[i];
		complete(sorted[i], driver);
	}
	qsort(sorted, fleet->count, sizeof(struct gb_server *), compare_names);
	if (refuse_same_names(sorted, fleet->count, err))
		return err->code;
	qsort(sorted, fleet->count, sizeof(struct gb_server *), compare_facts);
	return number_profiles(fleet, sorted, err);
}
