/* SPDX-License-Identifier: Apache-2.0 */
#include "image/reference.h"

#include <stdlib.h>
#include <string.h>

#include "expect.h"

static bool matches(const char *wanted, const char *name)
{
	return gb_reference_matches(gb_span_of(wanted), gb_span_of(name));
}

Test(reference, matches_as_written)
{
	cr_expect(matches("latest", "latest"));
	cr_expect(matches("some thing: else", "some thing: else"));
	cr_expect_not(matches("latest", "late"));
}

/* distribution's reference package: docker.io/, library/ and :latest are implied. */
Test(reference, matches_with_dockers_defaults_filled_in)
{
	static const char full[] = "docker.io/library/ubuntu:latest";

	cr_expect(matches("ubuntu", full));
	cr_expect(matches("ubuntu:latest", full));
	cr_expect(matches("library/ubuntu", full));
	cr_expect(matches("docker.io/library/ubuntu", full));
	cr_expect(matches("docker.io/ubuntu", full));
	cr_expect(matches(full, "ubuntu"));
	cr_expect(matches("nvidia/cuda:12.4", "docker.io/nvidia/cuda:12.4"));
}

Test(reference, does_not_match_another_tag_repository_or_registry)
{
	static const char full[] = "docker.io/library/ubuntu:latest";

	cr_expect_not(matches("ubuntu:24.04", full));
	cr_expect_not(matches("debian", full));
	cr_expect_not(matches("quay.io/library/ubuntu", full));
	cr_expect_not(matches("nvidia/ubuntu", full));
}

Test(reference, knows_a_registry_by_its_dot_port_or_name)
{
	cr_expect(matches("quay.io/a", "quay.io/a:latest"));
	cr_expect(matches("host:5000/a", "host:5000/a:latest"));
	cr_expect(matches("localhost/a", "localhost/a:latest"));
	cr_expect_not(matches("localhost/a", "docker.io/localhost/a:latest"));
	cr_expect(matches("localhosts/a", "docker.io/localhosts/a:latest"));
}

Test(reference, adds_no_tag_behind_a_digest)
{
	cr_expect(matches("ubuntu@sha256:ab", "docker.io/library/ubuntu@sha256:ab"));
	cr_expect_not(matches("ubuntu@sha256:ab", "ubuntu"));
}

Test(reference, matches_no_endless_names)
{
	char *name = malloc(5000);

	memset(name, 'a', 4999);
	name[4999] = '\0';
	cr_expect(matches(name, name));
	cr_expect_not(matches(name, "docker.io/library/a:latest"));
	name[1020] = '\0';
	cr_expect_not(matches(name, "a"));
	free(name);
}

Test(reference, is_a_position_behind_an_at_sign)
{
	uint64_t position = 99;

	cr_expect(gb_reference_is_position(SPAN("@0"), &position));
	cr_expect_eq(position, 0);
	cr_expect(gb_reference_is_position(SPAN("@12"), &position));
	cr_expect_eq(position, 12);
}

Test(reference, is_no_position_otherwise)
{
	static const char *const table[] = {"", "0", "@", "@-1", "@1x", "name@1", "@ 1"};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		uint64_t position = 99;

		cr_expect_not(gb_reference_is_position(gb_span_of(table[i]), &position), "%s",
			      table[i]);
		cr_expect_eq(position, 99);
	}
}
