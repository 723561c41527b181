/* SPDX-License-Identifier: Apache-2.0 */

/* Servers and what is known of them. Readers of inventories add servers one by one; when all
 * are there the fleet is settled, and every server belongs to a profile: servers of one profile
 * have the same facts, and so the same verdict for every image. */
#ifndef GB_FLEET_FLEET_H
#define GB_FLEET_FLEET_H

#include "base/gb-arena.h"
#include "base/gb-span.h"
#include "require/evaluate.h"

/* Absent spans are unknown. */
struct gb_gpu {
	struct gb_span product; /* "NVIDIA A100-SXM4-40GB" */
	struct gb_span brand;   /* as NVML names it, "Nvidia" */
	struct gb_span arch;    /* compute capability, "8.0" */
	/* Set by the fleet: nobody stated the brand, the product tells it. */
	bool brand_from_product;
};

struct gb_server {
	struct gb_span name;
	struct gb_span driver;       /* "535.183.06" */
	struct gb_span cuda;         /* the newest CUDA that the driver supports, "12.2" */
	struct gb_span architecture; /* of its processors, as images spell it: "amd64" */
	struct gb_span note;         /* a sentence on a fact that is missing, or absent */
	const struct gb_gpu *gpus;   /* NVIDIA GPUs */
	size_t gpu_count;
	bool gpus_known; /* false: there may be any GPUs, or none */
	/* Set by the fleet. */
	bool driver_assumed;  /* it is the one of gb_fleet_settle() */
	bool cuda_from_table; /* nobody stated it, the driver's branch tells it */
	size_t profile;
};

struct gb_profile {
	const struct gb_server *server; /* one of those that have these facts */
	/* What a requirement is compared with: one for each kind of GPU of the server; if its
	 * GPUs are not known, one of which nothing is known. */
	const struct gb_subject *subjects;
	size_t subject_count;
};

struct gb_fleet {
	struct gpubadge_limits limits;
	struct gb_arena arena;
	struct gb_server *servers; /* in the order they were added */
	size_t count;
	size_t capacity;
	struct gb_profile *profiles;
	size_t profile_count;
};

void gb_fleet_init(struct gb_fleet *fleet, const struct gpubadge_limits *limits);
void gb_fleet_done(struct gb_fleet *fleet);

/* Copies SERVER with all it borrows; GPUs of the same kind become one. SCHEMA if it has no name
 * or one of its versions is none; the message names the server and the field. */
enum gpubadge_code gb_fleet_add(struct gb_fleet *fleet, const struct gb_server *server,
				struct gpubadge_error *err) GB_MUST_CHECK;

/* To be called once, after the last server. Where a server states no driver, DRIVER (absent:
 * none) is assumed; where it states no CUDA version, the driver's branch tells it; where a GPU
 * states no brand, its product does, if it is in the table of them. SCHEMA if two servers have
 * the same name. */
enum gpubadge_code gb_fleet_settle(struct gb_fleet *fleet, struct gb_span driver,
				   struct gpubadge_error *err) GB_MUST_CHECK;

#endif
