/* SPDX-License-Identifier: Apache-2.0 */

/* A program of somebody else, built against the installed library. */
#include <gpubadge/gpubadge.h>

#include <stdio.h>

int main(int argc, char **argv)
{
	struct gpubadge_options options = {.size = sizeof(options), .platform = "linux/amd64"};
	struct gpubadge_result *result;
	struct gpubadge_error err;
	char *minimum;

	if (argc != 2)
		return 2;
	if (gpubadge_inspect(argv[1], &options, &result, &err)) {
		fprintf(stderr, "%s: %s\n", gpubadge_code_name(err.code), err.text);
		return 2;
	}
	for (size_t i = 0; i < gpubadge_result_count(result); i++) {
		const struct gpubadge_report *report = gpubadge_result_report(result, i);

		if (gpubadge_report_value(report, "cuda.requirement.minimum", &minimum, &err))
			return 2;
		printf("gpu %d, cuda %s", gpubadge_report_gpu(report), minimum);
		gpubadge_free(minimum);
	}
	gpubadge_result_free(result);
	return 0;
}
