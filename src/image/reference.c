/* SPDX-License-Identifier: Apache-2.0 */
#include "image/reference.h"

#include <stdio.h>
#include <string.h>

/* The first component is a registry if it could be a host: distribution's reference package. */
static bool starts_with_host(struct gb_span name)
{
	size_t slash = gb_span_index(name, '/');
	struct gb_span first = {name.ptr, slash};

	return slash < name.len &&
	       (gb_span_index(first, '.') < first.len || gb_span_index(first, ':') < first.len ||
		gb_span_is(first, "localhost"));
}

/* Is there a tag or digest behind the last "/"? */
static bool has_tag(struct gb_span name)
{
	size_t slash = gb_span_index(name, '/');

	while (slash < name.len) {
		name = gb_span_from(name, slash + 1);
		slash = gb_span_index(name, '/');
	}
	return gb_span_index(name, ':') < name.len || gb_span_index(name, '@') < name.len;
}

bool gb_reference_complete(struct gb_span name, char out[GB_REFERENCE_BYTES])
{
	const char *host = starts_with_host(name) ? "" : "docker.io/";
	const char *library = "";
	int length;

	if (gb_span_starts(name, "docker.io/")) {
		name = gb_span_from(name, strlen("docker.io/"));
		host = "docker.io/";
	}
	if (host[0] && gb_span_index(name, '/') == name.len)
		library = "library/";
	length = snprintf(out, GB_REFERENCE_BYTES, "%s%s%.*s%s", host, library, (int)name.len,
			  name.ptr, has_tag(name) ? "" : ":latest");
	return length >= 0 && length < GB_REFERENCE_BYTES;
}

bool gb_reference_matches(struct gb_span wanted, struct gb_span name)
{
	char left[GB_REFERENCE_BYTES], right[GB_REFERENCE_BYTES];

	if (gb_span_equal(wanted, name))
		return true;
	return wanted.len < GB_REFERENCE_BYTES && name.len < GB_REFERENCE_BYTES &&
	       gb_reference_complete(wanted, left) && gb_reference_complete(name, right) &&
	       strcmp(left, right) == 0;
}

bool gb_reference_is_position(struct gb_span reference, uint64_t *ret_position)
{
	return gb_span_starts(reference, "@") &&
	       gb_span_number(gb_span_from(reference, 1), ret_position);
}
