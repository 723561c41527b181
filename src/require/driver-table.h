/* SPDX-License-Identifier: Apache-2.0 */

/* CUDA versions and drivers: static tables generated from cuda-drivers.json, which names the
 * source of every row, and the questions asked of them. */
#ifndef GB_REQUIRE_DRIVER_TABLE_H
#define GB_REQUIRE_DRIVER_TABLE_H

#include <stddef.h>

#include "base/gb-span.h"

struct gb_cuda_release {
	const char *version; /* "12.4.1" */
	const char *name;    /* "12.4 Update 1" */
	const char *driver;  /* lowest Linux x86_64 driver; NULL if no source says */
	const char *source;
};

/* CUDA minor-version compatibility: from this driver on, programs of the major version run
 * that use nothing newer than the driver. */
struct gb_cuda_major {
	const char *major;
	const char *driver;
	const char *source;
};

struct gb_driver_branch_row {
	const char *branch; /* "550" */
	const char *cuda;   /* the CUDA version it reports; NULL if no source says */
	const char *basis;
};

extern const char gb_driver_table_date[];               /* "2026-08" */
extern const struct gb_cuda_release gb_cuda_releases[]; /* rising versions */
extern const size_t gb_cuda_release_count;
extern const struct gb_cuda_major gb_cuda_majors[];
extern const size_t gb_cuda_major_count;
extern const struct gb_driver_branch_row gb_driver_branches[]; /* rising branches */
extern const size_t gb_driver_branch_count;

enum gb_bound { GB_BOUND_INCLUDED, GB_BOUND_EXCLUDED };

/* The lowest CUDA version a driver can report that is at least VERSION (or above it, where the
 * bound is excluded), and the lowest driver that reports it. Drivers report MAJOR.MINOR: a
 * floor of 12.4.1 is first met by 12.5. False if the tables know none: VERSION is newer than
 * they are. */
bool gb_driver_for_cuda(struct gb_span version, enum gb_bound bound, struct gb_span *ret_cuda,
			struct gb_span *ret_driver);

/* The CUDA version that DRIVER, a valid version, reports by its branch; absent if the tables do
 * not know the branch. */
struct gb_span gb_cuda_of_driver(struct gb_span driver);

#endif
