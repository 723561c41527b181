/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "cli/images.h"

struct explaining {
	const struct cli_options *options;
	struct gpubadge_style style;
	struct cli_output output;
};

/* No file is there, and it has an operator behind a word: "cuda>=12.4", not "dir/a=b.tar" or
 * "oci:a=b". */
static bool is_expression(const char *argument)
{
	size_t word = strcspn(argument, "<>=!/.:");

	return argument[word] && strchr("<>=!", argument[word]) && access(argument, F_OK) != 0;
}

static bool open_expression(struct explaining *explaining, const char *expression,
			    struct gpubadge_result **ret_result)
{
	const struct gpubadge_options how = {
		.size = sizeof(how),
		.limits = &explaining->options->limits,
	};
	struct gpubadge_error err;

	if (!gpubadge_inspect_expression(expression, &how, ret_result, &err))
		return true;
	cli_fail(&err);
	if (explaining->options->mode == CLI_MODE_JSON)
		cli_write_failure(expression, &err, &explaining->style, &explaining->output);
	return false;
}

static enum cli_status explain(struct explaining *explaining, const struct gpubadge_report *report)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (gpubadge_report_explain(report, &explaining->style, &text, &size, &err))
		return cli_fail(&err);
	cli_output_write(&explaining->output, text, size);
	gpubadge_free(text);
	return gpubadge_report_undetermined(report) ? CLI_UNKNOWN : CLI_YES;
}

static enum cli_status explain_one(struct explaining *explaining, const char *argument)
{
	enum cli_status status = CLI_YES;
	struct gpubadge_result *result;

	if (is_expression(argument)
		    ? !open_expression(explaining, argument, &result)
		    : !cli_image_open(argument, explaining->options, &explaining->style,
				      &explaining->output, &result))
		return CLI_TROUBLE;
	for (size_t i = 0; i < gpubadge_result_count(result); i++)
		status = cli_worse(status, explain(explaining, gpubadge_result_report(result, i)));
	gpubadge_result_free(result);
	return status;
}

static enum cli_status run(const struct cli_options *options, char *const *arguments, size_t count)
{
	struct explaining explaining = {.options = options};
	enum cli_status status;

	if (count > 1) {
		cli_complain("explain takes one image or expression, found %zu arguments; put an "
			     "expression in quotes",
			     count);
		return CLI_TROUBLE;
	}
	if (!cli_images_check(options, arguments, count) ||
	    !cli_output_open(&explaining.output, options->output))
		return CLI_TROUBLE;
	explaining.style = cli_style(options, &explaining.output, GPUBADGE_DOCUMENT_EXPLANATION);
	status = explain_one(&explaining, arguments[0]);
	if (!cli_output_close(&explaining.output))
		status = CLI_TROUBLE;
	return status;
}

const struct cli_command cli_explain = {
	.name = "explain",
	.arguments = "IMAGE|EXPRESSION",
	.summary = "put a requirement into words",
	.verb = CLI_VERB_EXPLAIN,
	.run = run,
};
