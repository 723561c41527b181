/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

static enum cli_status run(const struct cli_options *options, char *const *arguments, size_t count)
{
	struct gpubadge_style style = {.size = sizeof(style)};
	struct cli_output output;
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (count > 0) {
		cli_complain("tables takes no argument, found \"%s\"", arguments[0]);
		return CLI_TROUBLE;
	}
	if (!cli_output_open(&output, options->output))
		return CLI_TROUBLE;
	style.format = options->mode == CLI_MODE_JSON ? GPUBADGE_FORMAT_JSON : GPUBADGE_FORMAT_TEXT;
	style.indent = output.is_terminal;
	if (gpubadge_tables_render(&style, &text, &size, &err)) {
		cli_complain("%s", err.text);
		cli_output_close(&output);
		return CLI_TROUBLE;
	}
	cli_output_write(&output, text, size);
	gpubadge_free(text);
	return cli_output_close(&output) ? CLI_YES : CLI_TROUBLE;
}

const struct cli_command cli_tables = {
	.name = "tables",
	.arguments = "",
	.summary = "print the CUDA and driver tables with their sources",
	.verb = CLI_VERB_TABLES,
	.run = run,
};
