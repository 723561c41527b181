/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/output.h"

static enum cli_status run(const struct cli_options *options, char *const *arguments, size_t count)
{
	struct cli_output output;

	if (count > 0) {
		cli_complain("schema takes no argument, found \"%s\"", arguments[0]);
		return CLI_TROUBLE;
	}
	if (!cli_output_open(&output, options->output))
		return CLI_TROUBLE;
	cli_output_write(&output, gpubadge_schema(), strlen(gpubadge_schema()));
	return cli_output_close(&output) ? CLI_YES : CLI_TROUBLE;
}

const struct cli_command cli_schema = {
	.name = "schema",
	.arguments = "",
	.summary = "print the JSON Schema of --json",
	.verb = CLI_VERB_SCHEMA,
	.run = run,
};
