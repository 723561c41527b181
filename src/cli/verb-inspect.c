/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

/* What a run over all images carries along. */
struct inspection {
	const struct cli_options *options;
	struct gpubadge_style style;
	struct cli_output output;
};

static bool is_stdin(const char *image)
{
	return strcmp(image, "-") == 0;
}

static enum cli_status complain_about(const struct gpubadge_error *err)
{
	cli_complain("%s", err->text);
	return CLI_TROUBLE;
}

/* Gives TEXT to the output and frees it. */
static enum cli_status write_text(struct inspection *inspection, char *text, size_t size)
{
	cli_output_write(&inspection->output, text, size);
	gpubadge_free(text);
	return CLI_YES;
}

static enum cli_status write_config(struct inspection *inspection,
				    const struct gpubadge_report *report)
{
	size_t size;
	const char *config = gpubadge_report_config(report, &size);

	cli_output_write_foreign(&inspection->output, config, size);
	return CLI_YES;
}

static enum cli_status write_value(struct inspection *inspection,
				   const struct gpubadge_report *report)
{
	struct gpubadge_error err;
	char *text;

	if (gpubadge_report_value(report, inspection->options->get, &text, &err))
		return complain_about(&err);
	return write_text(inspection, text, strlen(text));
}

static enum cli_status write_report(struct inspection *inspection,
				    const struct gpubadge_report *report)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	switch (inspection->options->mode) {
	case CLI_MODE_QUIET:
		return CLI_YES;
	case CLI_MODE_RAW_CONFIG:
		return write_config(inspection, report);
	case CLI_MODE_GET:
		return write_value(inspection, report);
	case CLI_MODE_TEXT:
	case CLI_MODE_JSON:
		break;
	}
	if (gpubadge_report_render(report, &inspection->style, &text, &size, &err))
		return complain_about(&err);
	return write_text(inspection, text, size);
}

/* What the report means for the exit status. */
static enum cli_status judge(const struct cli_options *options,
			     const struct gpubadge_report *report)
{
	if (options->exit_code)
		return gpubadge_report_gpu(report) ? CLI_YES : CLI_NO;
	return gpubadge_report_undetermined(report) ? CLI_UNKNOWN : CLI_YES;
}

static enum cli_status fail(struct inspection *inspection, const char *image,
			    const struct gpubadge_error *failure)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	complain_about(failure);
	if (inspection->options->mode == CLI_MODE_JSON) {
		if (gpubadge_failure_render(image, failure, &inspection->style, &text, &size, &err))
			return complain_about(&err);
		write_text(inspection, text, size);
	}
	return CLI_TROUBLE;
}

static enum cli_status refuse_configs(void)
{
	cli_complain("--raw-config prints one config, and there are more; pick an image with --ref "
		     "or --platform");
	return CLI_TROUBLE;
}

static enum cli_status inspect_one(struct inspection *inspection, const char *image)
{
	const struct gpubadge_options options = {
		.size = sizeof(options),
		.platform = inspection->options->platform,
		.reference = inspection->options->reference,
		.limits = &inspection->options->limits,
	};
	enum cli_status status = CLI_YES;
	struct gpubadge_result *result;
	struct gpubadge_error err;
	enum gpubadge_code code;

	code = is_stdin(image) ? gpubadge_inspect_fd(STDIN_FILENO, image, &options, &result, &err)
			       : gpubadge_inspect(image, &options, &result, &err);
	if (code)
		return fail(inspection, image, &err);
	if (inspection->options->mode == CLI_MODE_RAW_CONFIG && gpubadge_result_count(result) > 1) {
		gpubadge_result_free(result);
		return refuse_configs();
	}
	for (size_t i = 0; i < gpubadge_result_count(result); i++) {
		const struct gpubadge_report *report = gpubadge_result_report(result, i);

		status = cli_worse(status, write_report(inspection, report));
		status = cli_worse(status, judge(inspection->options, report));
	}
	gpubadge_result_free(result);
	return status;
}

static bool check_stdin(char *const *images, size_t count)
{
	size_t uses = 0;

	for (size_t i = 0; i < count; i++)
		uses += is_stdin(images[i]);
	if (uses > 1)
		cli_complain("standard input can be read only once");
	if (uses == 1 && isatty(STDIN_FILENO)) {
		cli_complain("standard input is a terminal; pipe an image in, as in: docker save "
			     "NAME | gpubadge -");
		return false;
	}
	return uses <= 1;
}

static enum cli_status run(const struct cli_options *options, char *const *images, size_t count)
{
	struct inspection inspection = {.options = options};
	enum cli_status status = CLI_YES;

	if (count == 0) {
		cli_complain("no image given; to read standard input write: gpubadge -");
		return CLI_TROUBLE;
	}
	if (options->mode == CLI_MODE_RAW_CONFIG && count > 1)
		return refuse_configs();
	if (!check_stdin(images, count) || !cli_output_open(&inspection.output, options->output))
		return CLI_TROUBLE;
	inspection.style = (struct gpubadge_style){
		.size = sizeof(inspection.style),
		.format = options->mode == CLI_MODE_JSON ? GPUBADGE_FORMAT_JSON
							 : GPUBADGE_FORMAT_TEXT,
		.colour = options->output && options->colour == CLI_COLOUR_AUTO
				  ? GPUBADGE_COLOUR_NONE
				  : cli_colour(options->colour, STDOUT_FILENO),
		.indent = inspection.output.is_terminal,
		.environment = options->environment,
	};
	for (size_t i = 0; i < count; i++)
		status = cli_worse(status, inspect_one(&inspection, images[i]));
	if (!cli_output_close(&inspection.output))
		status = CLI_TROUBLE;
	return status;
}

const struct cli_command cli_inspect = {
	.name = "inspect",
	.arguments = "IMAGE...",
	.summary = "print badge and requirement of each image (default)",
	.verb = CLI_VERB_INSPECT,
	.run = run,
};
