/* SPDX-License-Identifier: Apache-2.0 */
#include "require/driver-table.h"

#include "require/version.h"

static struct gb_span series(const struct gb_cuda_release *release)
{
	return gb_version_major_minor(gb_span_of(release->version));
}

static bool reaches(struct gb_span reported, struct gb_span version, enum gb_bound bound)
{
	int order = gb_version_compare(reported, version);

	return bound == GB_BOUND_INCLUDED ? order >= 0 : order > 0;
}

/* The first release in rising order whose MAJOR.MINOR reaches VERSION is the first of its
 * series, whose driver is the lowest. */
static const struct gb_cuda_release *first_release(struct gb_span version, enum gb_bound bound)
{
	for (size_t i = 0; i < gb_cuda_release_count; i++)
		if (gb_cuda_releases[i].driver &&
		    reaches(series(&gb_cuda_releases[i]), version, bound))
			return &gb_cuda_releases[i];
	return NULL;
}

static const struct gb_driver_branch_row *first_branch(struct gb_span version, enum gb_bound bound)
{
	for (size_t i = 0; i < gb_driver_branch_count; i++)
		if (gb_driver_branches[i].cuda &&
		    reaches(gb_span_of(gb_driver_branches[i].cuda), version, bound))
			return &gb_driver_branches[i];
	return NULL;
}

bool gb_driver_for_cuda(struct gb_span version, enum gb_bound bound, struct gb_span *ret_cuda,
			struct gb_span *ret_driver)
{
	const struct gb_cuda_release *release = first_release(version, bound);
	const struct gb_driver_branch_row *branch = first_branch(version, bound);

	/* A branch may report a CUDA version that no toolkit has: R565 reports 12.7. */
	if (branch &&
	    (!release || gb_version_compare(gb_span_of(branch->cuda), series(release)) < 0)) {
		*ret_cuda = gb_span_of(branch->cuda);
		*ret_driver = gb_span_of(branch->branch);
		return true;
	}
	if (!release)
		return false;
	*ret_cuda = series(release);
	*ret_driver = gb_span_of(release->driver);
	return true;
}

struct gb_span gb_cuda_of_driver(struct gb_span driver)
{
	struct gb_span branch = {driver.ptr, gb_span_index(driver, '.')};

	for (size_t i = 0; i < gb_driver_branch_count; i++)
		if (gb_version_compare(gb_span_of(gb_driver_branches[i].branch), branch) == 0)
			return gb_span_of(gb_driver_branches[i].cuda);
	return (struct gb_span){NULL, 0};
}
